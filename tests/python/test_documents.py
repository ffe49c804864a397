#!/usr/bin/python3 -B
"""compare, explain and scan give the program's own documents, which pandas takes; bad input is an exception with its text."""
import unittest

import numpy as np
import pandas

from package import PackageTest, program

import relive


class Compare(PackageTest):
    def test_it_is_the_programs_document(self):
        self.same(relive.compare("moons", regimes=["healthy", "high-rate"], seeds=4, epochs=3, hidden=[8, 4]),
                  program("compare", "--data", "moons", "--regime", "healthy,high-rate", "--seeds", 4, "--epochs", 3, "--hidden", "8,4",
                          "--out", self.folder))
        found = relive.compare("blobs:300:0.5", activations=["leaky_relu:0.3", "relu+redo", "gelu"], regimes="low-bias", seeds=3, seed=5,
                               data_seed=2, census=4, threads=1, lanes=4, epochs=2, lr=0.2, optimizer="adam", l2=1e-3, batch=16,
                               init="xavier", bias=-1, dropout=0.1, test_share=0.4, early_stop=1, clip=2, schedule="step")
        self.same(found, program(
            "compare", "--data", "blobs:300:0.5", "--activations", "leaky_relu:0.3,relu+redo,gelu", "--regime", "low-bias", "--seeds", 3,
            "--seed", 5, "--data-seed", 2, "--census", 4, "--threads", 1, "--lanes", 4, "--epochs", 2, "--lr", 0.2, "--optimizer", "adam",
            "--l2", 1e-3, "--batch", 16, "--init", "xavier", "--bias", -1, "--dropout", 0.1, "--test-share", 0.4, "--early-stop", 1,
            "--clip", 2, "--schedule", "step", "--out", self.folder))

    def test_all_regimes_are_the_default(self):
        self.same(relive.compare("xor:60", seeds=1, epochs=1),
                  program("compare", "--data", "xor:60", "--seeds", 1, "--epochs", 1, "--out", self.folder))

    def test_nets_given_as_layers(self):
        text = "input 8x8; rnn 6 curve; last; outputs"
        self.same(relive.compare(layers=text, activations=["tanh", "gru"], seeds=3, epochs=2, recurrent_init="orthogonal", standardize="center"),
                  program("compare", "--layers", text, "--activations", "tanh,gru", "--seeds", 3, "--epochs", 2, "--recurrent-init",
                          "orthogonal", "--standardize", "center", "--out", self.folder))
        for data, model in ("digits", "cnn"), ("adding:80:6", "rnn"):
            self.same(relive.compare(data, model=model, epochs=1, seeds=2),
                      program("compare", "--data", data, "--model", model, "--epochs", 1, "--seeds", 2, "--out", self.folder))

    def test_pandas_takes_it(self):
        found = relive.compare("moons", seeds=2, epochs=2)
        arms = pandas.DataFrame(found["arms"])
        self.assertEqual(len(arms), len(found["arms"]))
        flat = pandas.json_normalize(found["arms"]).set_index(["regime", "activation"])
        self.assertEqual(flat.loc[("healthy", "relu"), "test_accuracy.mean"], found["arms"][0]["test_accuracy"]["mean"])
        self.assertEqual(flat["dead_share.final.mean"].dtype, float)

    def test_the_report_is_written_where_it_is_asked_for(self):
        relive.compare("moons", regimes="healthy", seeds=2, epochs=1, out=self.folder / "out")
        self.assertIn("report.html", {path.name for path in (self.folder / "out").iterdir()})

    def test_what_has_no_meaning(self):
        for error, what in ((relive.ConfigError, dict(regimes="healty")), (relive.ConfigError, dict(regimes=[])),
                            (relive.ConfigError, dict(activations=[])), (relive.ConfigError, dict(activations=["relu", "relu"])),
                            (relive.ConfigError, dict(activations=["rleu"])), (relive.ConfigError, dict(lr=-1)),
                            (relive.ConfigError, dict(lr=float("nan"))), (relive.ConfigError, dict(seeds=0)), (relive.ConfigError, dict(lanes=3)),
                            (relive.ConfigError, dict(data="moos")), (relive.ConfigError, dict(hidden=[0])), (TypeError, dict(speed=3)),
                            (relive.ConfigError, dict(epochs=-1)), (relive.ConfigError, dict(data="a\0b")), (relive.ConfigError, dict(threads=-1)),
                            (relive.ConfigError, dict(seed=-1)), (relive.ConfigError, dict(data_seed=1.5)), (relive.ConfigError, dict(census=-1)), (relive.ConfigError, dict(seeds=2**80)),
                            (relive.ConfigError, dict(seeds="x")), (relive.ConfigError, dict(model="cnm")),
                            (relive.ConfigError, dict(model="cnn", hidden=[3])), (relive.ConfigError, dict(model="cnn", layers="outputs")),
                            (relive.ConfigError, dict(layers="outputs")), (relive.ConfigError, dict(activations="gru")), (relive.ConfigError, dict(standardize="centre")), (relive.FileError, dict(data="nowhere.csv")), (ValueError, dict(test_share=1)),
                            (relive.Error, dict(data="moons:0")), (relive.Error, dict(batch=10**6))):
            with self.subTest(what=what), self.assertRaises(error) as raised:
                relive.compare(**{"data": "moons", "epochs": 1, "seeds": 1, **what})
            self.assertTrue(str(raised.exception))

    def test_the_text_is_the_librarys(self):
        with self.assertRaisesRegex(relive.ConfigError, 'unknown regime "healty".*healthy'):
            relive.compare("moons", regimes="healty")
        with self.assertRaisesRegex(ValueError, 'lr: '):
            relive.compare("moons", lr="fast")


