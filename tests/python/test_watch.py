#!/usr/bin/python3 -B
"""relive.watch: a net of the program's, loaded into PyTorch, has the words and numbers that relive scan gives; what other
modules have, NumPy counts."""
import unittest

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from package import ROOT, PackageTest, program

import relive
import safetensors
from relive import watching

torch.manual_seed(0)
NUMBERS = ["sparsity", "dispersion", "apoz"]
TOLD = ["dead", "nearly_dead", "silent", "dormant", "always_on", "constant", "saturated", "broken", "proved_dead", "units", "activation"]


def counted(z, axis):
    """A ReLU's words from what it is given, by the glossary."""
    z = np.moveaxis(np.asarray(z), axis, -1)
    z = z.reshape(-1, z.shape[-1])
    on, a = (z > 0).mean(0), np.maximum(z, 0)
    size = a.mean(0)
    ids = lambda which: np.flatnonzero(which).tolist()
    return {"units": z.shape[1], "rows": len(z), "dead": ids(on == 0), "silent": ids(on == 0), "always_on": ids(on == 1),
            "nearly_dead": ids((on > 0) & (on < 0.01)), "dormant": ids(size <= 0.025 * size.mean()), "apoz": (a == 0).mean(0)}


class Programs(PackageTest):
    def watched(self, activation, module, *options):
        """Trains with the program, and compares its scan with the watch of the equal PyTorch module."""
        model = self.folder / "m.safetensors"
        program("train", "--activation", activation, "--hidden", "24,12", "--save", model, *options)
        scanned = program("scan", model, "--data", "digits")
        tensors, metadata = safetensors.load(model)
        net = nn.Sequential(nn.Linear(64, 24), module(24), nn.Linear(24, 12), module(12), nn.Linear(12, 10))
        net.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in tensors.items()})
        x = np.loadtxt(ROOT / "data/digits.csv", delimiter=",", skiprows=1)[:, :-1].astype(np.float32)
        x = relive.Model(model).standardised(x)
        found = relive.watch(net, DataLoader(TensorDataset(torch.from_numpy(x), torch.zeros(len(x))), batch_size=100))
        self.assertEqual([layer["name"] for layer in found["layers"]], ["1", "3"])
        self.assertEqual(found["reference"], {"data": "DataLoader", "rows": scanned["reference"]["rows"]})
        self.assertEqual(found["thresholds"], scanned["thresholds"])
        for mine, theirs in zip(found["layers"], scanned["layers"], strict=True):
            self.assertEqual({word: mine[word] for word in TOLD}, {word: theirs[word] for word in TOLD})
            for number in NUMBERS:
                np.testing.assert_allclose(mine[number], theirs[number], atol=1e-3)
            self.assertEqual((mine["starved"], mine["severed"]), (None, None))
        self.assertEqual({w: found["totals"][w] for w in TOLD[:-1]}, {w: scanned["totals"][w] for w in TOLD[:-1]})
        return scanned["totals"]

    def test_relu(self):
        totals = self.watched("relu", lambda _: nn.ReLU(), "--regime", "raw-inputs")
        self.assertGreater(totals["dead"], 0)
        totals = self.watched("relu", lambda _: nn.ReLU(), "--bias", "-1", "--lr", 1)
        self.assertGreater(totals["dead"] + totals["nearly_dead"], 0)

    def test_other_curves(self):
        self.watched("leaky_relu:0.2", lambda _: nn.LeakyReLU(0.2))
        self.watched("relu6", lambda _: nn.ReLU6(inplace=True), "--lr", 1)
        self.watched("tanh", lambda _: nn.Tanh(), "--init", "normal:3")
        self.watched("prelu", nn.PReLU)


