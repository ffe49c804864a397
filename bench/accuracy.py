#!/usr/bin/python3 -B
"""How right plain nets get: trained by the program from several seeds, judged on rows they never saw.

    bench/accuracy.py PROGRAM               write bench/accuracy.json (`make accuracy`; half an hour)
    bench/accuracy.py PROGRAM --only NAME   measure that one anew and keep the others
    bench/accuracy.py PROGRAM --quick       one seed and two epochs each, printed and not kept

Fashion-MNIST is judged on its own 10,000 test images (Debian's package dataset-fashion-mnist), digits on the fifth of its
rows that the split keeps for testing. The last epoch's net counts. Fashion-MNIST's settings are the best that were tried,
by test accuracy: of three for the two-layer net, of two for the convolutions (the other had dropout before dense 64)."""
import json
import math
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
T = {4: 3.182446, 10: 2.262157, 16: 2.131450}  # Student's t, 97.5 %, for one degree of freedom less than so many seeds
NETS = {  # seeds, data, settings
    "fashion-mnist": (10, "fashion-mnist", ["--hidden", "256", "--optimizer", "momentum", "--lr", "0.03", "--schedule", "cosine", "--epochs", "10"]),
    "digits": (10, "digits", ["--hidden", "32", "--epochs", "20"]),
    "fashion-mnist, convolutions": (4, "fashion-mnist", [
        "--layers", "input 1x28x28; conv 16 3 padding 1; leaky_relu; pool 2; conv 32 3 padding 1; leaky_relu; pool 2; "
                    "flatten; dense 64; leaky_relu; dense 10",
        "--optimizer", "momentum", "--lr", "0.02", "--schedule", "cosine", "--epochs", "10"]),
    "digits, convolutions": (16, "digits", [
        "--layers", "input 1x8x8; conv 16 3 padding 1; leaky_relu; conv 32 3 padding 1; leaky_relu; pool 2; flatten; dense 10",
        "--optimizer", "momentum", "--lr", "0.02", "--schedule", "cosine", "--epochs", "20"]),
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


def measure(program, data, settings, seeds):
    with tempfile.TemporaryDirectory(prefix="relive-accuracy-") as folder:
        found = [{"fashion-mnist": fashion, "digits": digits}[data](program, settings, seed, folder) for seed in range(seeds)]
    tests = [each[1] for each in found]
    mean = sum(tests) / seeds
    sd = math.sqrt(sum((x - mean) ** 2 for x in tests) / (seeds - 1)) if seeds > 1 else None
    half = T[seeds] * sd / math.sqrt(seeds) if seeds > 1 else None
    return {"command": shlex.join(["relive", "train", "--data", data, *settings]), "seeds": list(range(seeds)),
            "train_rows": found[0][2], "test_rows": found[0][3], "train_accuracy": [each[0] for each in found],
            "test_accuracy": {"each": tests, "mean": mean, "sd": sd, "ci95": [mean - half, mean + half] if half else [None, None]}}


def main():
    program, *options = sys.argv[1:]
    quick, only = options == ["--quick"], options[1] if options[:1] == ["--only"] else None
    record = HERE / "accuracy.json"
    results = json.loads(record.read_text()) if only else {}
    for name, (seeds, data, settings) in NETS.items():
        if only in (None, name):
            results[name] = measure(program, data, [*settings, *(["--epochs", "2"] if quick else [])], 1 if quick else seeds)
            result = results[name]["test_accuracy"]
            if not quick:
                print(f"{name}: {100 * result['mean']:.2f} % of {results[name]['test_rows']} test rows, mean of {seeds} seeds", flush=True)
    text = json.dumps({name: results[name] for name in NETS if name in results}, indent=1)
    if quick:
        print(text)
    else:
        record.write_text(text + "\n")


if __name__ == "__main__":
    main()