class Explain(PackageTest):
    def test_it_is_the_programs_document(self):
        for what in [*relive.CURVES, "leaky_relu:0.2", "elu:2", "dosage"]:
            with self.subTest(what=what):
                self.assertEqual(relive.explain(what), program("explain", what))

    def test_points_of_ones_own(self):
        table = pandas.DataFrame(relive.explain(relive.tanh, np.linspace(-2, 2, 9).reshape(3, 3))["table"])
        self.assertEqual(table.z.tolist(), np.linspace(-2, 2, 9).tolist())
        self.assertEqual(np.float32(table.f).tolist(), relive.tanh(np.linspace(-2, 2, 9)).tolist())
        self.assertEqual(relive.explain("relu", [])["table"], [])

    def test_what_has_no_meaning(self):
        for what in ("rleu", "relu:x", "", None):
            with self.subTest(what=what), self.assertRaises(relive.ConfigError):
                relive.explain(what)
        with self.assertRaises(TypeError):
            relive.explain("relu", ["a"])


class Scan(PackageTest):
    def setUp(self):
        super().setUp()
        program("train", "--regime", "raw-inputs", "--hidden", "16,8", "--epochs", 5, "--save", "m.safetensors", cwd=self.folder)
        self.model = self.folder / "m.safetensors"
        self.x = np.random.default_rng(0).integers(0, 17, size=(400, 64)).astype(np.float32)
        np.save(self.folder / "x.npy", self.x)

    def test_it_is_the_programs_document(self):
        for options, words in (([], {}), (["--box", "0,16"], dict(box="0,16")), (["--box", "data", "--dormant", 0.2, "--saturated", 0.5,
                               "--nearly-dead", 0.3], dict(box="data", dormant=0.2, saturated=0.5, nearly_dead=0.3))):
            self.same(relive.scan(self.model, "digits", **words), program("scan", self.model, "--data", "digits", *options))

    def test_arrays_models_and_estimators(self):
        expected = program("scan", self.model, "--data", self.folder / "x.npy")
        self.assertGreater(expected["totals"]["dead"], 0)
        for data in (self.x, self.x.astype(float), self.x.tolist(), self.folder / "x.npy", pandas.DataFrame(self.x)):
            found = relive.scan(relive.Model(self.model), data)
            found["reference"]["data"] = expected["reference"]["data"]
            self.same(found, expected)
        net = relive.MLPClassifier(hidden=[8], epochs=2, random_state=0).fit(self.x, self.x[:, 0] > 8)
        net.save(self.folder / "n.safetensors")
        expected = program("scan", self.folder / "n.safetensors", "--data", self.folder / "x.npy")
        self.assertEqual(relive.scan(net, self.x)["layers"], expected["layers"])

    def test_what_has_no_meaning(self):
        for error, model, data, words in ((relive.FileError, "nowhere", "digits", {}), (relive.Error, self.model, "iris", {}),
                                          (relive.Error, self.model, "nowhere.csv", {}), (relive.ShapeError, self.model, [1, 2], {}),
                                          (relive.Error, self.model, self.x[:, :3], {}), (relive.Error, self.model, self.x[:0], {}),
                                          (relive.Error, self.model, "digits", dict(box="1")), (relive.Error, self.model, "digits", dict(box="2,1")),
                                          (TypeError, self.model, "digits", dict(dormant="x")), (TypeError, 3, "digits", {})):
            with self.subTest(model=model, data=data, words=words), self.assertRaises(error):
                relive.scan(model, data, **words)


if __name__ == "__main__":
    unittest.main()
