#!/usr/bin/python3
"""Writes what PyTorch's layers compute, for tests/nn/test_layers_golden.c: layers.txt.

    tests/golden/make_layers.py            writes it beside itself
    tests/golden/make_layers.py --check    writes nothing; fails if the file would change

A net is given as relive's text and built here as the torch.nn.Sequential that it equals. Of each: parameters (in
state_dict's order, and by its names and shapes), inputs, outputs in training and in evaluation mode, the gradient of
Σ outputs · d by the parameters, and the parameters after STEPS steps of SGD with momentum on the mean square of
outputs minus targets, one batch after the other. Inputs are multiples of a power of two; results are float64. A
net is drawn anew until PyTorch's own float32 training ends within STRAY of that.
"""
import os
import random
import sys

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
STRAY = 2e-5
ROWS, STEPS, RATE, MOMENTUM = 6, 20, 0.03125, 0.875
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

NETS = [
    "input 2x5x6; conv 3 3; flatten; dense 2",
    "input 1x9x8; conv 4 3; leaky_relu; pool 2; conv 6 2 padding 1; tanh; average_pool 2; flatten; dense 3",
    "input 4x7x9; conv 6 3x2 stride 2 padding 1 groups 2; tanh; conv 5 2 dilation 2 no_bias; flatten; dense 2",
    "input 3x8x7; conv 9 2x3 stride 3x2 padding 2x1 dilation 2x1 groups 3; prelu; global_pool; flatten; dense 4",
    "input 2x6x6; conv 4 1; tanh; pool 3x2 stride 2x1 padding 1; conv 3 2; average_pool 2x3 stride 1x2 padding 1; flatten",
    "input 12; dense 18; tanh; reshape 2x3x3; conv 4 2; prelu shared; flatten; dense 2",
    "input 4x4x4; conv 8 3 stride 2 padding 1 groups 4; tanh; flatten; dense 3",
    "input 3x4x5; conv_transposed 4 3; tanh; conv_transposed 2 2x3 padding 1; flatten; dense 3",
    "input 4x3x2; conv_transposed 6 3x2 stride 2x3 padding 1x0 output_padding 1x2 groups 2; tanh; conv 2 3 stride 2; flatten",
    "input 12; reshape 3x2x2; conv_transposed 2 4 stride 2 padding 1 no_bias; leaky_relu; conv_transposed 1 2 dilation 2x3; flatten; dense 2",
    "input 2x3x3; conv_transposed 3 3 stride 1x2 dilation 3 output_padding 2x0 padding 2; prelu; flatten; dense 2",
    "input 7; dense 5; layer_norm; leaky_relu; layer_norm; dense 3",
    "input 4x3; layer_norm; tanh; flatten; dense 2",
    "input 2x3x4; layer_norm; conv 3 2; layer_norm; tanh; flatten; dense 2",
    "input 5; batch_norm; dense 19; batch_norm; tanh; batch_norm; dense 3",
    "input 2x5x5; batch_norm; conv 3 3 padding 1; batch_norm; tanh; pool 2; conv 4 2; batch_norm; flatten; batch_norm; dense 2",
]


def pair(word):
    sizes = tuple(int(n) for n in word.split("x"))
    return sizes * 2 if len(sizes) == 1 else sizes


def options(words):
    """{"stride": (2, 2), "groups": 2, "no_bias": True}"""
    found, at = {}, 0
    while at < len(words):
        if words[at] == "no_bias":
            found["no_bias"] = True
            at += 1
        else:
            found[words[at]] = int(words[at + 1]) if words[at] == "groups" else pair(words[at + 1])
            at += 2
    return found


def net_of(text):
    """The torch.nn.Sequential that a net's text names, and the shape of its input."""
    layers = [layer.split() for layer in text.split(";")]
    shape = tuple(int(n) for n in layers[0][1].split("x"))
    modules, now = [], torch.zeros((2,) + shape)
    for word, *rest in layers[1:]:
        size = now.shape[1]
        if word in ("conv", "conv_transposed"):
            how = options(rest[2:])
            bias = not how.pop("no_bias", False)
            kind = torch.nn.Conv2d if word == "conv" else torch.nn.ConvTranspose2d
            module = kind(size, int(rest[0]), pair(rest[1]), bias=bias, **how)
        elif word in ("pool", "average_pool"):
            kind = {"pool": torch.nn.MaxPool2d, "average_pool": torch.nn.AvgPool2d}[word]
            module = kind(pair(rest[0]), **options(rest[1:]))
        elif word == "global_pool":
            module = torch.nn.AdaptiveAvgPool2d(1)
        elif word == "flatten":
            module = torch.nn.Flatten()
        elif word == "reshape":
            module = torch.nn.Unflatten(1, tuple(int(n) for n in rest[0].split("x")))
        elif word == "dense":
            module = torch.nn.Linear(size, int(rest[0]), bias="no_bias" not in rest)
        elif word == "batch_norm":
            module = (torch.nn.BatchNorm1d if now.dim() == 2 else torch.nn.BatchNorm2d)(size)
        elif word == "layer_norm":
            module = torch.nn.LayerNorm(tuple(now.shape[1:]) if now.dim() != 3 else now.shape[2])
        elif word == "prelu":
            module = torch.nn.PReLU(1 if "shared" in rest else size)
        else:
            module = {"relu": torch.nn.ReLU, "leaky_relu": torch.nn.LeakyReLU, "tanh": torch.nn.Tanh}[word]()
        modules.append(module)
        now = module(now)
    return torch.nn.Sequential(*modules), shape


