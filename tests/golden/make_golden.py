#!/usr/bin/python3
"""Writes what PyTorch computes, for the tests to compare with: losses.txt, optimisers.txt, training.txt,
recurrent.txt.

    tests/golden/make_golden.py            writes them beside itself
    tests/golden/make_golden.py --check    writes nothing; fails if a file would change

Every line is "name: words" or "name [dimensions]: numbers", read by golden.h. Inputs are multiples of a power of
two, so that float32 and float64 hold the same; results are PyTorch's in float64. Needs Debian's python3-torch.

A training run is kept only if PyTorch's own float32 run ends within STRAY of its float64 one: such a run says
something about formulas, where a more sensitive one would say something about rounding. What recurrent nets compute
passes through many steps, so there two jolted runs must end as near.
"""
import os
import random
import sys

import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
STRAY = 2e-5
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


class Golden:
    """A file in the making."""

    def __init__(self, about):
        self.lines = ["# Made by make_golden.py: " + about]

    def words(self, name, text):
        self.lines.append(f"{name}: {text}")

    def numbers(self, name, tensor, digits=17):
        tensor = torch.as_tensor(tensor)
        shape = ",".join(str(n) for n in tensor.shape)
        values = " ".join(f"{v:.{digits}g}" for v in tensor.flatten().tolist())
        self.lines.append(f"{name} [{shape}]: {values}")

    def text(self):
        return "\n".join(self.lines) + "\n"


def normal(source, *shape, sd=1.0, grain=1024):
    """Normal draws, rounded to multiples of 1/grain."""
    count = 1
    for n in shape:
        count *= n
    return torch.tensor([round(source.gauss(0, sd) * grain) / grain for _ in range(count)]).reshape(shape)


def loss_of(name, scores, targets, reduction="mean"):
    if name == "cross_entropy":
        return F.cross_entropy(scores, targets.flatten().long(), reduction=reduction)
    if name == "binary":
        return F.binary_cross_entropy_with_logits(scores, targets, reduction=reduction)
    return F.mse_loss(scores, targets, reduction=reduction)


def says(name, scores):
    if name == "cross_entropy":
        return torch.softmax(scores, 1)
    return torch.sigmoid(scores) if name == "binary" else scores


def draw_targets(source, name, rows, width):
    if name == "squared":
        return normal(source, rows, width)
    classes = 2 if name == "binary" else width
    return torch.tensor([[float(source.randrange(classes))] for _ in range(rows)])


def losses():
    golden = Golden("losses of each row, what predict says, and the gradient of the mean loss.")
    source = random.Random(1)
    case = 0
    for name, widths in (("cross_entropy", (1, 2, 3, 10)), ("binary", (1,)), ("squared", (1, 4))):
        for width in widths:
            for sd in (1, 20):
                rows = 8
                scores = normal(source, rows, width, sd=sd).requires_grad_()
                targets = draw_targets(source, name, rows, width)
                loss_of(name, scores, targets).backward()
                each = loss_of(name, scores, targets, "none").detach().reshape(rows, -1).mean(1)
                golden.words(f"{case}/loss", name)
                golden.numbers(f"{case}/scores", scores.detach())
                golden.numbers(f"{case}/targets", targets)
                golden.numbers(f"{case}/outputs", says(name, scores.detach()))
                golden.numbers(f"{case}/losses", each)
                golden.numbers(f"{case}/gradient", scores.grad)
                case += 1
    return golden


