"""Nets of convolutions and recurrent nets: one of each worked by hand, and what their studies say."""
import library
import study
from writing import n, p, table, tex

# A picture with an edge, and the kernel that answers to it.
PICTURE = ((0, 0, 1, 1), (0, 0, 1, 1), (0, 1, 1, 0))
KERNEL, BIAS = ((-1, 1), (-1, 1)), -0.5
# One unit that reads four steps.
STEPS, IN, BACK = (1, 0, 0, 2), 1, 0.5


def matrix(rows):
    return r"\begin{pmatrix} " + r" \\ ".join(" & ".join(tex(v) for v in row) for row in rows) + r" \end{pmatrix}"


def rows_of(values, width):
    return [values[at:at + width] for at in range(0, len(values), width)]


def convolved():
    """The library's z and a of the worked picture, row by row."""
    parameters = [*sum(KERNEL, ()), BIAS]
    found = library.net("input 1x3x4; conv 1 2x2; relu", parameters=parameters, x=[*sum(PICTURE, ())])
    return [rows_of(found.values[node]["values"], 3) for node in (1, 2)]


def worked_picture():
    z, a = convolved()
    return (f"$$\nx = {matrix(PICTURE)}, \\quad w = {matrix(KERNEL)}, \\quad b = {tex(BIAS)}\n$$\n\n"
            f"$$\nz = {matrix(z)}, \\quad a = \\max(0, z) = {matrix(a)}\n$$")


def one_place(row, column):
    """The sum behind one of its values."""
    terms = [f"{p(KERNEL[i][j])} \\cdot {tex(PICTURE[row + i][column + j])}" for i in range(2) for j in range(2)]
    return f"$z_{{{row + 1},{column + 1}}} = {' + '.join(terms)} + {p(BIAS)} = {tex(convolved()[0][row][column])}$"


def remembered(back=BACK, curve="relu"):
    """What one recurrent unit gives at each step."""
    found = library.net(f"input {len(STEPS)}x1; rnn 1 {curve}", parameters=[IN, back, 0, 0], x=list(STEPS))
    return found.values[1]["values"]


def unrolled():
    rows = [["x", *[n(x) for x in STEPS]], ["h", *[n(h) for h in remembered()]]]
    return table(["step", *map(str, range(1, len(STEPS) + 1))], rows)


def powers():
    """How much of a gradient is left after so many steps back through one unit that stays above 0."""
    back = (1, 10, 50)
    return table(["u", *[f"{steps} step{'s' if steps > 1 else ''} back" for steps in back]],
                 [[n(u), *[n(u ** steps, 2) for steps in back]] for u in (0.5, 0.9, 1, 1.1)])


def dead(results, regime, activation="relu"):
    """The share of dead units at the end."""
    return study.mean(results, "dead_share", regime, activation)


def shown(results, regime, what="test_accuracy_difference", b="leaky_relu:0.01"):
    found = study.pair(results, regime, b)[what]
    return found["ci95"][0] is not None and (found["ci95"][0] > 0 or found["ci95"][1] < 0) and found["p_holm"] < 0.05


def reach(results, regime, activation, when="initial"):
    """The gradient that arrives at the first step by that at the last, geometric means over seeds; 0 where none arrives."""
    norms = study.arm(results, regime, activation)["through_time"][when]["norms"]
    return (norms[0]["mean"] or 0) / norms[-1]["mean"]


def losses(results):
    """Of real targets: squared errors at the end, and the dead."""
    titles = {each["name"]: each["title"] for each in results["study"]["regimes"]}
    rows = []
    for a in results["arms"]:
        low, high = a["test_loss"]["ci95"]
        gone = study.spread(a["dead_share"]["final"]) if a["dead_share"] and a["dead_share"]["final"]["mean"] is not None else "–"
        rows.append([titles[a["regime"]], study.label(a), f"{n(a['test_loss']['mean'], 2)} [{n(low, 2)}, {n(high, 2)}]", gone,
                     f"{a['diverged']}/{a['seeds']}"])
    return table(["regime", "cell", "squared error on test rows [95 % interval]", "dead at end, %", "diverged"], rows, "llrrr")


def removed(answer):
    """What relive prune took away: channels, of how many, and parameters left, of how many."""
    before, after = answer["before"], answer["after"]
    return f"{before['units'] - after['units']} of {before['units']} channels are gone, and {after['parameters']} of {before['parameters']} parameters are left"