def normal(source, *shape, sd=1.0, grain=256):
    """Normal draws, rounded to multiples of 1/grain."""
    count = 1
    for n in shape:
        count *= n
    return torch.tensor([round(source.gauss(0, sd) * grain) / grain for _ in range(count)]).reshape(shape)


def state_of(net):
    """Everything a file would hold, by name."""
    return net.state_dict()


def flat(net):
    return torch.cat([value.detach().flatten().double() for value in state_of(net).values()])


def gradient_of(net):
    """In the order of the state; 0 for what is no parameter."""
    given = dict(net.named_parameters())
    return torch.cat([(given[name].grad if name in given else torch.zeros_like(value)).flatten()
                      for name, value in state_of(net).items()])


def train(net, x, targets):
    optimiser = torch.optim.SGD(net.parameters(), lr=RATE, momentum=MOMENTUM)
    net.train()
    for step in range(STEPS):
        optimiser.zero_grad()
        batch = slice(0, ROWS) if step % 2 == 0 else slice(ROWS, 2 * ROWS)
        torch.nn.functional.mse_loss(net(x[batch]), targets[batch]).backward()
        optimiser.step()


def draw(source, net):
    for name, value in state_of(net).items():
        if name.endswith("num_batches_tracked"):
            value.fill_(3)
            continue
        sd = 1 / max(1, value[0].numel()) ** 0.5 if value.dim() > 1 else 0.25
        with torch.no_grad():
            value.copy_(normal(source, *value.shape, sd=sd))
        if name.endswith("running_var"):
            value.abs_().add_(0.5)


def layers():
    lines = ["# Made by make_layers.py: layers of torch.nn in small nets."]
    source = random.Random(5)

    def numbers(name, tensor, digits=12):
        shape = ",".join(str(n) for n in tensor.shape)
        lines.append(f"{name} [{shape}]: " + " ".join(f"{v:.{digits}g}" for v in tensor.flatten().tolist()))

    for case, text in enumerate(NETS):
        while True:
            net, shape = net_of(text)
            twin = net_of(text)[0].float()
            draw(source, net)
            start = flat(net)
            twin.load_state_dict({name: value.to(twin.state_dict()[name].dtype) for name, value in net.state_dict().items()})
            x = normal(source, 2 * ROWS, *shape)
            net.eval()
            evaluated = net(x[:ROWS]).detach()
            net.train()
            outputs = net(x[:ROWS])
            d = normal(source, *outputs.shape)
            targets = normal(source, 2 * ROWS, *outputs.shape[1:])
            (outputs * d).sum().backward()
            gradient = gradient_of(net)
            with torch.no_grad():
                at = 0
                for value in state_of(net).values():  # a pass in training mode may have changed some of it
                    value.copy_(start[at:at + value.numel()].reshape(value.shape))
                    at += value.numel()
            train(net, x, targets)
            train(twin, x.float(), targets.float())
            if ((flat(net) - flat(twin)).abs() / flat(net).abs().clamp(min=1)).max() < STRAY:
                break
        lines.append(f"{case}/layers: {text}")
        lines.append(f"{case}/names: " + "; ".join(
            f"{name} {','.join(str(n) for n in value.shape)}" for name, value in state_of(net).items()))
        for name, tensor in (("start", start), ("x", x), ("d", d), ("targets", targets), ("evaluated", evaluated),
                             ("outputs", outputs.detach()), ("gradient", gradient), ("end", flat(net))):
            numbers(f"{case}/{name}", tensor)
    return "\n".join(lines) + "\n"


def main():
    path = os.path.join(HERE, "layers.txt")
    text = layers()
    if "--check" in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            if file.read() != text:
                sys.exit("make_layers.py would change " + path)
    else:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


main()
