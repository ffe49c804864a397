#!/usr/bin/python3
"""Asks PyTorch, in double precision, for the value and the slope of every curve and writes curves.csv.

    /usr/bin/python3 tests/golden/make_curves.py > tests/golden/curves.csv

Every z and α is a float32, so that C reads the same numbers. Left out are the kinks of hard_swish at ±3, where
PyTorch's own kernels disagree (see src/nn/activation/hard_swish.c), and infinities, where some give NaN.
"""
import torch
import torch.nn.functional as F


def curves():
    yield "identity", 0, lambda z, a: z * 1
    yield "relu", 0, lambda z, a: F.relu(z)
    for alpha in (0.01, 0.2, 0.0, 1.0, 1.5, -0.5):
        yield "leaky_relu", alpha, lambda z, a: F.leaky_relu(z, a)
    for alpha in (0.25, -0.75):
        yield "prelu", alpha, lambda z, a: F.prelu(z, torch.tensor([a], dtype=z.dtype))
    yield "rrelu", 11 / 48, lambda z, a: F.rrelu(z, a, a, training=True)
    yield "relu6", 0, lambda z, a: F.relu6(z)
    for alpha in (1.0, 0.5, 2.0):
        yield "elu", alpha, lambda z, a: F.elu(z, a)
    for alpha in (1.0, 0.5, 2.0):
        yield "celu", alpha, lambda z, a: F.celu(z, a)
    yield "selu", 1.6732632423543772, lambda z, a: F.selu(z)
    yield "gelu", 0, lambda z, a: F.gelu(z)
    yield "gelu_tanh", 0, lambda z, a: F.gelu(z, approximate="tanh")
    yield "silu", 0, lambda z, a: F.silu(z)
    yield "mish", 0, lambda z, a: F.mish(z)
    yield "hard_swish", 0, lambda z, a: F.hardswish(z)
    yield "softplus", 0, lambda z, a: F.softplus(z, threshold=60)
    yield "softsign", 0, lambda z, a: F.softsign(z)
    yield "sigmoid", 0, lambda z, a: torch.sigmoid(z)
    yield "tanh", 0, lambda z, a: torch.tanh(z)


def points():
    fine = [i / 8 for i in range(-32, 33)]
    coarse = [sign * i for sign in (-1, 1) for i in (4.5, 5, 6, 7.5, 9, 12, 16.6, 20, 33)]
    odd = [-0.75179, -1.27846, -1.19243, 1e-3, -1e-3, 1e-6, -1e-6, 1e-20, -1e-20, 0.3333, -2.7182]
    return torch.tensor(sorted(fine + coarse + odd), dtype=torch.float32)


print("curve,alpha,z,value,slope")
for name, alpha, curve in curves():
    alpha = torch.tensor(alpha, dtype=torch.float32).item()
    z = points()
    if name == "hard_swish":
        z = z[z.abs() != 3]
    z = z.double().requires_grad_()
    value = curve(z, alpha)
    (slope,) = torch.autograd.grad(value.sum(), z)
    for row in zip(z.tolist(), value.tolist(), slope.tolist()):
        print(f"{name},{alpha!r}," + ",".join(repr(x) for x in row))
