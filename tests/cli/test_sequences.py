#!/usr/bin/python3 -B
"""Recurrent nets in the program: trained by their text, the same in a pack as alone, saved and used again; what cannot deal
with sequences says so, and shapes that do not fit name the layer, what it got and what it needs."""
import unittest

from program import ProgramTest, main

HOW = ["--optimizer", "adam", "--lr", "0.01", "--clip", "1"]


class Sequences(ProgramTest):
    def test_digits_row_by_row(self):
        """8 steps of 8 pixels. A unit of an Elman node is one over all steps; gates are no units."""
        model = self.folder / "rnn.safetensors"
        text = "input 8x8; rnn 12 relu; last; dense 10"
        run = self.document("train", "--layers", text, "--epochs", 6, *HOW, "--save", model)
        self.assertEqual([layer["units"] for layer in run["seeds"][0]["layers"]], [12])
        self.assertEqual([layer["activation"] for layer in run["seeds"][0]["layers"]], ["relu"])
        pack = self.document("train", "--layers", text, "--epochs", 6, *HOW, "--seeds", 3)
        self.assertEqual(pack["seeds"][0], run["seeds"][0], "in a pack as alone")
        self.assertEqual(self.document("scan", model)["layers"][0]["dead"], run["seeds"][0]["layers"][0]["dead"])
        self.assertGreater(self.document("predict", model)["accuracy"], 0.8)

    def test_an_lstm_adds_what_it_remembers(self):
        """Who always says 1 is 0.167 off."""
        run = self.document("train", "--data", "adding:3000:10", "--layers", "input 10x2; lstm 16; last; dense 1",
                            "--epochs", 3, *HOW, "--seeds", 4)
        for seed in run["seeds"]:
            self.assertLess(seed["loss_curve"][-1], 0.05)
            self.assertEqual(seed["layers"], [])

    def test_who_cannot_says_so(self):
        model = self.folder / "rnn.safetensors"
        self.done("train", "--layers", "input 8x8; rnn 4 relu; last; dense 10", "--epochs", 1, *HOW, "--save", model)
        self.refused("scan", model, "--box", "data", says=["node 1 is a recurrent layer (rnn)"])
        self.refused("prune", model, "--box", "data", "--save", "pruned.safetensors", says=["recurrent layer (rnn)"])
        self.assertFalse((self.folder / "pruned.safetensors").exists())

    def test_recurrent_units_stay_where_they_are(self):
        """Ten of twelve units dead from the first step: they are found, named and kept."""
        model = self.folder / "rnn.safetensors"
        self.done("train", "--layers", "input 8x8; rnn 12 relu; last; dense 10", "--epochs", 1, "--bias", "-9", "--lr",
                  "1e-6", "--save", model)
        found, = self.document("prune", model, "--save", "pruned.safetensors")["layers"]
        self.assertGreater(len(found["kept"]), 0)
        self.assertEqual({unit["why"] for unit in found["kept"]}, {"kept for a layer that needs it in its place"})
        self.assertEqual(found["removed"], [])

    def test_shapes_that_do_not_fit(self):
        for layers, says in [("dense 8; lstm 4; outputs", "lstm: node 1 gives 8 values; expected a sequence"),
                             ("input 8x8; gru 4; dense 10", "dense: node 1 gives a sequence of 8x4"),
                             ("input 0x8; gru 4; last; dense 10", "input 0x8"),
                             ("input 8x7; rnn 4; last; dense 10", "expected the 64 features"),
                             ("input 8x8; rnn 0; last; dense 10", "rnn N"),
                             ("input 8x8; rnn 4 rel; last; dense 10", 'did you mean "relu"')]:
            with self.subTest(layers):
                self.refused("train", "--layers", layers, says=says)


if __name__ == "__main__":
    main()