class Modules(unittest.TestCase):
    def layer(self, found, name, z, axis):
        layer, = [each for each in found["layers"] if each["name"] == name]
        expected = counted(z.detach(), axis)
        apoz = expected.pop("apoz")
        self.assertEqual({word: layer[word] for word in expected}, expected)
        np.testing.assert_allclose(layer["apoz"], apoz, atol=1e-6)
        self.assertAlmostEqual(layer["sparsity"], apoz.mean(), 6)
        return layer

    def test_a_channel_is_a_unit(self):
        net = nn.Sequential(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 4, 3), nn.BatchNorm2d(4), nn.ReLU(),
                            nn.Flatten(), nn.Linear(4 * 4, 5), nn.ReLU(), nn.Linear(5, 2)).eval()
        with torch.no_grad():
            net[0].bias[2] = -100
            net[4].bias[1] = -100
            net[7].bias[3] = -100
        x = torch.randn(50, 1, 10, 10)
        whole = relive.watch(net, x)
        self.assertEqual(whole["reference"], {"data": "Tensor", "rows": 50})
        self.assertIn(2, self.layer(whole, "1", net[:1](x), 1)["dead"])
        self.assertIn(1, self.layer(whole, "5", net[:5](x), 1)["dead"])
        self.assertIn(3, self.layer(whole, "8", net[:8](x), 1)["dead"])
        self.assertEqual([layer["rows"] for layer in whole["layers"]], [50 * 64, 50 * 4, 50])
        parts = relive.watch(net, DataLoader(TensorDataset(x, torch.zeros(50)), batch_size=7))
        for one, other in zip(parts["layers"], whole["layers"], strict=True):
            for number in NUMBERS:
                np.testing.assert_allclose(one.pop(number), other.pop(number), atol=1e-4)
            self.assertEqual(one, other)

    def test_sequences(self):
        """After a linear layer a unit is a feature, wherever it stands; after a convolution along time a channel."""
        x = torch.randn(20, 9, 4)
        linear = nn.Sequential(nn.Linear(4, 7), nn.ReLU(), nn.Linear(7, 2))
        self.layer(relive.watch(linear, x), "1", linear[:1](x), -1)
        conv = nn.Sequential(nn.Conv1d(9, 5, 2), nn.Dropout(), nn.ReLU(), nn.Conv1d(5, 2, 1))
        self.layer(relive.watch(conv, x), "2", conv[:1](x), 1)
        self.layer(relive.watch(linear, x, unit_axis=1), "1", linear[:1](x), 1)
        first = nn.Sequential(nn.ReLU(), nn.Conv1d(9, 5, 2), nn.Flatten(), nn.Linear(15, 2))  # before any weights: axis 1
        self.layer(relive.watch(first, [x[:10], x[10:]]), "0", x, 1)

    def test_a_module_that_is_used_twice_is_two_layers(self):
        class Twice(nn.Module):
            def __init__(self):
                super().__init__()
                self.one, self.two, self.out, self.relu = nn.Linear(3, 8), nn.Linear(8, 6), nn.Linear(6, 1), nn.ReLU(inplace=True)

            def forward(self, x):
                return {"y": self.out(self.relu(self.two(self.relu(self.one(x))))).squeeze(-1)}

        net, x = Twice(), torch.randn(40, 3)
        found = relive.watch(net, [x[:10], (x[10:], None)])
        self.assertEqual([layer["name"] for layer in found["layers"]], ["relu", "relu call 2"])
        self.layer(found, "relu", net.one(x), 1)
        self.layer(found, "relu call 2", net.two(torch.relu(net.one(x))), 1)

    def test_an_output_is_no_unit(self):
        for tail in ([nn.Sigmoid()], [nn.Sigmoid(), nn.Flatten(0)]):
            found = relive.watch(nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 1), *tail), torch.randn(9, 2))
            self.assertEqual([layer["activation"] for layer in found["layers"]], ["tanh"])
        with self.assertRaisesRegex(ValueError, "every activation is an output"):
            relive.watch(nn.Sequential(nn.Linear(2, 5), nn.ReLU()), torch.randn(9, 2))

    def test_every_curve_is_the_librarys(self):
        z = torch.linspace(-7, 7, 101)[:, None]
        for module in (nn.ReLU(), nn.LeakyReLU(0.3), nn.ReLU6(), nn.ELU(0.7), nn.CELU(1.3), nn.SELU(), nn.GELU(), nn.GELU("tanh"), nn.SiLU(),
                       nn.Mish(), nn.Hardswish(), nn.Softplus(), nn.Softsign(), nn.Sigmoid(), nn.Tanh(), nn.RReLU(0.1, 0.3), nn.PReLU(1, 0.4)):
            with self.subTest(module=module):
                text = watching.CURVES[type(module).__name__](module)
                name, _, alpha = text.partition(":")
                alpha = float(alpha) if alpha else {"prelu": 0.4, "rrelu": 0.2}.get(name)
                ours = relive.CURVES[name](z.numpy(), alpha)
                np.testing.assert_allclose(ours, module.eval()(z).detach().numpy(), atol=2e-6)
                layer, = relive.watch(nn.Sequential(nn.Identity(), module, nn.Linear(1, 1)), z[:50], saturated=0.35)["layers"]
                self.assertEqual(layer["activation"].partition(":")[0], name)
                steepest = np.abs(relive.CURVES[name].derivative(z[:50].numpy(), alpha)).max()  # where z < 0
                self.assertEqual(layer["saturated"], [0] if steepest < 0.35 and not layer["dead"] else [])
        self.assertEqual(len(watching.CURVES), 16)
        with self.assertRaisesRegex(ValueError, "beta"):
            relive.watch(nn.Sequential(nn.Softplus(beta=2), nn.Linear(1, 1)), z)

    def test_nan_is_broken_and_not_dead(self):
        net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
        with torch.no_grad():
            net[0].weight[1] = float("nan")
        found = relive.watch(net, torch.randn(9, 2))["layers"][0]
        self.assertEqual(found["broken"], [1])
        self.assertNotIn(1, found["dead"])

    def test_half_precision_and_gradients(self):
        net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1)).to(torch.bfloat16)
        x = torch.randn(30, 3).to(torch.bfloat16).requires_grad_()
        self.layer(relive.watch(net, x), "1", net[:1](x).float(), 1)


