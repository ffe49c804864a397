"""interview_preparation.md: its two tables."""
import curves
import library
import study
from writing import percent, table

REMEMBER = {"relu": "the first choice", "leaky_relu": "report α", "prelu": "α learned", "elu": "towards −α", "gelu": "transformers",
            "silu": "dips below 0", "relu6": "two ways to die", "softplus": "slope = sigmoid", "sigmoid": "slope ≤ ¼", "tanh": "centred at 0"}


def curves_table():
    rows = []
    for name, words in REMEMBER.items():
        curve = library.curves()[name]
        formula = f"`{curve.formula}`".replace("|", "\\|")
        can_die = curves.dies(name).replace("nowhere", "if α is learned to 0" if curve.learned else "no")
        rows.append([curves.title(name), formula, curves.interval(curve.slopes), can_die, words])
    return table(["curve", "formula", "slopes in", "can die?", "remember"], rows, "lllll")


def study_rows():
    base = study.default()
    names = [regime["name"] for regime in base["study"]["regimes"]]
    accuracy = [f"{percent(study.mean(base, 'test_accuracy', name), 0)} → {percent(study.mean(base, 'test_accuracy', name, 'leaky_relu'), 0)}"
                for name in names]
    dead = [percent(study.mean(base, "dead_share", name), 0) for name in names]
    return table(["", *[f"*{name}*" for name in names]], [["accuracy", *accuracy], ["dead", *dead]])