def optimiser_of(name, groups, how):
    if name in ("sgd", "momentum", "nesterov"):
        mu = 0 if name == "sgd" else how.get("momentum", 0.9)
        return torch.optim.SGD(groups, lr=how["rate"], momentum=mu, nesterov=name == "nesterov")
    kind = {"rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name]
    return kind(groups, lr=how["rate"])


OPTIMISERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SEEN = (1, 2, 3, 10, 50, 100)


def optimisers():
    golden = Golden("parameters after some of 100 steps on given gradients; l2 acts on the decayed ones.")
    source = random.Random(2)
    start, gradients = normal(source, 6), normal(source, 100, 6)
    gradients[:, 4] *= 2.0**-20  # so small that ε matters
    gradients[:, 5] = 0
    decays = torch.tensor([1.0, 0.0, 1.0, 0.0, 1.0, 1.0])
    golden.numbers("start", start)
    golden.numbers("gradients", gradients)
    golden.numbers("decays", decays)
    golden.numbers("steps", torch.tensor([float(s) for s in SEEN]))
    case = 0
    for name in OPTIMISERS:
        for l2 in (0.0, 0.125):
            weights = [torch.nn.Parameter(start[i : i + 1].clone()) for i in range(6)]
            groups = [{"params": [w], "weight_decay": l2 * d} for w, d in zip(weights, decays.tolist())]
            optimiser = optimiser_of(name, groups, {"rate": 0.015625})
            seen = []
            for step, gradient in enumerate(gradients, 1):
                for w, g in zip(weights, gradient):
                    w.grad = g.reshape(1).clone()
                optimiser.step()
                if step in SEEN:
                    seen.append(torch.cat([w.detach() for w in weights]).clone())
            golden.words(f"{case}/optimiser", name)
            golden.numbers(f"{case}/l2", [l2])
            golden.numbers(f"{case}/weights", torch.stack(seen))
            case += 1
    return golden


class Flat(torch.nn.Module):
    """A net whose parameters can be read and set as one array, in the order in which they were made."""

    def flat(self):
        return torch.cat([p.detach().flatten() for p in self.parameters()])

    def set(self, values):
        at = 0
        for p in self.parameters():
            p.data = values[at : at + p.numel()].reshape(p.shape).to(p.dtype).clone()
            at += p.numel()

    def count(self):
        return sum(p.numel() for p in self.parameters())


class Net(Flat):
    """4 - 8 - outputs, or with a skip: 4 - 8 - (8 +) - outputs."""

    def __init__(self, curve, outputs, skip, dtype):
        super().__init__()
        widths = [(4, 8), (8, 8), (8, outputs)] if skip else [(4, 8), (8, outputs)]
        self.dense = torch.nn.ModuleList(torch.nn.Linear(i, o, dtype=dtype) for i, o in widths)
        self.curve = {"relu": torch.relu, "tanh": torch.tanh, "leaky_relu": F.leaky_relu}[curve]
        self.skip = skip
        self.layers = f"input 4; dense 8; {curve}; " + (f"dense 8; {curve}; add 2; " if skip else "") + f"dense {outputs}"

    def forward(self, x):
        a = self.curve(self.dense[0](x))
        if self.skip:
            a = self.curve(self.dense[1](a)) + a
        return self.dense[-1](a)


class Sequence(Flat):
    """6 steps of 4 features through recurrent layers; then the last step, or all of them side by side, and a dense layer."""

    def __init__(self, cells, bias, last, outputs, dtype):
        super().__init__()
        makers = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
        self.cells, words, width = torch.nn.ModuleList(), ["input 6x4"], 4
        for cell, units in cells:
            maker, how = (makers[cell], {}) if cell in makers else (torch.nn.RNN, {"nonlinearity": cell})
            self.cells.append(maker(width, units, bias=bias, batch_first=True, dtype=dtype, **how))
            words.append(f"{cell} {units}" if cell in makers else f"rnn {units} {cell}")
            words[-1] += "" if bias else " no_bias"
            width = units
        self.last = last
        self.dense = torch.nn.Linear(width if last else 6 * width, outputs, dtype=dtype)
        self.layers = "; ".join(words + ["last" if last else "flatten", f"dense {outputs}"])

    def forward(self, x):
        a = x.reshape(-1, 6, 4)
        for cell in self.cells:
            a, _ = cell(a)
        return self.dense(a[:, -1] if self.last else a.flatten(1))


STEPS = 100
LOSSES_SEEN = (1, 2, 5, 10, 20, 50, 100)


def train(net, x, targets, loss_name, optimiser_name, how):
    """Full batches. l1 is l1 · sign(w) in the gradient; both penalties come after clipping and spare the biases."""
    decayed = [p for n, p in net.named_parameters() if "weight" in n.split(".")[-1] or how.get("decay_biases")]
    kept = [p for p in net.parameters() if not any(p is d for d in decayed)]
    groups = [{"params": decayed, "weight_decay": how.get("l2", 0)}, {"params": kept, "weight_decay": 0}]
    optimiser = optimiser_of(optimiser_name, [g for g in groups if g["params"]], how)
    schedule = {
        "constant": lambda: None,
        "step": lambda: torch.optim.lr_scheduler.StepLR(optimiser, how["step_every"], how["step_factor"]),
        "cosine": lambda: torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS),
    }[how.get("schedule", "constant")]()
    seen = []
    for step in range(1, STEPS + 1):
        optimiser.zero_grad()
        loss = loss_of(loss_name, net(x), targets)
        loss.backward()
        if step in LOSSES_SEEN:
            seen.append(loss.item())
        if how.get("clip"):
            torch.nn.utils.clip_grad_norm_(net.parameters(), how["clip"])
        for p in decayed:
            p.grad += how.get("l1", 0) * torch.sign(p.detach())
        optimiser.step()
        if schedule:
            schedule.step()
    return seen


