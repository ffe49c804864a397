"""Cures for overfitting, signals through many layers, slopes from 0 to 1, and how right the plain nets get."""
import json

import library
import study
from writing import n, percent, points, table

NAMES = {"none": "none", "l1": "L1", "l2": "L2", "dropout": "dropout", "early_stop": "early stopping, patience"}


def title(cure):
    name, _, number = cure.partition(":")
    return f"{NAMES[name]} {number}".strip()


def arm(results, cure, activation="relu"):
    """One arm of a study of overfitting."""
    return next(a for a in results["arms"] if a["cure"].split(":")[0] == cure and a["activation"] == activation)


def pair(results, cure, activation="relu"):
    """Its paired difference from the same net without a cure."""
    return next(p for p in results["pairs"] if p["a"].startswith(activation) and f"+{cure}:" in p["b"])


def side_by_side(results):
    rows = [[study.label(a), title(a["cure"]), study.spread(a["train_accuracy"]), study.spread(a["test_accuracy"]), study.spread(a["gap"]).replace("-", "−"),
             study.spread(a["dead_share"]["final"]), study.spread(a["silent_share"]["final"])] for a in results["arms"]]
    return table(["curve", "cure", "training accuracy, %", "test accuracy, %", "gap, points", "dead at end, %", "silent at end, %"], rows, "llrrrrr")


def shown(difference):
    """By interval and corrected p?"""
    return (difference["ci95"][0] > 0 or difference["ci95"][1] < 0) and difference["p_holm"] < 0.05


def all_help(results, activation="relu"):
    """Does every cure raise test accuracy and lower the gap, shown?"""
    pairs = [p for p in results["pairs"] if p["a"].startswith(activation)]
    return all(shown(p["test_accuracy_difference"]) and p["test_accuracy_difference"]["mean"] > 0 and
               shown(p["gap_difference"]) and p["gap_difference"]["mean"] < 0 for p in pairs)


def gain(results, cure):
    return points(pair(results, cure)["test_accuracy_difference"]["mean"])


# signal
def case(found, activation, init, depth):
    return next(c for c in found["cases"] if (c["activation"], c["init"], c["depth"]) == (activation, init, depth))


def through(found, depth=30):
    """The variance in the last layer by that in the first, and the gradient of the first by that of the last."""
    rows = []
    for c in found["cases"]:
        if c["depth"] != depth:
            continue
        first, last = c["layers"][0], c["layers"][-1]
        known = last["expected_ratio"]
        rows.append([study.NAMES.get(c["activation"], c["activation"]), c["init"], f"{n(last['ratio']['mean'], 2)} ± {n(last['ratio']['se'], 1)}",
                     n(last["ratio"]["median"], 2), n(known, 2) if known is not None else "",
                     n(first["gradient"]["median"] / last["gradient"]["median"], 2)])
    return table(["curve", "initialiser", "variance, last / first: mean ± standard error", "median", "known mean", "gradient, first / last"], rows, "llrrrr")


def as_known(found):
    """Is every mean ratio that is known within 4 standard errors?"""
    ends = [(c["layers"][-1]["ratio"], c["layers"][-1]["expected_ratio"]) for c in found["cases"]]
    return all(abs(ratio["mean"] - known) <= 4 * ratio["se"] for ratio, known in ends if known is not None)


def vanishing(found, activation, depth):
    layers = case(found, activation, "xavier", depth)["layers"]
    return layers[0]["gradient"]["median"] / layers[-1]["gradient"]["median"]


# α
def slopes(results):
    regimes = [r["name"] for r in results["study"]["regimes"]]
    names = [(a["activation"], a["alpha"]) for a in results["arms"] if a["regime"] == regimes[0]]
    rows = []
    for activation, alpha in names:
        row = ["PReLU" if activation == "prelu" else f"α = {n(alpha or 0)}" + (" (ReLU)" if activation == "relu" else "")]
        for regime in regimes:
            found = study.arm(results, regime, activation, alpha if activation != "relu" else None)
            learned = f"; learned α = {n(found['learned_alpha']['mean'], 2)}" if found["learned_alpha"] else ""
            gone = found["n"] == 0
            row.append("all diverged" if gone else f"{study.spread(found['test_accuracy'])} ({percent(found['dead_share']['final']['mean'], 0)} dead{learned})")
        rows.append(row)
    return table(["test accuracy, %", *[f"*{r}*" for r in regimes]], rows, "l" + "r" * len(regimes))


def best(results, regime):
    """The fixed slope with the highest mean test accuracy."""
    arms = [a for a in results["arms"] if a["regime"] == regime and a["activation"] != "prelu" and a["test_accuracy"]["mean"] is not None]
    return max(arms, key=lambda a: a["test_accuracy"]["mean"])["alpha"] or 0


# accuracy
def record():
    return json.loads((library.ROOT / "bench/accuracy.json").read_text(encoding="utf-8"))


def accuracies():
    rows = [[name, f"`{r['command']}`", r["train_rows"], r["test_rows"], len(r["seeds"]), study.spread(r["test_accuracy"], 2)]
            for name, r in record().items()]
    return table(["data", "command", "training rows", "test rows", "seeds", "test accuracy, %"], rows, "llrrrr")
