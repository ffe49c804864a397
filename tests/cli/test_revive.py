#!/usr/bin/python3 -B
"""relive revive, train --revive and the arm relu+redo: what they give, what they leave alone, what they refuse."""

from program import FAST, ProgramTest, main


class Revive(ProgramTest):
    def setUp(self):
        super().setUp()
        self.done("train", "--data", "moons:200", "--hidden", "8,6", "--epochs", "1", "--lr", "1e-6", "--bias", "-2", "--save", "m.safetensors")

    def outputs(self, model):
        return self.document("predict", model, "--data", "moons:200")["outputs"]

    def test_dead_units_wake_and_the_model_says_the_same(self):
        found = self.document("revive", "m.safetensors", "--data", "moons:200", "--save", "new.safetensors")
        self.assertEqual((found["model"], found["saved"], found["reference"]["rows"], found["how"], found["treated"]),
                         ("m.safetensors", "new.safetensors", 200, "redraw", "dead"))
        self.assertGreater(found["before"]["dead"], 0)
        self.assertEqual(found["after"]["dead"], 0)
        self.assertEqual(len(found["units"]), found["before"]["dead"])
        self.assertEqual({unit["fate"] for unit in found["units"]}, {"woken"})
        self.assertTrue(found["same_expected"] and found["output_difference"] <= 1e-6)
        self.assertEqual(found["before"]["accuracy"], found["after"]["accuracy"])
        self.assertEqual(found["before"]["parameters"], found["after"]["parameters"])
        for one, other in zip(self.outputs("m.safetensors"), self.outputs("new.safetensors")):
            for a, b in zip(one, other):
                self.assertAlmostEqual(a, b, 6)

    def test_same_seed_same_bytes(self):
        for name, seed in [("a", "1"), ("b", "1"), ("c", "2")]:
            self.done("revive", "m.safetensors", "--data", "moons:200", "--save", f"{name}.safetensors", "--seed", seed)
        a, b, c = ((self.folder / f"{name}.safetensors").read_bytes() for name in "abc")
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)

    def test_other_cures_say_by_how_much(self):
        for how in ("leaky:0.2", "lift:0.1"):
            found = self.document("revive", "m.safetensors", "--data", "moons:200", "--how", how, "--save", "new.safetensors")
            self.assertEqual(found["after"]["dead"], 0, how)
            self.assertGreater(found["output_difference"], 1e-6)
            self.assertFalse(found["same_expected"])
            self.document("predict", "new.safetensors", "--data", "moons:200")
        self.done("train", "--data", "moons:200", "--hidden", "8", "--epochs", "5", "--save", "l.safetensors")
        found = self.document("revive", "l.safetensors", "--data", "moons:200", "--units", "dormant:0.9", "--save", "new.safetensors")
        self.assertGreater(len(found["units"]), found["before"]["dead"])
        self.assertGreater(found["output_difference"], 0)
        self.assertFalse(found["same_expected"])

    def test_screen(self):
        text = self.done("revive", "m.safetensors", "--data", "moons:200", "--save", "new.safetensors")
        for word in ("200 rows", "before", "after", "units", "parameters", "accuracy", "dead share", "outputs differ by 0", "the same", "written to"):
            self.assertIn(word, text)
        self.assertTrue(all(len(line) <= 80 for line in text.splitlines()))

    def test_bad_input(self):
        common = ["revive", "m.safetensors", "--data", "moons:200"]
        self.write("wide.csv", "a,b,c,kind\n" + "1,2,3,upper\n4,5,6,lower\n" * 9)
        self.refused(*common, says="--save")
        for arguments, says in [(["--how", "pray"], "redraw"), (["--how", "lift:0"], "above 0"), (["--how", "lift:2"], "at most 1"),
                                (["--how", "leaky:x"], "leaky:ALPHA"), (["--units", "dormant:-1"], "dormant"), (["--units", "all"], "dead"),
                                (["--data", "wide.csv"], "features"), (["--data", "iris"], "iris"), (["--data", "none.csv"], "none.csv"), (["--save", "no/where.safetensors"], "--save")]:
            self.refused(*common, "--save", "new.safetensors", *arguments, says=says)
        self.refused("revive", "none.safetensors", "--save", "new.safetensors", says="none.safetensors")


class Training(ProgramTest):
    common = ["--data", "moons:200", "--hidden", "8,6", "--bias", "-2", "--optimizer", "adam", "--lr", "0.01"]

    def test_fewer_die(self):
        def dead(*options):
            found = self.document("train", *self.common, "--epochs", "8", "--seeds", "6", *options)
            return sum(len(layer["dead"]) for seed in found["seeds"] for layer in seed["layers"])

        self.assertLess(dead("--revive", "redo:2"), dead() / 2)
        self.assertEqual(dead("--revive", "redo:8"), dead())  # never before the first epoch nor after the last

    def test_resume_goes_on_to_the_same_bits(self):
        both = [*self.common, "--revive", "redo:2"]
        self.done("train", *both, "--epochs", "5", "--save", "whole.safetensors")
        self.done("train", *both, "--epochs", "2", "--save", "part.safetensors")
        self.done("train", *both, "--epochs", "5", "--resume", "part.safetensors", "--save", "rest.safetensors")
        self.assertEqual((self.folder / "whole.safetensors").read_bytes(), (self.folder / "rest.safetensors").read_bytes())

    def test_as_an_arm(self):
        self.done("train", *self.common, "--epochs", "4", "--revive", "redo", "--save", "a.safetensors")
        self.done("train", *self.common, "--epochs", "4", "--activation", "relu+redo", "--save", "b.safetensors")
        self.assertEqual((self.folder / "a.safetensors").read_bytes(), (self.folder / "b.safetensors").read_bytes())
        found = self.document("compare", "--data", "moons:200", *FAST, "--regime", "low-bias", "--seeds", "3", "--out", "o",
                              "--activations", "relu,leaky_relu,relu+redo")
        self.assertEqual([arm["redo_every"] for arm in found["arms"]], [None, None, 1])
        self.assertEqual([pair["b"] for pair in found["pairs"]], ["leaky_relu:0.01", "relu+redo"])
        relu, _, redo = found["arms"]
        self.assertEqual(relu["dead_share"]["initial"], redo["dead_share"]["initial"])
        self.assertNotEqual(relu["dead_share"]["final"], redo["dead_share"]["final"])
        self.assertIn("ReLU + ReDo", (self.folder / "o" / "report.html").read_text())

    def test_bad_input(self):
        for word in ("redo:0", "redo:x", "relu", "redo:1.5"):
            self.refused("train", *self.common, "--revive", word, says="redo:EVERY")
        self.refused("train", *self.common, "--activation", "relu+undo", says="redo")
        self.refused("compare", "--activations", "relu+redo,relu+redo:1", "--out", "o", says="twice")
        self.refused("explain", "leaky_relu:0.1+redo", says="curve")


if __name__ == "__main__":
    main()
