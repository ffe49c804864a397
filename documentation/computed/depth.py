"""What happens to signals and gradients on the way through many layers, measured on nets that the library draws."""
import functools
import math
import statistics

import library
from writing import n, table

WIDTH, LAYERS, SEEDS = 32, 20, 20
X = [math.sin(1 + 3 * i) for i in range(WIDTH)]  # any fixed input of ordinary size will do


@functools.cache
def gradients(curve, init, sd=0.0, bias=0.0):
    """The mean absolute gradient of the weights in the first and in the last hidden layer: medians over seeds."""
    layers = "; ".join([f"input {WIDTH}", *[f"dense {WIDTH}; {curve}"] * LAYERS, "dense 1"])
    size, first, last = WIDTH * (WIDTH + 1), [], []
    for seed in range(SEEDS):
        net = library.net(layers, seed=seed, init=init, sd=sd, x=X, targets=[1.0], loss="squared")
        sizes = [statistics.fmean(abs(g) for g in net.gradient[k * size:k * size + WIDTH * WIDTH]) for k in (0, LAYERS - 1)]
        first.append(sizes[0])
        last.append(sizes[1])
    return statistics.median(first), statistics.median(last)


@functools.cache
def signal(init, sd=0.0):
    """Mean square of the pre-activations in layer 30 over that in layer 1, ReLU: the mean over seeds."""
    depth = 30
    layers = "; ".join([f"input {WIDTH}", *[f"dense {WIDTH}; relu"] * depth])
    ratios = []
    for seed in range(SEEDS):
        net = library.net(layers, seed=seed, init=init, sd=sd, x=X)
        square = [statistics.fmean(z * z for z in node["values"]) for node in net.values if node["kind"] == "dense"]
        ratios.append(square[-1] / square[0])
    return statistics.median(ratios)


def gradients_table():
    kinds = [("sigmoid, Xavier", "sigmoid", "xavier", 0.0), ("tanh, Xavier", "tanh", "xavier", 0.0),
             ("ReLU, He", "relu", "he", 0.0),
             ("ReLU, weights too small (sd 0.1)", "relu", "normal", 0.1),
             ("ReLU, weights too large (sd 0.5)", "relu", "normal", 0.5)]
    rows = []
    for words, curve, init, sd in kinds:
        first, last = gradients(curve, init, sd)
        rows.append([words, n(first, 2), n(last, 2), n(first / last, 2)])
    return table(["net", "layer 1", f"layer {LAYERS}", "layer 1 / last"], rows)
