#!/usr/bin/python3 -B
"""Settings files: the same names as on the command line, the same checks, errors with file and line, and who wins."""
from program import ProgramTest, main


class Config(ProgramTest):
    def settings(self, text, *arguments):
        """The settings that a training had which was given this file."""
        self.write("c.yaml", text)
        found = self.document("train", "--config", "c.yaml", "--data", "xor:80", "--epochs", "1", *arguments)
        return found["settings"]

    def refused_file(self, text, *says, verb="train"):
        self.write("c.yaml", text)
        return self.refused(verb, "--config", "c.yaml", says=["c.yaml", *says])

    def test_every_kind_of_value(self):
        found = self.settings("# a comment\nlr: 0.25\nhidden: [5, 3]\nactivation: 'leaky_relu:0.2'\nstandardize: off\n"
                              "decay-biases: true\n\"l2\": 1e-3\nbatch: full\n")
        self.assertEqual((found["lr"], found["hidden"], found["activation"], found["standardize"], found["decay_biases"],
                          found["l2"], found["batch"]), (0.25, [5, 3], "leaky_relu:0.2", False, True, 0.001, 64))

    def test_lists_in_all_their_forms(self):
        for text in ("hidden: 6,2", "hidden: [6, 2]", "hidden:\n  - 6\n  - 2\n", "hidden: '6, 2'", "{hidden: [6,2]}"):
            with self.subTest(text):
                self.assertEqual(self.settings(text)["hidden"], [6, 2])
        self.assertEqual(self.settings("hidden: 7")["hidden"], [7])

    def test_json_true_and_false(self):
        self.write("c.yaml", "json: true\ndata: xor:80\nepochs: 1\n")
        self.assertTrue(self.done("train", "--config", "c.yaml").startswith("{"))
        self.write("c.yaml", "json: false\ndata: xor:80\nepochs: 1\n")
        self.assertFalse(self.done("train", "--config", "c.yaml").startswith("{"))

    def test_command_line_over_file_over_regime_over_default(self):
        default, regime = self.settings("{}")["bias"], self.settings("regime: low-bias")["bias"]
        self.assertEqual(default, 0)
        self.assertLess(regime, -1)
        self.assertEqual(self.settings("{}", "--regime", "low-bias")["bias"], regime)
        self.assertEqual(self.settings("regime: low-bias\nbias: -1.5")["bias"], -1.5)
        self.assertEqual(self.settings("regime: low-bias\nbias: -1.5", "--bias", "0.75")["bias"], 0.75)
        self.assertEqual(self.settings("regime: low-bias", "--regime", "healthy")["bias"], 0)
        self.assertEqual(self.settings("", "--lr", "0.5")["lr"], 0.5)

    def test_wrong_values_are_named_with_their_line(self):
        self.refused_file("epochs: 3\n\n# here\nlr: 0\n", "line 4", "lr", "above 0", '"0"')
        self.refused_file("epochs: 3\nhidden: [8, x]\n", "line 2", "hidden", '"x"')
        self.refused_file("lr:\n", "line 1", "lr")
        self.refused_file("a: 1\n", "line 1", '"a"')
        self.refused_file("epochs: 3\nlearnrate: 1\n", "line 2", '"learnrate"')
        self.refused_file("epochs: 3\n\noptimiser: adam\n", "line 3", '"optimiser"', '"optimizer"')
        self.refused_file("epochs: 3\nactivations: [relu]\n", "line 2", "train takes no option", "activations")
        self.refused_file("config: d.yaml\n", "line 1")

    def test_what_is_not_a_settings_file(self):
        self.refused_file("lr: 0.1\nhidden: {a: 1}\n", "line 2", "hidden")
        self.refused_file("lr: [0.1, 0.2]\n", "line 1", "lr")
        self.refused_file("hidden: [[1, 2], [3]]\n", "line 1", "hidden")
        self.refused_file("- lr\n- hidden\n", "line 1")
        self.refused_file("just words\n", "line 1")
        self.refused_file("lr: 0.1\nlr: 0.2\n", "twice", "lr")
        self.refused_file("lr: 0.1\n\tbatch: 3\n", "line 2")
        self.refused_file("lr: 0.1\nepochs: 2\ndata: \"open\n", "line 3")
        self.refused_file("lr: &x 0.1\nbias: *x\n", "line 2", "bias")
        self.refused_file("lr: 0.1\ndata: " + "x" * 100000)
        self.refused_file("\0\1\2")
        self.refused_file("hidden: [" + "1," * 20000 + "1]")
        self.refused("train", "--config", "missing.yaml", says="missing.yaml")
        self.refused("train", "--config", ".", says=".")

    def test_compare_reads_one_too(self):
        self.write("c.yaml", "data: xor:80\nseeds: 2\nepochs: 1\nhidden: 4\nactivations: [relu, 'elu:0.5']\nregime: [healthy, low-bias]\nout: o\n")
        found = self.document("compare", "--config", "c.yaml")
        self.assertEqual([(arm["regime"], arm["activation"], arm["alpha"], arm["seeds"]) for arm in found["arms"]],
                         [(r, *a, 2) for r in ("healthy", "low-bias") for a in (("relu", 0), ("elu", 0.5))])
        self.assertTrue((self.folder / "o" / "results.json").is_file())


if __name__ == "__main__":
    main()