class Manners(unittest.TestCase):
    def setUp(self):
        self.net = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 1))

    def hooks(self):
        return sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in self.net.modules())

    def test_nothing_of_the_module_changes(self):
        self.net.train()
        self.net[1].eval()
        before = {name: value.clone() for name, value in self.net.state_dict().items()}
        modes = [part.training for part in self.net.modules()]
        one, two = relive.watch(self.net, torch.randn(30, 2)), None
        self.assertEqual([part.training for part in self.net.modules()], modes)
        self.assertEqual(self.hooks(), 0)
        for name, value in self.net.state_dict().items():
            self.assertTrue(torch.equal(value, before[name]), name)
        self.assertIsNone(two)
        self.assertEqual(one["totals"]["units"], 8)

    def test_also_after_an_error(self):
        self.net.train()
        for error, loader in ((RuntimeError, torch.randn(3, 5)), (ValueError, []), (TypeError, [3]), (TypeError, torch.randn(0, 2)),
                              (TypeError, torch.tensor(1.0)), (TypeError, None), (TypeError, [{}])):
            with self.subTest(loader=loader), self.assertRaises(error):
                relive.watch(self.net, loader)
            self.assertTrue(all(part.training for part in self.net.modules()))
            self.assertEqual(self.hooks(), 0)

    def test_without_activations(self):
        with self.assertRaisesRegex(ValueError, "no activation modules"):
            relive.watch(nn.Linear(2, 2), torch.randn(3, 2))

    def test_thresholds(self):
        x = torch.randn(200, 2)
        with torch.no_grad():
            self.net[1].bias[0] = -1.5
        for words in (dict(nearly_dead=0.5), dict(dormant=0.9), dict(saturated=2)):
            name, = words
            found = relive.watch(self.net, x, **words)
            self.assertEqual(found["thresholds"][name], words[name])
            self.assertGreater(len(found["layers"][0][name]), len(relive.watch(self.net, x)["layers"][0][name]))


if __name__ == "__main__":
    unittest.main()
