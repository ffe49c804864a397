#!/usr/bin/python3 -B
"""Curves from Python: the bits of C, for every curve, and every kind of numbers one may have at hand."""
import copy
import json
import pickle
import subprocess
import unittest
import warnings

import numpy as np

from package import BUILD

import relive
from relive._library import floats

ASK = BUILD / "documents_ask"  # a C program: what its curves give, at nine digits, which tell every float32 apart
POINTS = np.concatenate([np.random.default_rng(0).normal(scale=s, size=300) for s in (1e-3, 1, 30)] +
                        [[0, -0.0, 1, -1, 3, -3, 6, 88, -88, 1e-38, -1e-38, 3e38, -3e38]]).astype(np.float32)


def c_says(curve, alpha, z):
    question = f"curve {curve.name} {'-' if alpha is None else alpha}\nz {' '.join(f'{x:.9g}' for x in z)}\n?\n"
    answer = json.loads(subprocess.run([ASK], input=question, capture_output=True, text=True, check=True).stdout, parse_int=float)
    bits = lambda key: np.array([np.nan if x is None else x for x in answer[key]], np.float32)
    return bits("f"), bits("slope"), np.array(answer["conducts"], bool)


class Bits(unittest.TestCase):
    def test_there_are_all(self):
        self.assertGreater(len(relive.CURVES), 15)
        for name, curve in relive.CURVES.items():
            self.assertIs(getattr(relive, name), curve)

    def test_values_slopes_and_conduction_are_those_of_c(self):
        for curve in relive.CURVES.values():
            for alpha in (None, 0.3) if curve.has_alpha else (None,):
                with self.subTest(curve=curve.name, alpha=alpha):
                    value, slope, conducts = c_says(curve, alpha, POINTS)
                    ours = curve(POINTS, alpha), curve.derivative(POINTS, alpha)
                    for mine, c in zip(ours, (value, slope)):
                        finite = np.isfinite(mine)
                        self.assertTrue(np.array_equal(finite, np.isfinite(c)))
                        self.assertTrue(np.array_equal(mine[finite].view(np.int32), c[finite].view(np.int32)))
                    self.assertTrue(np.array_equal(curve.conducts(POINTS, alpha), conducts))

    def test_nan_stays(self):
        for curve in relive.CURVES.values():
            self.assertTrue(np.isnan(curve([1, np.nan]))[1], curve)
            if curve.name != "identity":  # whose slope is 1 whatever z is
                self.assertTrue(np.isnan(curve.derivative([1, np.nan]))[1], curve)


class Numbers(unittest.TestCase):
    def test_float32_in_order_is_read_in_place(self):
        for array in (np.zeros(5, np.float32), np.zeros((2, 3, 4), np.float32), np.zeros((), np.float32)):
            array.flags.writeable = False
            self.assertIs(floats(array), array)
            self.assertEqual(relive.tanh(array).shape, array.shape)

    def test_shapes_and_orders(self):
        z = np.random.default_rng(1).normal(size=(6, 8)).astype(np.float32)
        whole = relive.gelu(z)
        self.assertTrue(np.array_equal(relive.gelu(z[::2, ::-3]), whole[::2, ::-3]))
        self.assertTrue(np.array_equal(relive.gelu(np.asfortranarray(z)), whole))
        self.assertTrue(np.array_equal(relive.gelu(z.T), whole.T))
        self.assertTrue(np.array_equal(relive.gelu(z.astype(">f4")), whole))
        self.assertEqual(relive.gelu(np.zeros((0, 3))).shape, (0, 3))

    def test_kinds(self):
        for given in ([-1, 2], (-1, 2), np.array([-1, 2]), np.array([-1.0, 2.0]), np.array([-1, 2], np.float16),
                      np.array([-1, 2], np.int8), np.array([-1, 2], object)):
            for found in (relive.leaky_relu(given, 0.5), relive.leaky_relu.derivative(given, 0.5) * np.float32([-1, 2])):
                self.assertEqual(found.dtype, np.float32)
                self.assertEqual(found.tolist(), [-0.5, 2])
        self.assertEqual(relive.relu([True, False]).tolist(), [1, 0])

    def test_a_number_gives_a_number(self):
        for found in (relive.relu(3), relive.relu.derivative(3.0), relive.relu(np.float64(3))):
            self.assertIsInstance(found, np.float32)
        self.assertIs(bool(relive.relu.conducts(3)), True)

    def test_float64_is_rounded_and_what_is_too_large_infinite(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.assertEqual(relive.relu([1e300, 0.1]).tolist(), [np.inf, float(np.float32(0.1))])

    def test_what_are_no_numbers(self):
        for given in ("3", ["a"], [1, "a"], 1j, [1j], None, [None], {}, [[1], [2, 3]], np.array(["2020"], "M8[D]")):
            with self.subTest(given=given), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with self.assertRaises((TypeError, ValueError)):
                    relive.relu(given)
                with self.assertRaises((TypeError, ValueError)):
                    relive.relu.derivative(given)


class Alpha(unittest.TestCase):
    def test_its_default_is_the_librarys(self):
        self.assertEqual(relive.leaky_relu.alpha, np.float32(0.01))
        self.assertEqual(relive.leaky_relu(-1), np.float32(-0.01))

    def test_of_relu_it_is_the_slope_at_0(self):
        self.assertEqual(relive.relu.derivative([0, 0, 1]).tolist(), [0, 0, 1])
        self.assertEqual(relive.relu.derivative([0, -1, 1], alpha=1).tolist(), [1, 0, 1])

    def test_where_there_is_none_it_is_refused(self):
        with self.assertRaises(TypeError):
            relive.tanh(1, alpha=0.1)
        with self.assertRaises(TypeError):
            relive.leaky_relu(1, alpha=[0.1, 0.2])

    def test_curves_are_known_by_name(self):
        curve = pickle.loads(pickle.dumps(copy.deepcopy(relive.elu)))
        self.assertIs(curve, relive.elu)
        self.assertEqual((str(curve), curve.__name__, repr(curve)), ("elu", "elu", "<relive curve elu>"))


if __name__ == "__main__":
    unittest.main()
