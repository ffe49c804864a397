"""Numerical questions: text, worked solution, what the library computes, what the solution comes to, and how the answer is
written. The library's number and the solution's must agree; see exam.py."""
import math

import contested
import library
import two_layer
from library import f, net, slope
from writing import n, tex

DOSAGE = dict(layers="input 1; dense 2; relu; dense 1; relu", parameters=[1.70, 12.6, -0.85, 0.0, -40.8, 2.70, -16.0])


def dosage(x):
    found = net(DOSAGE["layers"], parameters=DOSAGE["parameters"], x=[x])
    return [node["values"] for node in found.values]


def one_unit(curve, w, b, x, outgoing=1.0, target=0.0, **how):
    """x → w·x + b → curve → times outgoing; squared error against target."""
    return net(f"input 1; dense 1; {curve}; dense 1", parameters=[w, b, outgoing, 0.0], x=x if isinstance(x, list) else [x],
               targets=[target] * (len(x) if isinstance(x, list) else 1), loss="squared", **how)


def spread(layers, init, units, inputs):
    """The standard deviation of the first layer's weights, over as many as the library draws for it."""
    weights = net(layers, init=init, seed=3).parameters[:units * inputs]
    return math.sqrt(sum(w * w for w in weights) / len(weights))


def softmax_by_library(scores, target):
    """−ln p of the target, by a net that hands its inputs on."""
    size = len(scores)
    eye = [float(i == j) for i in range(size) for j in range(size)]
    return net(f"input {size}; dense {size}", parameters=[*eye, *[0.0] * size], x=scores, targets=[target], classes=size,
               loss="cross_entropy")


