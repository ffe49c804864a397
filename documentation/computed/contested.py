"""contested_questions.md: tables and pictures of its fifteen experiments. Each reads what the commands above it wrote."""
import collections
import csv
import io
import json
import re

import library
import pictures
import study
from writing import percent, points, table

MEANS = "means over 64 seeds with 95 % intervals"


def ledger(above, out, layer=None):
    """Events of a training by kind, of one layer or all."""
    counted = collections.Counter()
    for (where, kind), count in study.events(above.file(f"{out}/events.csv")).items():
        if layer in (None, where):
            counted[kind] += count
    return counted


# 1
def ledger_table(above, outs):
    rows = [[words, *[ledger(above, out)[kind] for kind in ("born dead", "death", "revival")]] for words, out in outs]
    return table(["", "dead at the start", "died", "came back"], rows)


# 2
def start(above, out, regime):
    return study.arm(above.results(out), regime)["dead_share"]["initial"]["mean"]


def same(above, a, b, regime):
    """The same numbers to the last bit, in everything that is measured?"""
    left, right = (study.arm(above.results(out), regime) for out in (a, b))
    return all(left[key] == right[key] for key in ("final_loss", "test_accuracy", "dead_share", "loss_curve"))


def at_zero(above):
    rows = []
    for regime in ("healthy", "raw-inputs", "deep"):
        for slope, out in ((0, "zero"), (1, "one")):
            arm = study.arm(above.results(out), regime)
            rows.append([f"*{regime}*", slope, study.spread(arm["dead_share"]["initial"]), study.spread(arm["dead_share"]["final"]),
                         study.spread(arm["test_accuracy"])])
    return table(["regime", "slope at 0", "dead at start, %", "dead at end, %", "test accuracy, %"], rows)


def at_zero_picture(above):
    groups = []
    for regime in ("healthy", "raw-inputs", "deep"):
        for slope, out in ((0, "zero"), (1, "one")):
            arm = study.arm(above.results(out), regime)
            groups.append((f"{regime}\nslope {slope}", [arm["dead_share"]["initial"], arm["test_accuracy"]]))
    return pictures.bars("Slope at 0: 0 or 1", MEANS, "%", ["dead at start", "test accuracy"], groups)


# 3
def by_layer(above):
    rows = [[f"hidden layer {layer}", *[ledger(above, "ledger", layer)[kind] for kind in ("born dead", "death", "revival")]]
            for layer in (1, 2)]
    return table(["64 nets, 32 + 32 units", "born dead", "deaths in training", "revivals"], rows)


def by_layer_picture(above):
    groups = []
    for layer in (1, 2):
        found = ledger(above, "ledger", layer)
        gone = found["death"] + found["born dead"]
        groups.append((f"hidden layer {layer}", [gone / (64 * 32), found["revival"] / (64 * 32)]))
    top = 5 + 100 * max(share for _, values in groups for share in values)
    return pictures.bars("Who comes back?", "events in 64 trainings, for each 100 units; a unit may die more than once",
                         "events for each 100 units", ["deaths, births included", "revivals"], groups, top=round(top))


# 4
def scan(above, data):
    """Counts of a scan of the section's first model on this data."""
    words = [str(library.PROGRAM), "scan", "sparse.safetensors", "--data", data]
    layer = above.ask(words)["layers"][0]
    return {"dead": len(layer["dead"]), "units": layer["units"], "sparsity": layer["sparsity"]}


def detection(above):
    whole, few = scan(above, "digits"), scan(above, "few.csv")
    return table(["how one looks", "what one sees"], [
        ["highest z over all 1797 rows", f"{whole['dead']} of {whole['units']} units dead"],
        ["highest z over one batch of 32 rows", f"{few['dead']} of {few['units']} “dead”"],
        ["share of zeros among all outputs", percent(whole["sparsity"], 0)]], "ll")


def detection_picture(above):
    whole, few = scan(above, "digits"), scan(above, "few.csv")
    return pictures.bars("Three ways to look at one healthy net", "share that each calls dead", "%", ["“dead”"],
                         [("all 1797 rows", [whole["dead"] / whole["units"]]), ("one batch of 32", [few["dead"] / few["units"]]),
                          ("zeros", [whole["sparsity"]])])


