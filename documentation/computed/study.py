"""Results of `relive compare` as tables and figures. A result is the JSON of the program; see the program's interface."""
import collections
import csv
import io

import blocks
from writing import n, p_value, points, table

NAMES = {"relu": "ReLU", "relu:1": "ReLU, slope 1 at 0", "leaky_relu": "Leaky ReLU", "gru": "GRU", "lstm": "LSTM"}


def run(command="build/relive compare"):
    """What a command left; unless told, the study that `make run` runs: digits, five regimes, 64 seeds."""
    folder, outputs = blocks.run([("sh", f"{command}\n")])
    return blocks.Above(folder, [("sh", command)], outputs)


def default():
    """The results of that study."""
    return run().results()


def label(arm):
    """ReLU, Leaky ReLU (α = 0.01), …"""
    name = NAMES.get(arm["activation"], arm["activation"])
    return f"{name} (α = {n(arm['alpha'])})" if arm["activation"] != "relu" and arm.get("alpha") is not None else name


def arm(results, regime=None, activation="relu", alpha=None):
    """One arm of a result."""
    found = [each for each in results["arms"] if regime in (None, each["regime"]) and each["activation"] == activation and
             (alpha is None or abs(each["alpha"] - alpha) < 1e-6)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} arms for {regime}, {activation}, {alpha}")
    return found[0]


def mean(results, what, regime=None, activation="relu", alpha=None):
    """A mean over seeds: of "test_accuracy", "dead_share", …; of shares of units, at the end."""
    found = arm(results, regime, activation, alpha)[what]
    return found["final"]["mean"] if "final" in found else found["mean"]


def pair(results, regime=None, b="leaky_relu:0.01"):
    """A paired difference from ReLU."""
    found = [each for each in results["pairs"] if regime in (None, each["regime"]) and each["b"] == b]
    if len(found) != 1:
        raise ValueError(f"{len(found)} pairs for {regime}, {b}")
    return found[0]


def spread(estimate, places=1):
    """A mean share and half its 95 % interval: 56.6 ± 7.3."""
    if estimate["mean"] is None:
        return "–"
    text = f"{100 * estimate['mean']:.{places}f}"
    if estimate["ci95"][0] is None:
        return text
    return f"{text}\u00a0±\u00a0{50 * (estimate['ci95'][1] - estimate['ci95'][0]):.{places}f}"


def arms(results, regimes=True):
    """Accuracy and the dead, arm by arm."""
    titles = {each["name"]: each["title"] for each in results["study"]["regimes"]}
    rows = [[*([titles[a["regime"]]] if regimes else []), label(a), spread(a["train_accuracy"]), spread(a["test_accuracy"]),
             spread(a["dead_share"]["initial"]), spread(a["dead_share"]["final"]), spread(a["silent_share"]["final"]),
             f"{a['diverged']}/{a['seeds']}"] for a in results["arms"]]
    head = [*(["regime"] if regimes else []), "curve", "training accuracy, %", "test accuracy, %", "dead at start, %",
            "dead at end, %", "silent at end, %", "diverged"]
    return table(head, rows, ("l" if regimes else "") + "lrrrrrr")


def pairs(results):
    """Differences from ReLU, paired by seed."""
    titles = {each["name"]: each["title"] for each in results["study"]["regimes"]}
    rows = []
    for each in results["pairs"]:
        found = each["test_accuracy_difference"]
        low, high = found["ci95"]
        rows.append([titles[each["regime"]], each["n"], f"{points(found['mean'], 2)} [{points(low, 2)}, {points(high, 2)}]",
                     p_value(found["p_holm"])])
    return table(["regime", "pairs", "test accuracy, points [95 % interval]", "p (Holm)"], rows, "lrrr")


def settings(results):
    """What makes a regime."""
    rows = []
    for each in results["study"]["regimes"]:
        s = each["settings"]
        hidden = s["hidden"]
        shape = f"{len(hidden)} × {hidden[0]}" if len(hidden) > 1 else str(hidden[0])
        rows.append([f"`{each['name']}`", shape, n(s["lr"]), n(s["bias"]), "yes" if s["standardize"] else "no", each["about"]])
    return table(["regime", "hidden units", "learning rate", "first bias", "standardised", "why"], rows, "lrrrll")


def shown(results, regime, b="leaky_relu:0.01"):
    """Is the difference in test accuracy shown: an interval without 0 and Holm's p below 0.05?"""
    found = pair(results, regime, b)["test_accuracy_difference"]
    return (found["ci95"][0] > 0 or found["ci95"][1] < 0) and found["p_holm"] < 0.05


def gap(results, activation="relu"):
    """Training accuracy less test accuracy."""
    return mean(results, "train_accuracy", activation=activation) - mean(results, "test_accuracy", activation=activation)


def events(text):
    """Deaths, revivals and births by layer, from an events.csv."""
    return collections.Counter((int(row["layer"]), row["event"]) for row in csv.DictReader(io.StringIO(text)))


def causes(text):
    """Deaths by cause."""
    return collections.Counter(row["cause"] for row in csv.DictReader(io.StringIO(text)) if row["event"] == "death")


def cost(above, regime, low, high):
    """Mean test accuracy of the ReLU nets with a share of dead units between low and high."""
    rows = [row for row in csv.DictReader(io.StringIO(above.file("outputs/results.csv")))
            if row["regime"] == regime and row["activation"] == "relu" and low <= float(row["dead_share"]) <= high]
    return sum(float(row["test_accuracy"]) for row in rows) / len(rows)