def questions():
    found = []

    def ask(text, solution, library_says, by_hand, digits=4, unit=""):
        found.append((text, solution, library_says, by_hand, n(by_hand, digits) + unit))

    ask(r"A ReLU unit has weights $w = (0.5, -1)$ and bias $b = 0.25$. What does it give for $x = (2, 1)$?",
        rf"$z = 0.5 \cdot 2 - 1 \cdot 1 + 0.25 = {tex(0.5 * 2 - 1 + 0.25)}$, and $\max(0, z) = z$ since $z > 0$.",
        net("input 2; dense 1; relu; dense 1", parameters=[0.5, -1, 0.25, 1, 0], x=[2, 1]).values[2]["values"][0],
        max(0, 0.5 * 2 - 1 * 1 + 0.25))
    ask(r"The same unit with $x = (1, 2)$ and Leaky ReLU, α = 0.1. What does it give?",
        rf"$z = 0.5 - 2 + 0.25 = {tex(-1.25)}$, and $0.1 \cdot ({tex(-1.25)}) = {tex(-0.125)}$.",
        net("input 2; dense 1; leaky_relu:0.1; dense 1", parameters=[0.5, -1, 0.25, 1, 0], x=[1, 2]).values[2]["values"][0], 0.1 * -1.25)
    ask(r"A gradient of $\partial L / \partial a = 3$ arrives at a Leaky ReLU unit (α = 0.2) with $z = -4$. What goes on to z?",
        r"$\partial L / \partial z = 3 \cdot f'(-4) = 3 \cdot 0.2 = 0.6$.", 3 * slope("leaky_relu", -4, 0.2), 3 * 0.2)
    ask(r"The dosage net: top = ReLU(1.70·x − 0.85), bottom = ReLU(12.6·x), output = ReLU(−40.8·top + 2.70·bottom − 16). What does the *top* unit give at dosage 0.6?",
        rf"$1.70 \cdot 0.6 - 0.85 = {tex(1.7 * 0.6 - 0.85, 2)} > 0$.", dosage(0.6)[2][0], 1.7 * 0.6 - 0.85, 2)
    ask("The same net: what is the *output* at dosage 0.5?",
        rf"top = ReLU(0.85 − 0.85) = 0, bottom = 12.6 · 0.5 = {n(6.3)}, output = 2.70 · {n(6.3)} − 16 = {n(2.7 * 6.3 - 16, 3)}.",
        dosage(0.5)[4][0], 2.7 * 12.6 * 0.5 - 16, 3)
    ask("The same net: from which dosage on is the top unit awake (z > 0)?",
        r"$1.70\,x > 0.85$, so $x > 0.85 / 1.70$. (The library: at exactly that dosage z is 0, a little above it is positive.)",
        0.5 if dosage(0.5)[1][0] <= 1e-6 < dosage(0.501)[1][0] else math.nan, 0.85 / 1.7)
    three = softmax_by_library([1.0, 2.0, 3.0], 2)
    sum3 = sum(math.exp(s) for s in (1, 2, 3))
    ask(r"Scores are $s = (1, 2, 3)$. Which probability does softmax give the third class?",
        rf"$e^3 / (e^1 + e^2 + e^3) = {tex(math.exp(3), 4)} / {tex(sum3, 4)} = {tex(math.exp(3) / sum3, 4)}$.", math.exp(-three.loss[0]), math.exp(3) / sum3)
    ask("And how large is the cross-entropy loss if the third class is right?", rf"$-\ln {tex(math.exp(3) / sum3, 4)}$.", three.loss[0], -math.log(math.exp(3) / sum3))
    ask(r"And $\partial L / \partial s_3$?", rf"$p_3 - y_3 = {tex(math.exp(3) / sum3, 4)} - 1$.", three.dloss[2], math.exp(3) / sum3 - 1)
    ten = softmax_by_library([0.0] * 10, 4)
    ask("A net with ten classes gives every class the same score. How large is its cross-entropy loss?",
        r"Every $p_k = 1/10$, so $L = -\ln(1/10) = \ln 10$. A net that starts with a much larger loss starts badly.", ten.loss[0], math.log(10))
    nll = two_layer.solve()
    ask("The two-layer net worked by hand in [Concepts explained](concepts_explained.md): how large is its loss before the first step?",
        rf"Scores {n(nll.s[0])} and {n(nll.s[1])}, $L = \ln(e^{{2.5}} + e^{{1.45}}) - 1.45$.", nll.loss[0], math.log(math.exp(2.5) + math.exp(1.45)) - 1.45)
    sigmoid = slope("sigmoid", 2.0)
    s2 = 1 / (1 + math.exp(-2))
    ask("What is the slope of the sigmoid at z = 2?", rf"$\sigma(2) = {tex(s2, 4)}$ and $\sigma' = {tex(s2, 4)} \cdot {tex(1 - s2, 4)}$.", sigmoid, s2 * (1 - s2))
    ask("Through ten layers each with a sigmoid at its steepest point (slope ¼) a gradient is multiplied by 0.25 ten times. By which factor altogether?",
        r"$0.25^{10}$. This is the vanishing gradient, even in the best case.", slope("sigmoid", 0.0) ** 10, 0.25 ** 10, 3)
    ask("What does SoftPlus give at z = 0?", r"$\ln(1 + e^0) = \ln 2$.", f("softplus", 0), math.log(2))
    ask("What does ELU with α = 1 give at z = −2?", r"$e^{-2} - 1$.", f("elu", -2, 1.0), math.exp(-2) - 1)
    ask("What does SiLU give at z = −1?", r"$-1 \cdot \sigma(-1) = -1 / (1 + e)$.", f("silu", -1), -1 / (1 + math.e))
    ask("What is Leaky ReLU's slope at exactly z = 0 in this library, for α = 0.3?", "The slope from the left, α. (At the kink no derivative exists; this is the choice that stands in the curve's file.)",
        slope("leaky_relu", 0, 0.3), 0.3)
    ask("A layer has 8 inputs and ReLU. Which standard deviation does He initialisation give its weights?",
        rf"$\sqrt{{2/8}}$. (Drawn by the library: 480 × 8 weights have a deviation of {n(spread('input 8; dense 480; relu; dense 1', 'he', 480, 8), 2)}.)",
        0.5 if abs(spread('input 8; dense 480; relu; dense 1', 'he', 480, 8) - 0.5) < 0.025 else math.nan, math.sqrt(2 / 8))
    leaky = math.sqrt(2 / ((1 + 0.3 ** 2) * 50))
    drawn = spread('input 50; dense 80; leaky_relu:0.3; dense 1', 'he', 80, 50)
    ask("A layer has 50 inputs and Leaky ReLU with α = 0.3. Which standard deviation does He initialisation give?",
        rf"$\sqrt{{2 / ((1 + 0.3^2) \cdot 50)}}$. (Drawn by the library: {n(drawn, 2)}.)", leaky if abs(drawn - leaky) < 0.05 * leaky else math.nan, leaky)
    step = one_unit("relu", 1.0, 0.5, 2.0, target=1.0, rate=0.1, steps=1)
    ask(r"A ReLU unit has $w = 1$, $b = 0.5$ and hands its output on unchanged. For $x = 2$ the target is 1 and the loss $(a - t)^2$. What is $\partial L / \partial w$?",
        r"$z = 2.5$, $a = 2.5$, $\partial L / \partial a = 2 (2.5 - 1) = 3$, $f' = 1$, times $x = 2$.", step.gradient[0], 2 * (2.5 - 1) * 1 * 2)
    ask("And w after one step of gradient descent with rate 0.1?", r"$1 - 0.1 \cdot 6$.", step.trained[0], 1 - 0.1 * 6)
    dead = one_unit("relu", 1.0, 0.4, 2.0, target=-30.0, rate=0.1, steps=1)
    z_after = dead.trained[0] * 2 + dead.trained[1]
    w1, b1 = 1 - 0.1 * 2 * (2.4 + 30) * 2, 0.4 - 0.1 * 2 * (2.4 + 30)
    ask(r"A ReLU unit with $w = 1$, $b = 0.4$ (output handed on unchanged) sees only $x = 2$, with an outlier as target: $t = -30$. Loss $(a - t)^2$, rate 0.1. How large is z after one step?",
        rf"$a = 2.4$, $\partial L / \partial a = 2 \cdot 32.4 = 64.8$. New $w = 1 - 0.1 \cdot 64.8 \cdot 2 = {tex(w1, 4)}$, new $b = 0.4 - 0.1 \cdot 64.8 = {tex(b1, 4)}$, "
        rf"$z = 2 \cdot ({tex(w1, 4)}) + ({tex(b1, 4)})$. One step, and the unit is dead on its data.", z_after, 2 * w1 + b1)
    penalty = one_unit("relu", -1.0, -0.5, 2.0, target=1.0, rate=0.1, steps=1, l2=0.5, decay_biases=1)
    ask(r"A dead unit has $w = -1$, $b = -0.5$ and the only input $x = 2$. SGD with rate 0.1 and L2 with λ = 0.5 on weights and biases. How large is z after one step?",
        r"Its gradient is 0, decay multiplies $w$ and $b$ by $1 - 0.1 \cdot 0.5 = 0.95$, so $z = 0.95 \cdot (-2.5)$. Smaller, but still negative, and so for ever.",
        penalty.trained[0] * 2 + penalty.trained[1], 0.95 * -2.5)
    counted = net("input 1; dense 3; relu; dense 1", parameters=[1, -1, 0.5, -3, -1, 0.1, 1, 1, 1, 0], x=[0.5, 1.0, 2.0])
    by_hand = sum(all(w * x + b <= 0 for x in (0.5, 1, 2)) for w, b in ((1, -3), (-1, -1), (0.5, 0.1)))
    ask(r"A hidden layer has three ReLU units on one input: $z_1 = x - 3$, $z_2 = -x - 1$, $z_3 = 0.5x + 0.1$. The data are $x = 0.5, 1, 2$. How many units are dead on them?",
        r"$z_1 \le 2 - 3 < 0$ on all, $z_2 < 0$ on all, $z_3 > 0$ on all. (On other data, say $x = 4$, the first would be awake: the count belongs to the data.)",
        sum(unit["dead"] for unit in counted.units), by_hand, 1)
    zeros = sum(v == 0 for v in counted.values[2]["values"]) / 9
    ask("The same layer and data: which share of its outputs is 0, in per cent?", r"Six of nine. Compare with the share of dead units, two of three: here they happen to be equal; with one example that wakes a unit they would not be.", 100 * zeros, 100 * 6 / 9, 3, " %")
    shape = net("input 64; dense 32; relu; dense 10", seed=1)
    ask("How many parameters has a net with 64 inputs, 32 hidden units and 10 outputs (dense layers with biases)?", r"$64 \cdot 32 + 32 + 32 \cdot 10 + 10$.", len(shape.parameters), 64 * 32 + 32 + 32 * 10 + 10)
    birth = library.relive("birth --width 3 --depth 10 --trials 100")
    ask("A ReLU net has 9 hidden layers of 3 units, no biases, symmetric random weights. For one fixed input, with which probability does some layer give only zeros?",
        r"Each unit is off with probability ½, a layer of three with $2^{-3}$; all nine layers are alive with probability $(1 - 1/8)^9$, so $1 - (7/8)^9$.", birth["formula"], contested.formula(3, 10))
    unit = library.relive("birth --width 4 --depth 2 --fan-in 1 --inputs ball:1 --bias-sd 1 --init normal:1 --trials 20000")["dead_units"]
    ask(r"A first-layer unit has one input in $[-1, 1]$, $w \sim N(0, 1)$ and $b \sim N(0, 1)$. With which probability is it born dead on the whole interval?",
        rf"$z \le 0$ on all of it means $|w| + b \le 0$. By symmetry of the plane that is $\arctan(1)/\pi$. (Counted by the program on 20,000 nets: {n(unit['share'], 2)}.)",
        0.25 if abs(unit["share"] - 0.25) < 5 * unit["se"] else math.nan, math.atan(1) / math.pi)
    return found

