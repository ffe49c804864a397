#!/usr/bin/python3 -B
"""Nets by hand: forward and backward are NumPy's, parameters are the net's own memory, bad input is refused."""
import copy
import gc
import pickle
import unittest
import weakref

import numpy as np

import package  # noqa: F401  finds relive
import relive


class Mathematics(unittest.TestCase):
    """The two-layer net, by the formulas."""

    def setUp(self):
        self.net = relive.Net("input 3; dense 5; leaky_relu:0.1; dense 2", seed=4)
        random = np.random.default_rng(0)
        self.x = random.normal(size=(7, 3)).astype(np.float32)
        self.y = random.normal(size=(7, 2)).astype(np.float32)

    def formulas(self):
        w1, b1, w2, b2 = (self.net.tensors[name].astype(float) for name in ("0.weight", "0.bias", "2.weight", "2.bias"))
        z = self.x @ w1.T + b1
        a = np.where(z > 0, z, np.float32(0.1) * z)
        out = a @ w2.T + b2
        dout = 2 * (out - self.y) / out.size
        dz = dout @ w2 * np.where(z > 0, 1, np.float32(0.1))
        return z, a, out, dout, {"0.weight": dz.T @ self.x, "0.bias": dz.sum(0), "2.weight": dout.T @ a, "2.bias": dout.sum(0)}

    def test_forward_and_backward(self):
        z, a, out, dout, gradients = self.formulas()
        close = lambda found, expected: np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
        close(self.net.forward(self.x), out)
        close(self.net.values(1), z)
        close(self.net.values(2), a)
        loss, dloss = self.net.loss(self.y, "squared")
        close(loss, ((out - self.y) ** 2).mean())
        close(dloss, dout)
        found = self.net.backward(dloss)
        self.assertEqual({name: g.shape for name, g in found.items()}, {n: t.shape for n, t in self.net.tensors.items()})
        for name, expected in gradients.items():
            close(found[name], expected)

    def test_descent_descends(self):
        losses = []
        for _ in range(50):
            self.net.forward(self.x)
            loss, dloss = self.net.loss(self.y, "squared")
            losses.append(loss)
            for name, gradient in self.net.backward(dloss).items():
                self.net.tensors[name] -= np.float32(0.1) * gradient
        self.assertLess(losses[-1], 0.5 * losses[0])
        self.assertEqual(losses, sorted(losses, reverse=True))

    def test_losses_of_classes(self):
        out = self.net.forward(self.x).astype(float)
        y = np.arange(7) % 2
        p = np.exp(out) / np.exp(out).sum(1, keepdims=True)
        loss, dloss = self.net.loss(y, "cross_entropy")
        self.assertAlmostEqual(loss, -np.log(p[np.arange(7), y]).mean(), 5)
        np.testing.assert_allclose(dloss, (p - np.eye(2)[y]) / 7, atol=1e-6)
        one = relive.Net("input 3; dense 1")
        q = 1 / (1 + np.exp(-one.forward(self.x)[:, 0].astype(float)))
        self.assertAlmostEqual(one.loss(y, "binary")[0], -np.where(y, np.log(q), np.log(1 - q)).mean(), 5)

    def test_the_rows_of_forward_are_kept_for_backward(self):
        """The pass reads them in place: they must not be freed in between."""
        x = [[1, 2, 3]] * 2000
        self.net.forward(x)
        _, dloss = self.net.loss(np.zeros((2000, 2)), "squared")
        gc.collect()
        [np.full((2000, 3), np.nan, np.float32) for _ in range(50)]  # would take the memory if it were free
        self.assertTrue(all(np.isfinite(g).all() for g in self.net.backward(dloss).values()))


