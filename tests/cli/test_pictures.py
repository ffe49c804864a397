#!/usr/bin/python3 -B
"""Convolutional nets in the program: trained by their text, stopped and gone on with to the same bits, saved, used and
treated; a channel is one unit."""
import pathlib
import sys
import unittest

import numpy

from program import ProgramTest, main

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import safetensors  # noqa: E402

NET = "conv 8 3; curve; pool 2; conv 12 2; curve; flatten; dense 10"
HOW = ["--layers", NET, "--lr", "0.3"]


class Pictures(ProgramTest):
    def train(self, *options, save="cnn.safetensors"):
        self.done("train", *HOW, *options, "--save", save)

    def tensors(self, name):
        return safetensors.load(self.folder / name)[0]

    def assert_same_tensors(self, one, other):
        one, other = self.tensors(one), self.tensors(other)
        self.assertEqual(one.keys(), other.keys())
        for name in one:
            numpy.testing.assert_array_equal(one[name], other[name])

    def outputs(self, model):
        return numpy.array(self.document("predict", model)["outputs"])

    def test_a_training_goes_on_where_it_was(self):
        for optimizer in ["momentum", "adam"]:
            how = ["--optimizer", optimizer, "--lr", "0.003"]
            self.train(*how, "--epochs", 4, save="whole.safetensors")
            self.train(*how, "--epochs", 2, save="half.safetensors")
            self.train(*how, "--epochs", 4, "--resume", "half.safetensors", save="rest.safetensors")
            self.assert_same_tensors("whole.safetensors", "rest.safetensors")

    def test_a_training_begins_from_another_model(self):
        self.train("--epochs", 3)
        self.train("--epochs", 1, "--lr", "1e-30", "--init-from", "cnn.safetensors", save="again.safetensors")
        self.assert_same_tensors("cnn.safetensors", "again.safetensors")
        self.assertGreater(self.document("predict", "again.safetensors")["accuracy"], 0.9)
        self.refused("train", "--layers", NET.replace("conv 8 3", "conv 9 3"), "--init-from", "cnn.safetensors",
                     says=["0.weight", "[8, 1, 3, 3]", "[9, 1, 3, 3]"])

    def test_dead_channels_leave(self):
        self.train("--bias", "-5", "--epochs", 2)
        found = self.document("prune", "cnn.safetensors", "--save", "small.safetensors")
        left = [layer["units_after"] for layer in found["layers"]]
        self.assertLess(sum(left), 20)
        tensors = self.tensors("small.safetensors")
        self.assertEqual(tensors["0.weight"].shape, (left[0], 1, 3, 3))
        self.assertEqual(tensors["3.weight"].shape, (left[1], left[0], 2, 2))
        self.assertEqual(tensors["6.weight"].shape, (10, 4 * left[1]))
        numpy.testing.assert_array_equal(self.outputs("cnn.safetensors"), self.outputs("small.safetensors"))

    def test_dead_channels_come_back(self):
        self.train("--bias", "-5", "--epochs", 2)
        found = self.document("revive", "cnn.safetensors", "--save", "woken.safetensors")
        self.assertGreater(found["before"]["dead"], 0)
        self.assertEqual(found["after"]["dead"], 0)
        numpy.testing.assert_allclose(self.outputs("cnn.safetensors"), self.outputs("woken.safetensors"), atol=1e-6)


if __name__ == "__main__":
    main()
