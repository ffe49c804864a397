"""problem_statement.md: one neuron on three examples, and the deaths of one net."""
import study
import library
from writing import n, table

EXAMPLES = (0.5, 1.0, 2.0)


def neuron(bias, curve="relu"):
    """w = 1 and this bias; the neuron's value is the net's output, asked to be 5 everywhere."""
    return library.net(f"input 1; dense 1; {curve}; dense 1", parameters=[1, bias, 1, 0], x=EXAMPLES, targets=[5] * len(EXAMPLES),
                       loss="squared")


def biases():
    rows = []
    for bias in (0, -1.5, -3):
        net = neuron(bias)
        rows.append([n(bias), ", ".join(n(z) for z in net.values[1]["values"]), ", ".join(n(a) for a in net.values[2]["values"]),
                     n(net.gradient[0]), n(net.gradient[1]), "dead" if net.units[0]["dead"] else "alive"])
    return table(["bias", "z on the three", "output", "∂L/∂w", "∂L/∂b", "the library says"], rows, "lllrrl")


def same_with_leak():
    rows = []
    for words, curve in (("ReLU", "relu"), ("Leaky ReLU, α = 0.01", "leaky_relu:0.01"), ("Leaky ReLU, α = 0.2", "leaky_relu:0.2")):
        net = neuron(-3, curve)
        unit = net.units[0]
        rows.append([words, ", ".join(n(a) for a in net.values[2]["values"]), n(net.gradient[0]), n(net.gradient[1]),
                     "dead" if unit["dead"] else "silent, not dead" if unit["silent"] else "alive"])
    return table(["bias −3", "output", "∂L/∂w", "∂L/∂b", "the library says"], rows, "llrrl")


def deaths(above):
    text = above.file("ledger/events.csv")
    counted, causes = study.events(text), study.causes(text)
    rows = [["born dead", counted[1, "born dead"]], ["died in training", counted[1, "death"]],
            *[[f"… because {cause}", causes[cause]] for cause in sorted(causes)], ["came back", counted[1, "revival"]]]
    return table(["", "units"], rows)
