"""Layers at birth: zeros beside deaths."""
import functools

import library
from writing import percent, table


def normal(count, seed):
    """Standard normal numbers from a plain linear congruential generator: the same on every machine."""
    state, found = seed, []
    while len(found) < count:
        total = 0.0
        for _ in range(12):  # twelve uniform numbers less 6: mean 0, variance 1, near enough to normal
            state = (6364136223846793005 * state + 1442695040888963407) % 2**64
            total += (state >> 11) / 2**53
        found.append(total - 6)
    return found


@functools.cache
def layer(bias):
    """A He-initialised layer of 64 ReLU units with this bias, on 64 random standardised rows: (zeros, dead, units)."""
    units, inputs, rows = 64, 16, 256
    first = library.net(f"input {inputs}; dense {units}; relu; dense 1", seed=1)
    parameters = list(first.parameters)
    parameters[units * inputs:units * inputs + units] = [bias] * units
    x = normal(rows * inputs, 7)
    net = library.net(f"input {inputs}; dense {units}; relu; dense 1", parameters=parameters, x=x)
    values = net.values[2]["values"]
    return sum(v == 0 for v in values) / len(values), sum(unit["dead"] for unit in net.units), units, rows


def born():
    rows = []
    for bias in (0.0, -2.5, -6.0):
        zeros, dead, units, seen = layer(bias)
        rows.append([f"{bias:g}".replace("-", "−"), percent(zeros, 0), f"{dead} of {units}", seen])
    return table(["bias of every unit", "zeros among the outputs", "dead units", "judged on rows"], rows)