# 5
def without_picture(above):
    """Reads the table that the experiment printed."""
    groups = []
    for line in above.printed.partition("units that are awake on")[2].splitlines()[1:]:
        share = re.search(r"([\d.]+) % ", line[34:])[1]
        groups.append((line[:23].strip().replace(" (dead)", "").replace(" of the rows", "").replace("more than", "over"), [float(share) / 100]))
    return pictures.bars("What mostly silent units are worth", "accuracy on digits without all the units that are awake on so many rows",
                         "right, %", ["accuracy without them"], groups)


def first_accuracy(above):
    return re.search(r"([\d.]+ % right) with all", above.printed)[1].replace(" right", "")


def sparsity(above, model):
    words = [str(library.PROGRAM), "scan", model, "--data", "digits"]
    return above.ask(words)["layers"][0]["sparsity"]


# 6
def gradients_picture(above):
    """Reads what the program printed: two nets, layer by layer."""
    series = []
    for line in above.printed.splitlines():
        found = re.match(r"  layer (\d+)  ([\d.e+-]+)$", line)
        if found:
            series[-1][1].append((int(found[1]), float(found[2])))
        elif line[0] != " ":
            series.append((study.NAMES.get(line.split(",")[0], line.split(",")[0]), []))
    return pictures.lines("Vanishing is not dying", "largest gradient of a layer’s weights; the killed unit’s is 0 and has no place on this scale",
                          "layer, from the input", "largest |gradient|", series)


# 7
def on_data(above, names):
    rows = []
    for name in names:
        results = above.results(f"on-{name}")
        pair = study.pair(results)["test_accuracy_difference"]
        rows.append([name, study.spread(study.arm(results)["test_accuracy"]),
                     study.spread(study.arm(results, activation="leaky_relu")["test_accuracy"]),
                     f"{points(pair['mean'], 2)} [{points(pair['ci95'][0], 2)}, {points(pair['ci95'][1], 2)}]"])
    return table(["data", "ReLU, test accuracy, %", "Leaky ReLU, %", "difference, points [95 %]"], rows)


def on_data_picture(above, names):
    groups = [(name, [study.arm(above.results(f"on-{name}"), activation=a)["test_accuracy"] for a in ("relu", "leaky_relu")])
              for name in names]
    return pictures.bars("Where nothing dies, the curve hardly matters", f"test accuracy, healthy regime, {MEANS}",
                         "test accuracy, %", ["ReLU", "Leaky ReLU, α = 0.01"], groups)


# 8
SLOPES = (("ReLU", "relu", None), *((f"α = {a}", "leaky_relu", a) for a in (0.001, 0.01, 0.1, 0.3)))
ROUND = (*SLOPES[:1], *SLOPES[2:], *((f"α = {a}", "leaky_relu", a) for a in (0.9, 0.99)))


def slopes(above):
    dying, circles = above.results("dying"), above.results("circles")
    rows = []
    for words, name, alpha in (*SLOPES, *ROUND[-2:]):
        row = [words]
        for results, regime, among in ((dying, "low-bias", SLOPES), (dying, "raw-inputs", SLOPES), (circles, None, ROUND)):
            if (words, name, alpha) not in among:
                row.append("")
                continue
            arm = study.arm(results, regime, name, alpha)
            row.append(study.spread(arm["test_accuracy"]) + (f" ({arm['diverged']} diverged)" if arm["diverged"] else ""))
        rows.append(row)
    return table(["test accuracy, %", "digits, *low-bias*", "digits, *raw-inputs*", "circles, *healthy*"], rows)


def slopes_picture(above):
    dying, circles = above.results("dying"), above.results("circles")
    groups = []
    for words, name, alpha in (*SLOPES, *ROUND[-2:]):
        groups.append((words, [study.arm(results, regime, name, alpha)["test_accuracy"] if (words, name, alpha) in among else None
                               for results, regime, among in ((dying, "low-bias", SLOPES), (dying, "raw-inputs", SLOPES),
                                                              (circles, None, ROUND))]))
    return pictures.bars("Which slope?", f"test accuracy, {MEANS}; no bar: all diverged, or not tried", "test accuracy, %",
                         ["digits, low-bias", "digits, raw-inputs", "circles"], groups)


