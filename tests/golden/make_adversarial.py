#!/usr/bin/python3
"""Writes what PyTorch's adversarial training computes, for tests/train/test_adversarial.c: adversarial.txt.

    tests/golden/make_adversarial.py            writes it beside itself
    tests/golden/make_adversarial.py --check    writes nothing; fails if the file would change

Of each pair of nets: parameters at the start, rows of data, the noise of STEPS steps, the gradient of the generator's
first loss by the rows that it made, both losses of every step, and parameters at the end. Noise is that of
rl_noise_draw, made here by a Philox of this file's own (Salmon et al. 2011), so that both train on the same numbers.
Results are float64; a pair is drawn anew until PyTorch's own float32 training ends within STRAY of that.
"""
import os
import random
import sys

import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
STRAY = 2e-5
ROWS, STEPS, SEED, NOISE = 8, 20, 5, 12
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

# generator, discriminator, the optimiser of each, its rate, Adam's β1
PAIRS = [
    ("input 3; dense 6; relu; dense 2", "input 2; dense 5; leaky_relu; dense 1", "sgd", 0.125, "sgd", 0.25, 0),
    ("input 2; dense 6; leaky_relu; dense 4; tanh", "input 4; dense 6; relu; dense 5; relu; dense 1", "adam", 0.0078125,
     "adam", 0.015625, 0.5),
    ("input 2; dense 8; leaky_relu; dense 9", "input 9; reshape 1x3x3; conv 4 2; leaky_relu; flatten; dense 1", "sgd",
     0.125, "adam", 0.015625, 0.75),
]
MASK = 0xFFFFFFFF


def philox(key, counter):
    k, c = list(key), list(counter)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & MASK, (p0 >> 32) ^ c[3] ^ k[1], p0 & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def noise(stream, count):
    """Uniform on (-1, 1): rl_noise_draw's numbers of SEED and stream."""
    key = philox((0, 0), (SEED & MASK, SEED >> 32, NOISE, 0x52656C76))[:2]
    bits = [word for block in range((count + 3) // 4) for word in philox(key, (block, 0, stream & MASK, stream >> 32))]
    return torch.tensor([((b >> 8) + 0.5) * 2.0**-23 - 1 for b in bits[:count]])


def inputs_of(text):
    return int(text.split(";")[0].split()[1])


def net_of(text):
    layers = [layer.split() for layer in text.split(";")]
    modules, now = [], torch.zeros(2, inputs_of(text))
    for word, *rest in layers[1:]:
        modules.append({
            "dense": lambda: torch.nn.Linear(now.shape[1], int(rest[0])),
            "conv": lambda: torch.nn.Conv2d(now.shape[1], int(rest[0]), int(rest[1])),
            "reshape": lambda: torch.nn.Unflatten(1, tuple(int(n) for n in rest[0].split("x"))),
            "flatten": torch.nn.Flatten, "relu": torch.nn.ReLU, "leaky_relu": torch.nn.LeakyReLU, "tanh": torch.nn.Tanh,
        }[word]())
        now = modules[-1](now)
    return torch.nn.Sequential(*modules)


def normal(source, *shape, sd=1.0, grain=256):
    count = torch.Size(shape).numel()
    return torch.tensor([round(source.gauss(0, sd) * grain) / grain for _ in range(count)]).reshape(shape)


def flat(net):
    return torch.cat([p.detach().flatten().double() for p in net.parameters()])


def optimiser_of(name, net, rate, beta1):
    if name == "sgd":
        return torch.optim.SGD(net.parameters(), lr=rate)
    return torch.optim.Adam(net.parameters(), lr=rate, betas=(beta1, 0.999))


def train(generator, discriminator, pair, real):
    """Both losses of every step, and the first gradient by made rows."""
    latent = generator[0].in_features
    dtype = real.dtype
    by_generator = optimiser_of(pair[2], generator, pair[3], pair[6])
    by_discriminator = optimiser_of(pair[4], discriminator, pair[5], pair[6])
    losses, first = [], None
    for step in range(STEPS):
        rows = real[:ROWS] if step % 2 == 0 else real[ROWS:]
        made = generator(noise(2 * step, ROWS * latent).reshape(ROWS, latent).to(dtype)).detach()
        said = discriminator(torch.cat([rows, made]))
        truth = torch.cat([torch.ones(ROWS, 1), torch.zeros(ROWS, 1)]).to(dtype)
        loss = F.binary_cross_entropy_with_logits(said, truth)
        by_discriminator.zero_grad()
        loss.backward()
        by_discriminator.step()
        made = generator(noise(2 * step + 1, ROWS * latent).reshape(ROWS, latent).to(dtype))
        made.retain_grad()
        wish = F.binary_cross_entropy_with_logits(discriminator(made), torch.ones(ROWS, 1, dtype=dtype))
        by_generator.zero_grad()
        wish.backward()
        if first is None:
            first = made.grad.clone()
        by_generator.step()
        losses.append((loss.item(), wish.item()))
    return torch.tensor(losses), first


def adversarial():
    lines = ["# Made by make_adversarial.py: two nets against each other."]
    source = random.Random(7)

    def numbers(name, tensor, digits=12):
        shape = ",".join(str(n) for n in tensor.shape)
        lines.append(f"{name} [{shape}]: " + " ".join(f"{v:.{digits}g}" for v in tensor.flatten().tolist()))

    for case, pair in enumerate(PAIRS):
        while True:
            nets, twins = [net_of(text) for text in pair[:2]], [net_of(text).float() for text in pair[:2]]
            for net, twin in zip(nets, twins):
                for p in net.parameters():
                    p.data = normal(source, *p.shape, sd=1 / p[0].numel() ** 0.5 if p.dim() > 1 else 0.25)
                twin.load_state_dict(net.state_dict())
            starts = [flat(net) for net in nets]
            real = normal(source, 2 * ROWS, inputs_of(pair[1]))
            losses, first = train(*nets, pair, real)
            train(*twins, pair, real.float())
            if all(((flat(a) - flat(b)).abs() / flat(a).abs().clamp(min=1)).max() < STRAY for a, b in zip(nets, twins)):
                break
        for name, value in zip(("generator", "discriminator", "generator_optimiser", "generator_rate",
                                "discriminator_optimiser", "discriminator_rate", "beta1"), pair):
            if isinstance(value, str):
                lines.append(f"{case}/{name}: {value}")
            else:
                numbers(f"{case}/{name}", torch.tensor([float(value)]))
        for name, tensor in (("generator_start", starts[0]), ("discriminator_start", starts[1]), ("real", real),
                             ("first_gradient", first), ("losses", losses), ("generator_end", flat(nets[0])),
                             ("discriminator_end", flat(nets[1]))):
            numbers(f"{case}/{name}", tensor)
    return "\n".join(lines) + "\n"


def main():
    path = os.path.join(HERE, "adversarial.txt")
    text = adversarial()
    if "--check" in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            if file.read() != text:
                sys.exit("make_adversarial.py would change " + path)
    else:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


main()
