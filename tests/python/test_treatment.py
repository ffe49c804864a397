#!/usr/bin/python3 -B
"""Data sets as arrays, and models pruned and revived: what the program reads, writes and says, to the bit."""
import unittest

import numpy as np

from package import ROOT, PackageTest, program

import relive


class Load(unittest.TestCase):
    def test_sets_that_ship(self):
        for name in ("digits", "iris", "breast_cancer"):
            with self.subTest(name):
                with open(ROOT / f"data/{name}.csv", encoding="utf-8") as file:
                    rows = [line.strip().split(",") for line in file][1:]
                data = relive.load(name)
                self.assertEqual((data.x.dtype, data.y.dtype), (np.float32, np.int64))
                np.testing.assert_array_equal(data.x, np.array([row[:-1] for row in rows], np.float32))
                self.assertEqual([data.classes[i] for i in data.y], [row[-1] for row in rows])

    def test_generated_sets_follow_their_seed(self):
        x, y, classes = relive.load("moons:40:0.3", data_seed=5)
        self.assertEqual((x.shape, y.shape, len(classes)), ((40, 2), (40,), 2))
        np.testing.assert_array_equal(relive.load("moons:40:0.3", data_seed=5).x, x)
        self.assertFalse((relive.load("moons:40:0.3", data_seed=6).x == x).all())

    def test_real_targets(self):
        x, y, classes = relive.load("dosage")
        self.assertEqual((x.tolist(), y.tolist(), y.dtype, classes), ([[0], [0.5], [1]], [0, 1, 0], np.float32, []))

    def test_arrays_may_outlive_all_else_and_be_written(self):
        x = relive.load("moons:3000").x
        for _ in range(20):
            relive.load("moons:3000", data_seed=9)
        np.testing.assert_array_equal(x, relive.load("moons:3000").x)
        x[:] = 0
        self.assertTrue(relive.load("moons:3000").x.any())

    def test_what_has_no_meaning(self):
        for error, text, data, words in ((relive.ConfigError, 'did you mean "digits"', "digit", {}),
                                         (relive.FileError, "nowhere.csv: ", "nowhere.csv", {}),
                                         (relive.ConfigError, "data_seed: expected", "moons", dict(data_seed=-1)),
                                         (TypeError, "", 3, {}), (relive.Error, "", "moons:0", {})):
            with self.subTest(data=data, words=words), self.assertRaisesRegex(error, text):
                relive.load(data, **words)


class Treated(PackageTest):
    """A model half of whose units are dead, on data whose labels are known."""

    def setUp(self):
        super().setUp()
        program("train", "--data", "moons:200", "--hidden", "12,8", "--epochs", 3, "--bias", -1.3, "--save", "m.safetensors", cwd=self.folder)
        self.model = relive.Model(self.folder / "m.safetensors")
        self.before = self.model.net.parameters.copy()
        self.addCleanup(lambda: np.testing.assert_array_equal(self.model.net.parameters, self.before))

    def as_the_program(self, verb, options, treated, said):
        """The document, and the saved file to the byte."""
        expected = program(verb, self.model.source, *options, "--save", self.folder / "theirs.safetensors")
        self.assertIsNone(said["saved"])
        self.assertEqual({**said, "saved": expected["saved"]}, expected)
        treated.save(self.folder / "ours.safetensors")
        self.assertEqual((self.folder / "ours.safetensors").read_bytes(), (self.folder / "theirs.safetensors").read_bytes())
        return expected


class Prune(Treated):
    def test_it_is_the_programs(self):
        for options, words in ((["--data", "moons:200"], dict(data="moons:200")),
                               (["--data", "moons:90", "--data-seed", 3], dict(data="moons:90", data_seed=3)),
                               (["--box", "-0.1,0.1"], dict(data=None, box="-0.1,0.1")),
                               (["--data", "moons:200", "--box", "data"], dict(data="moons:200", box="data"))):
            with self.subTest(options=options):
                found = self.as_the_program("prune", options, *self.model.prune(**words))
                self.assertLess(found["after"]["units"], found["before"]["units"])

    def test_arrays(self):
        x = relive.load("moons:200").x
        smaller, said = self.model.prune(x)
        expected, theirs = self.model.prune("moons:200")
        self.assertEqual(smaller.net.layers, expected.net.layers)
        self.assertEqual(said["layers"], theirs["layers"])
        self.assertIsNone(said["before"]["accuracy"])
        np.testing.assert_allclose(smaller.predict_proba(x), self.model.predict_proba(x), atol=1e-5)

    def test_what_has_no_meaning(self):
        for error, text, data, words in ((relive.ConfigError, "evidence", None, {}), (relive.ShapeError, "setosa", "iris", {}),
                                         (relive.ShapeError, "features", np.ones((3, 5)), {}), (relive.ConfigError, "row", np.ones((0, 2)), {}),
                                         (relive.ShapeError, "dimensions", [1, 2], {}), (relive.Error, "", "moons", dict(box="2,1")),
                                         (relive.Error, "", None, dict(box="data")), (TypeError, "data", 3.5j, {}),
                                         (relive.ConfigError, "data_seed", "moons", dict(data_seed=-1))):
            with self.subTest(data=data, words=words), self.assertRaisesRegex(error, text):
                self.model.prune(data, **words)


class Revive(Treated):
    def test_it_is_the_programs(self):
        for options, words in (([], {}), (["--seed", 4], dict(seed=4)), (["--init", "normal:0.5"], dict(init="normal:0.5")),
                               (["--units", "dormant:0.1"], dict(units="dormant:0.1")), (["--units", "dormant"], dict(units="dormant")),
                               (["--how", "leaky"], dict(how="leaky")), (["--how", "leaky:0.2"], dict(how="leaky:0.2")),
                               (["--how", "lift:0.1"], dict(how="lift:0.1"))):
            with self.subTest(options=options):
                found = self.as_the_program("revive", ["--data", "moons:200", *options], *self.model.revive("moons:200", **words))
                self.assertLess(found["after"]["dead"], found["before"]["dead"])

    def test_a_fitted_estimator(self):
        x, y, _ = relive.load("moons:200")
        net = relive.MLPClassifier(hidden=[12], bias=-3, epochs=1, random_state=0).fit(x, y)
        awake, said = net.model_.revive(x)
        self.assertEqual(said["before"]["dead"], len(net.dead_units_[0]))
        self.assertEqual(relive.scan(awake, x)["totals"]["dead"], said["after"]["dead"])
        np.testing.assert_allclose(awake.predict_proba(x), net.predict_proba(x), atol=1e-6)

    def test_what_has_no_meaning(self):
        for words in (dict(units="all"), dict(units="dead:1"), dict(units="dormant:-1"), dict(units="dormant:x"), dict(how="cpr"),
                      dict(how="redraw:1"), dict(how="lift"), dict(how="lift:0"), dict(how="lift:2"), dict(how="leaky:0"),
                      dict(how="leaky:-1"), dict(how="leaky:x"), dict(how="leaky:"), dict(how="leaky+redo"), dict(init="hee"), dict(seed=-1)):
            with self.subTest(words=words), self.assertRaises(relive.ConfigError) as raised:
                self.model.revive("moons:200", **words)
            self.assertIn(next(iter(words)), str(raised.exception))


if __name__ == "__main__":
    unittest.main()