RATES = {"sgd": 0.25, "momentum": 0.0625, "nesterov": 0.0625, "rmsprop": 0.015625, "adam": 0.03125, "adamw": 0.03125}


def runs():
    """(curve, loss, optimiser, how, skip): every optimiser with every loss, then every setting."""
    curves = ("relu", "tanh", "leaky_relu")
    for loss in ("cross_entropy", "squared", "binary"):
        for curve in curves:
            for name in OPTIMISERS:
                if loss == "cross_entropy" or curve == curves[OPTIMISERS.index(name) % 3]:
                    yield curve, loss, name, {}, False
    for name in OPTIMISERS:
        yield "relu", "cross_entropy", name, {"l2": 0.03125}, False
        yield "leaky_relu", "cross_entropy", name, {"clip": 0.25}, False
    for name in ("sgd", "adam"):
        yield "relu", "cross_entropy", name, {"l1": 0.0078125}, False
        yield "tanh", "cross_entropy", name, {"l2": 0.03125, "decay_biases": 1}, False
        yield "tanh", "squared", name, {"l1": 0.0078125, "l2": 0.03125, "clip": 0.25}, False
        yield "relu", "cross_entropy", name, {"schedule": "step", "step_every": 30, "step_factor": 0.5}, False
        yield "relu", "cross_entropy", name, {"schedule": "cosine"}, False
        yield "relu", "cross_entropy", name, {}, True
    yield "tanh", "cross_entropy", "adamw", {"l2": 0.5, "decay_biases": 1}, False
    yield "relu", "cross_entropy", "momentum", {"schedule": "cosine", "momentum": 0.5}, False


def astray(net, other):
    return ((net.flat() - other.flat().double()).abs() / net.flat().abs().clamp(min=1)).max()


