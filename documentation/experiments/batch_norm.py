"""Does batch normalisation prevent death? Relive has no batch normalisation, so this asks PyTorch.

The study's digits, a hidden layer (or two) of 32 ReLU units, SGD, batches of 32; with and without BatchNorm1d between
the dense layer and the ReLU. Dead: the input of the ReLU is <= 0 on all training rows, in evaluation mode."""
import csv
import pathlib
import statistics

import torch

torch.set_num_threads(1)
ROWS = list(csv.reader(open(pathlib.Path(__file__).resolve().parents[2] / "data/digits.csv", encoding="utf-8")))[1:]
PIXELS = torch.tensor([[float(v) for v in row[:-1]] for row in ROWS])
CLASSES = torch.tensor([int(row[-1]) for row in ROWS])
SEEDS, EPOCHS = 5, 10


def net(hidden, norm, bias, gamma, beta):
    layers, width = [], 64
    for units in hidden:
        dense = torch.nn.Linear(width, units)
        torch.nn.init.kaiming_normal_(dense.weight, nonlinearity="relu")
        torch.nn.init.constant_(dense.bias, bias)
        layers.append(dense)
        if norm:
            layers.append(torch.nn.BatchNorm1d(units))
            torch.nn.init.constant_(layers[-1].weight, gamma)
            torch.nn.init.constant_(layers[-1].bias, beta)
        layers.append(torch.nn.ReLU())
        width = units
    return torch.nn.Sequential(*layers, torch.nn.Linear(width, 10))


def dead_share(model, x):
    model.eval()
    dead, units = 0, 0
    with torch.no_grad():
        for layer in model:
            if isinstance(layer, torch.nn.ReLU):
                dead += int((x.max(0).values <= 0).sum())
                units += x.shape[1]
            x = layer(x)
    return dead / units


def trained(seed, hidden=(32,), norm=False, rate=0.1, bias=0.0, gamma=1.0, beta=0.0, standardise=True):
    """Dead share at the start and at the end, and accuracy on rows that were kept aside."""
    torch.manual_seed(seed)
    order = torch.randperm(len(ROWS))
    train, test = order[:1438], order[1438:]
    x = PIXELS
    if standardise:
        deviation = x[train].std(0)
        x = (x - x[train].mean(0)) / torch.where(deviation > 0, deviation, torch.ones_like(deviation))
    model = net(hidden, norm, bias, gamma, beta)
    norms = [layer for layer in model if isinstance(layer, torch.nn.BatchNorm1d)]
    for layer in norms:
        layer.momentum = 1.0                 # for the census at birth: the statistics of all training rows
    model.train()
    with torch.no_grad():
        model(x[train])
    start = dead_share(model, x[train])
    for layer in norms:
        layer.momentum = 0.1
    optimiser = torch.optim.SGD(model.parameters(), lr=rate)
    for _ in range(EPOCHS):
        model.train()
        for batch in train[torch.randperm(len(train))].split(32):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(model(x[batch]), CLASSES[batch]).backward()
            optimiser.step()
    end = dead_share(model, x[train])
    with torch.no_grad():
        right = (model(x[test]).argmax(1) == CLASSES[test]).float().mean().item()
    return start, end, right


SETTINGS = [
    ("raw inputs", dict(standardise=False)),
    ("raw inputs, batch norm", dict(standardise=False, norm=True)),
    ("rate 0.9", dict(hidden=(32, 32), rate=0.9)),
    ("rate 0.9, batch norm", dict(hidden=(32, 32), rate=0.9, norm=True)),
    ("bias -5", dict(bias=-5.0)),
    ("bias -5, batch norm", dict(bias=-5.0, norm=True)),
    ("batch norm, beta -8", dict(norm=True, beta=-8.0)),
    ("batch norm, gamma 0.01, beta -0.2", dict(norm=True, gamma=0.01, beta=-0.2)),
]
print(f"{'':36}{'dead at start':>14}{'dead at end':>13}{'test accuracy':>15}   (means of {SEEDS} seeds, %)")
for words, how in SETTINGS:
    runs = [trained(seed, **how) for seed in range(SEEDS)]
    start, end, right = (100 * statistics.fmean(each) for each in zip(*runs))
    print(f"{words:36}{start:14.0f}{end:13.0f}{right:15.0f}")