# 9
def norm_picture(above):
    """Reads the table that the experiment printed."""
    groups = []
    for line in above.printed.splitlines()[1:]:
        words, (_, end, right) = line[:36].strip(), map(float, line[36:].split())
        groups.append((words.replace(", batch", "\nbatch").replace("batch norm, ", "batch norm\n").replace("gamma 0.01, ", "γ 0.01 ")
                       .replace("beta", "β").replace("-", "−"), [end / 100, right / 100]))
    return pictures.bars("With and without batch normalisation", "PyTorch, digits, means of 5 seeds", "%", ["dead at the end", "test accuracy"], groups)


# 10
def rates(above, names):
    rows = []
    for name in names:
        results = above.results(f"rate-{name}")
        relu, leaky = study.arm(results), study.arm(results, activation="leaky_relu")
        rows.append([name, study.spread(relu["dead_share"]["final"]), study.spread(relu["test_accuracy"]),
                     study.spread(leaky["test_accuracy"]), f"{leaky['diverged']}/{leaky['seeds']}"])
    return table(["learning rate", "ReLU: dead at end, %", "ReLU: test accuracy, %", "Leaky ReLU: test accuracy, %",
                  "Leaky ReLU: diverged"], rows, "rrrrr")


def rates_picture(above, names):
    groups = []
    for name in names:
        results = above.results(f"rate-{name}")
        relu, leaky = study.arm(results), study.arm(results, activation="leaky_relu")
        groups.append((f"rate {name}", [relu["dead_share"]["final"], relu["test_accuracy"], leaky["test_accuracy"]]))
    return pictures.bars("A rate too high", f"digits, two hidden layers of 32, {MEANS}", "%",
                         ["ReLU: dead", "ReLU: accuracy", "Leaky ReLU: accuracy"], groups)


def late_deaths(above, out):
    """Deaths in the last two thirds of 60 epochs."""
    rows = csv.DictReader(io.StringIO(above.file(f"{out}/events.csv")))
    return sum(row["event"] == "death" and int(row["epoch"]) > 20 for row in rows)


def late(above):
    rows = []
    for words, out in (("constant rate", "constant"), ("rate cut after epoch 20 and again after 40", "step")):
        found = ledger(above, out)
        rows.append([words, found["born dead"] + found["death"] - late_deaths(above, out), late_deaths(above, out),
                     found["revival"]])
    return table(["64 nets of 32 units", "dead by epoch 20", "deaths after epoch 20", "revivals"], rows)


# 11
def optimisers(above, names):
    rows = []
    for name in names:
        arm = study.arm(above.results(name.replace(" ", "-")))
        rows.append([*name.split(), study.spread(arm["dead_share"]["final"]), study.spread(arm["test_accuracy"])])
    return table(["optimiser", "rate", "dead at end, %", "test accuracy, %"], rows)


def optimisers_picture(above, names):
    arms = [(name, study.arm(above.results(name.replace(" ", "-")))) for name in names]
    return pictures.bars("No optimiser prevents death", f"digits, raw inputs, ReLU, {MEANS}", "%", ["dead units", "test accuracy"],
                         [(name.replace(" ", "\n"), [arm["dead_share"]["final"], arm["test_accuracy"]]) for name, arm in arms])


# 12
def biases(above, names):
    rows = []
    for regime in ("raw-inputs", "deep"):
        for name in names:
            arm = study.arm(above.results(f"bias-{name}"), regime)
            rows.append([f"*{regime}*", name, study.spread(arm["dead_share"]["initial"]), study.spread(arm["dead_share"]["final"]),
                         study.spread(arm["test_accuracy"])])
    return table(["regime", "first bias", "dead at start, %", "dead at end, %", "test accuracy, %"], rows)