class Memory(unittest.TestCase):
    def test_views_write_through_and_outlive_the_name(self):
        net = relive.Net("input 2; dense 2; prelu; dense 1", seed=1, bias=0.5)
        self.assertEqual({name: t.shape for name, t in net.tensors.items()},
                         {"0.weight": (2, 2), "0.bias": (2,), "1.weight": (2,), "2.weight": (1, 2), "2.bias": (1,)})
        self.assertEqual(net.tensors["0.bias"].tolist(), [0.5, 0.5])
        parameters, before = net.parameters, net.forward([[1, 2]])
        net.tensors["2.bias"][:] += 1
        self.assertEqual(parameters[-1], 1.5)
        self.assertEqual(net.forward([[1, 2]]), before + 1)
        alive = weakref.ref(net)
        del net
        gc.collect()
        self.assertEqual(parameters[-1], 1.5)
        self.assertIsNotNone(alive())
        del parameters
        self.assertIsNone(alive())

    def test_copies_and_pickles_are_the_same_net(self):
        net = relive.Net("input 3; dense 4; elu:0.7; dropout 0.25; dense 4; prelu shared; add 4; tanh; dense 2", seed=2**63 + 1, init="normal:0.3")
        x = np.random.default_rng(0).normal(size=(5, 3))
        for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net)), relive.Net(net.layers, seed=net.seed, init="normal:0.3")):
            self.assertEqual((other.layers, other.seed), (net.layers, net.seed))
            self.assertTrue(np.array_equal(other.forward(x), net.forward(x)))
        copied = copy.deepcopy(net)
        copied.parameters[:] = 0
        self.assertTrue(net.parameters.any())


class Refusals(unittest.TestCase):
    def test_nets_that_are_none(self):
        for layers in ("", "input 3", "dense 3", "input 2; dense", "input 2; dense x", "input 2; rleu", "input 2;; dense 1",
                       "input -1; dense 1", "input 2; dense 0", "input 2; dense 99999999999", "input 2; dense 1; add 7",
                       "input 2; leaky_relu:x", "a\0b", "input 2; dense 2; dropout 1", "input 999999; dense 999999999"):
            with self.subTest(layers=layers), self.assertRaises((relive.Error, MemoryError)):
                relive.Net(layers)
        for settings in (dict(init="hee"), dict(init="normal"), dict(init="he:1"), dict(init="normal:-1"), dict(bias="x"),
                         dict(bias=float("nan"))):
            with self.subTest(settings=settings), self.assertRaises(relive.ConfigError):
                relive.Net("input 2; dense 1", **settings)
        for seed in (-1, 2**64, 0.5, "1"):
            with self.subTest(seed=seed), self.assertRaisesRegex(relive.ConfigError, "^seed: expected a whole number"):
                relive.Net("input 2; dense 1", seed=seed)

    def test_the_text_is_the_librarys(self):
        with self.assertRaisesRegex(relive.ConfigError, 'unknown layer "rleu".*relu'):
            relive.Net("input 2; rleu")

    def test_steps_out_of_order_or_of_other_shapes(self):
        net = relive.Net("input 2; dense 3")
        for step in (lambda: net.values(1), lambda: net.loss([0]), lambda: net.backward([[0, 0, 0]])):
            with self.assertRaisesRegex(relive.ConfigError, "forward"):
                step()
        for x in ([1, 2], [[1, 2, 3]], np.zeros((0, 2)), [[[1, 2]]], 3):
            with self.assertRaises(relive.ShapeError):
                net.forward(x)
        net.forward([[1, 2], [3, 4]])
        for y in ([0], [0, 3], [0, -1], [0, 0.5], [0, np.nan], [[0], [1], [2]], [0, 1e30]):
            with self.subTest(y=y), self.assertRaises(relive.ShapeError):
                net.loss(y)
        for y in ([0, 1], [[0, 1]]):
            with self.assertRaises(relive.ShapeError):
                net.loss(y, "squared")
        with self.assertRaises(relive.ShapeError):
            net.loss([0, 1], "binary")
        with self.assertRaises(relive.ConfigError):
            net.loss([0, 1], "hinge")
        for dloss in ([[0, 0, 0]], [[0], [0]], np.zeros((3, 3))):
            with self.assertRaises(relive.ShapeError):
                net.backward(dloss)
        for node in (-1, 0, 2, 10**6):
            with self.assertRaises(relive.ConfigError):
                net.values(node)


if __name__ == "__main__":
    unittest.main()
