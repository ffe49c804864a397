"""The net that concepts_explained.md works by hand: two inputs, two hidden units, two classes, one example.

The numbers were chosen so that one hidden unit is off for the example. Everything computed from them is the library's."""
import math

import library
from writing import n, p, table, tex

X = (1.0, 2.0)
W1, B1 = ((0.5, -1.0), (1.0, 1.0)), (0.1, -0.5)
W2, B2 = ((2.0, 1.0), (-1.0, 0.5)), (0.0, 0.2)
TARGET, RATE = 1, 0.1


def solve(curve="relu", steps=1):
    """The library's forward and backward pass and its parameters after some steps."""
    parameters = [*sum(W1, ()), *B1, *sum(W2, ()), *B2]
    found = library.net(f"input 2; dense 2; {curve}; dense 2", parameters=parameters, x=X, targets=[TARGET], classes=2,
                        loss="cross_entropy", rate=RATE, steps=steps)
    found.z, found.a, found.s = (found.values[node]["values"] for node in (1, 2, 3))
    g = found.gradient
    found.dw1, found.db1, found.dw2, found.db2 = (g[0:2], g[2:4]), g[4:6], (g[6:8], g[8:10]), g[10:12]
    return found


def softmax(scores):
    """Not the library's output but the sum the page writes out; the page checks it against the library's loss."""
    exponentials = [math.exp(s) for s in scores]
    return [e / sum(exponentials) for e in exponentials]


def vector(values):
    return r"\begin{pmatrix} " + r" \\ ".join(tex(v, 4) for v in values) + r" \end{pmatrix}"


def matrix(rows):
    return r"\begin{pmatrix} " + r" \\ ".join(" & ".join(tex(v, 4) for v in row) for row in rows) + r" \end{pmatrix}"


def display(*lines):
    return "\n\n".join(f"$$\n{line}\n$$" for line in lines)


def given():
    return display(rf"x = {vector(X)}, \quad W^{{(1)}} = {matrix(W1)}, \quad b^{{(1)}} = {vector(B1)}, "
                   rf"\quad W^{{(2)}} = {matrix(W2)}, \quad b^{{(2)}} = {vector(B2)}, \quad t = {TARGET + 1}")


def forward():
    net = solve()
    probability = softmax(net.s)

    def dot(row, values, bias):
        return " + ".join([f"{p(w)} \\cdot {p(v, 4)}" for w, v in zip(row, values)] + [p(bias)])
    return display(
        *[rf"z_{i + 1} = {dot(W1[i], X, B1[i])} = {tex(net.z[i], 4)}, \qquad a_{i + 1} = \max(0, {tex(net.z[i], 4)}) = {tex(net.a[i], 4)}"
          for i in range(2)],
        *[rf"s_{k + 1} = {dot(W2[k], net.a, B2[k])} = {tex(net.s[k], 4)}" for k in range(2)],
        rf"p = \frac{{1}}{{e^{{{tex(net.s[0], 4)}}} + e^{{{tex(net.s[1], 4)}}}}} "
        rf"\begin{{pmatrix}} e^{{{tex(net.s[0], 4)}}} \\ e^{{{tex(net.s[1], 4)}}} \end{{pmatrix}} = {vector(probability)}, "
        rf"\qquad L = -\ln p_{TARGET + 1} = {tex(net.loss[0], 4)}")


def backward():
    net = solve()
    probability = softmax(net.s)
    hidden = [sum(W2[k][i] * net.dloss[k] for k in range(2)) for i in range(2)]
    return display(
        rf"\delta^{{(2)}} = p - y = {vector(probability)} - {vector([float(k == TARGET) for k in range(2)])} = {vector(net.dloss)}",
        rf"\frac{{\partial L}}{{\partial W^{{(2)}}}} = \delta^{{(2)}} a^\top = {matrix(net.dw2)}, \qquad "
        rf"\frac{{\partial L}}{{\partial b^{{(2)}}}} = {vector(net.db2)}",
        rf"W^{{(2)\top}} \delta^{{(2)}} = {vector(hidden)}, \qquad f'(z) = {vector([library.slope('relu', z) for z in net.z])}, \qquad "
        rf"\delta^{{(1)}} = {vector(net.db1)}",
        rf"\frac{{\partial L}}{{\partial W^{{(1)}}}} = \delta^{{(1)}} x^\top = {matrix(net.dw1)}, \qquad "
        rf"\frac{{\partial L}}{{\partial b^{{(1)}}}} = {vector(net.db1)}")


def agrees():
    """The sums the page writes out are the library's numbers: chain rule by hand against rl_backward."""
    for curve in ("relu", "leaky_relu:0.1"):
        net = solve(curve)
        name, _, alpha = curve.partition(":")
        probability = softmax(net.s)
        d2 = [probability[k] - (k == TARGET) for k in range(2)]
        d1 = [sum(W2[k][i] * d2[k] for k in range(2)) * library.slope(name, net.z[i], float(alpha) if alpha else None)
              for i in range(2)]
        by_hand = [*[d * x for d in d1 for x in X], *d1, *[d * a for d in d2 for a in net.a], *d2]
        if any(abs(ours - theirs) > 1e-6 for ours, theirs in zip(by_hand, net.gradient)):
            return False
        if abs(net.loss[0] + math.log(probability[TARGET])) > 1e-6:
            return False
        before = [*sum(W1, ()), *B1, *sum(W2, ()), *B2]
        if any(abs(w - RATE * g - after) > 1e-6 for w, g, after in zip(before, net.gradient, net.trained)):
            return False
    return True


def side_by_side():
    """The first hidden unit, which is off for the example, under both curves."""
    relu, leaky = solve("relu"), solve("leaky_relu:0.1")
    rows = [["z₁", n(relu.z[0], 4), n(leaky.z[0], 4)], ["a₁ = f(z₁)", n(relu.a[0], 4), n(leaky.a[0], 4)],
            ["f′(z₁)", n(library.slope("relu", relu.z[0])), n(library.slope("leaky_relu", leaky.z[0], 0.1))],
            ["∂L/∂w₁₁", n(relu.dw1[0][0], 4), n(leaky.dw1[0][0], 4)],
            ["∂L/∂w₁₂", n(relu.dw1[0][1], 4), n(leaky.dw1[0][1], 4)],
            ["∂L/∂b₁", n(relu.db1[0], 4), n(leaky.db1[0], 4)],
            ["w₁₁ after the step", n(relu.trained[0], 4), n(leaky.trained[0], 4)],
            ["loss before the step", n(relu.loss[0], 4), n(leaky.loss[0], 4)]]
    return table(["", "ReLU", "Leaky ReLU, α = 0.1"], rows)


def loss_after(steps):
    """The loss once the net has made some steps."""
    net = solve(steps=steps)
    after = library.net("input 2; dense 2; relu; dense 2", parameters=net.trained, x=X, targets=[TARGET], classes=2,
                        loss="cross_entropy")
    return after.loss[0]