def biases_picture(above, names):
    groups = []
    for regime in ("raw-inputs", "deep"):
        for name in names:
            arm = study.arm(above.results(f"bias-{name}"), regime)
            groups.append((f"{regime}\nbias {name}", [arm["dead_share"]["final"], arm["test_accuracy"]]))
    return pictures.bars("A positive first bias", f"digits, ReLU, {MEANS}", "%", ["dead units", "test accuracy"], groups)


# 13
def revived(above):
    outs = [("SGD, no penalty", "none"), ("SGD, L2 on weights and biases", "l2-all"), ("SGD, L2 on weights", "l2"),
            ("SGD, L1 on weights and biases", "l1-all"), ("Adam, no penalty", "adam"),
            ("Adam, L2 in the gradient", "adam-l2"), ("AdamW, decoupled decay", "adamw")]
    rows = [[words, *[ledger(above, out)[kind] for kind in ("born dead", "revival", "death")]] for words, out in outs]
    return table(["50 more epochs with …", "dead at the start", "revivals", "further deaths"], rows)


def revived_picture(above):
    outs = [("SGD", "none"), ("SGD\nL2 all", "l2-all"), ("SGD\nL2 weights", "l2"), ("SGD\nL1 all", "l1-all"), ("Adam", "adam"),
            ("Adam\nL2 all", "adam-l2"), ("AdamW\ndecay all", "adamw")]
    groups = [(words, [ledger(above, out)["revival"] / 100]) for words, out in outs]
    return pictures.bars("Which penalty wakes the dead?", "revivals in 50 epochs of a net that started with most of its 32 units dead", "revivals",
                         ["revivals"], groups, top=max(10, 10 + round(100 * max(v[0] for _, v in groups))))


# 14
def xor_counts(above, name):
    """Nets that solve XOR (95 % of the test rows right), nets that fail and have a dead unit, nets."""
    seeds = json.loads(above.file(f"{name}.json"))["seeds"]
    solved = [seed["test_accuracy"] >= 0.95 for seed in seeds]
    dead = [any(layer["dead"] for layer in seed["layers"]) for seed in seeds]
    return sum(solved), sum(d and not s for d, s in zip(dead, solved)), len(seeds)


def xor(above, units):
    rows = []
    for count in units:
        solved, dead, seeds = xor_counts(above, f"xor-{count}")
        leaky, _, _ = xor_counts(above, f"leaky-{count}")
        rows.append([count, f"{solved} of {seeds}", f"{dead} of {seeds - solved}", f"{leaky} of {seeds}"])
    return table(["hidden units", "ReLU: nets that solve it", "of those that fail, with a dead unit",
                  "Leaky ReLU, α = 0.1: nets that solve it"], rows, "rrrr")


def xor_picture(above, units):
    groups = [(f"{count} units", [xor_counts(above, f"{kind}-{count}")[0] / 64 for kind in ("xor", "leaky")]) for count in units]
    return pictures.bars("XOR and the number of units", "share of 64 nets that get at least 95 % of the test rows right, 20 epochs",
                         "nets that solve it, %", ["ReLU", "Leaky ReLU, α = 0.1"], groups)


# 15
def birth(above, depth):
    return json.loads(above.file(f"depth-{depth}.json"))["born_dead"]["share"]


def asymmetric(above):
    return above.json(-2)["born_dead"]["share"]


def births(above, depths):
    rows = []
    for depth in depths:
        found = json.loads(above.file(f"depth-{depth}.json"))
        rows.append([depth, percent(found["born_dead"]["share"]), f"± {percent(2 * found['born_dead']['se'])}",
                     percent(found["formula"])])
    return table(["layers", "nets born dead", "± 2 standard errors", "formula"], rows, "rrrr")


def births_picture(above, depths):
    groups = [(f"{depth} layers", [birth(above, depth), json.loads(above.file(f"depth-{depth}.json"))["formula"]])
              for depth in depths]
    return pictures.bars("Born dead", "nets of width 3, one input, He initialisation, 20,000 nets each", "nets born dead, %",
                         ["seen", "formula"], groups)


def formula(width, depth):
    """1 − (1 − 2^−N)^(L−1)."""
    return 1 - (1 - 2.0 ** -width) ** (depth - 1)