def record(golden, case, source, net_of, x, targets, loss, name, how, jolts=0):
    """One run from a start that is drawn anew until rounding does not carry it astray: PyTorch's in float32, nor any of
    so many jolts of the start by some units of float32's last place."""
    how = {"rate": RATES[name], **how}
    while True:
        net, twin = (net_of(dtype) for dtype in (torch.float64, torch.float32))
        start = normal(source, net.count(), sd=0.5)
        net.set(start)
        twin.set(start)
        loss_of(loss, net(x), targets[loss]).backward()
        gradient = torch.cat([p.grad.flatten() for p in net.parameters()])
        outputs_at_start = says(loss, net(x).detach())
        seen = train(net, x, targets[loss], loss, name, how)
        train(twin, x.float(), targets[loss].float(), loss, name, how)
        if astray(net, twin) >= STRAY:
            continue
        shaken = [net_of(torch.float64) for _ in range(jolts)]
        for other in shaken:
            other.set(start * (1 + torch.tensor([source.choice((-4, 4)) * 2.0**-23 for _ in start])))
            train(other, x, targets[loss], loss, name, how)
        if all(astray(net, other) < STRAY for other in shaken):
            break
    golden.words(f"{case}/layers", net.layers)
    golden.words(f"{case}/loss", loss)
    golden.words(f"{case}/optimiser", name)
    golden.words(f"{case}/schedule", how.get("schedule", "constant"))
    keys = ("rate", "momentum", "l1", "l2", "clip", "decay_biases", "step_every", "step_factor")
    golden.numbers(f"{case}/how", [float(how.get(key, 0)) for key in keys])
    golden.numbers(f"{case}/start", start)
    golden.numbers(f"{case}/outputs", outputs_at_start, 10)
    golden.numbers(f"{case}/gradient", gradient, 10)
    golden.numbers(f"{case}/losses", seen, 10)
    golden.numbers(f"{case}/end", net.flat(), 10)
    final = net(x).detach()
    golden.numbers(f"{case}/end_loss", [loss_of(loss, final, targets[loss]).item()], 10)
    if loss != "squared":
        named = final.argmax(1) if loss == "cross_entropy" else (final > 0).long().flatten()
        golden.numbers(f"{case}/end_accuracy", [(named == targets[loss].flatten().long()).double().mean().item()], 10)


def training():
    golden = Golden("100 full-batch steps of small nets.")
    source = random.Random(3)
    x = normal(source, 30, 4, grain=256)
    targets = {"cross_entropy": torch.tensor([[float(source.randrange(3))] for _ in range(30)]),
               "squared": normal(source, 30, 3, grain=256),
               "binary": torch.tensor([[float(source.randrange(2))] for _ in range(30)])}
    golden.numbers("x", x)
    for name, y in targets.items():
        golden.numbers(name, y)
    golden.numbers("losses_seen", torch.tensor([float(s) for s in LOSSES_SEEN]))
    for case, (curve, loss, name, how, skip) in enumerate(runs()):
        outputs = 1 if loss == "binary" else 3
        record(golden, case, source, lambda dtype: Net(curve, outputs, skip, dtype), x, targets, loss, name, how)
    return golden


def recurrent_runs():
    """(cells, bias, last, loss, optimiser, how): every cell with every end and two optimisers, then two layers, settings."""
    for cell in ("tanh", "relu", "gru", "lstm"):
        for last in (True, False):
            for name in ("sgd", "adam"):
                yield [(cell, 5)], True, last, "cross_entropy", name, {}
        yield [(cell, 5)], False, True, "squared", "momentum", {}
        yield [(cell, 5), (cell, 3)], True, True, "cross_entropy", "rmsprop", {}
        yield [(cell, 5)], True, True, "squared", "sgd", {"clip": 0.25, "l2": 0.03125}
    yield [("gru", 6), ("tanh", 4), ("lstm", 5)], True, True, "cross_entropy", "adamw", {"l2": 0.5, "decay_biases": 1}


def recurrent():
    golden = Golden("100 full-batch steps of small recurrent nets.")
    source = random.Random(4)
    x = normal(source, 30, 24, grain=256)
    targets = {"cross_entropy": torch.tensor([[float(source.randrange(3))] for _ in range(30)]),
               "squared": normal(source, 30, 3, grain=256)}
    golden.numbers("x", x)
    for name, y in targets.items():
        golden.numbers(name, y)
    golden.numbers("losses_seen", torch.tensor([float(s) for s in LOSSES_SEEN]))
    for case, (cells, bias, last, loss, name, how) in enumerate(recurrent_runs()):
        record(golden, case, source, lambda dtype: Sequence(cells, bias, last, 3, dtype), x, targets, loss, name, how, 2)
    return golden


def main():
    check = "--check" in sys.argv[1:]
    changed = []
    for name, golden in (("losses", losses()), ("optimisers", optimisers()), ("training", training()),
                         ("recurrent", recurrent())):
        path = os.path.join(HERE, name + ".txt")
        if check:
            with open(path, encoding="utf-8") as file:
                if file.read() != golden.text():
                    changed.append(path)
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(golden.text())
    if changed:
        sys.exit("make_golden.py would change " + ", ".join(changed))


main()
