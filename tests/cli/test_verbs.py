#!/usr/bin/python3 -B
"""What each verb gives: documents with the contract's members, the same bytes for the same seed, files that are whole,
lessons that come out exactly, and a Ctrl-C that keeps what is done."""
import csv
import math
import signal
import subprocess
import time

from program import ENVIRONMENT, FAST, RELIVE, ProgramTest, document, main, relive

CURVES = ("identity relu leaky_relu prelu rrelu relu6 elu celu selu gelu gelu_tanh silu mish hard_swish softplus softsign "
          "sigmoid tanh").split()


def without_timing(found):
    return {name: value for name, value in found.items() if name != "timing"}


class Explain(ProgramTest):
    def test_every_curve(self):
        for name in CURVES:
            with self.subTest(name):
                found = self.document("explain", name)
                self.assertEqual(found["name"], name)
                self.assertTrue(found["formula"])
                self.assertIn("alpha", found)
                self.assertEqual(len(found["range"]), 2)
                self.assertTrue(all({"z", "f", "slope"} == set(row) for row in found["table"]))
                self.assertIn(0, [row["z"] for row in found["table"]])
                text = self.done("explain", name)
                self.assertIn(found["formula"], text)
                for word in ("f(z)", "f′(z)", "range", "interval", "kink", "┤"):
                    self.assertIn(word, text)
                self.assertTrue(all(len(line) <= 80 for line in text.splitlines()))

    def test_known_values(self):
        def row(what, z, *options):
            return next(row for row in self.document("explain", what, *options)["table"] if row["z"] == z)

        self.assertEqual(row("relu", -2), {"z": -2, "f": 0, "slope": 0})
        self.assertEqual(row("relu", 0)["slope"], 0)
        self.assertEqual(row("relu", 0, "--at-zero", "1")["slope"], 1)
        self.assertEqual(row("leaky_relu:0.25", -2), {"z": -2, "f": -0.5, "slope": 0.25})
        self.assertAlmostEqual(row("sigmoid", 0)["slope"], 0.25)
        self.assertAlmostEqual(row("softplus", 0)["f"], math.log(2), 6)
        self.assertAlmostEqual(row("selu", 1)["f"], 1.0507009873554805, 6)
        self.assertEqual(self.document("explain", "relu")["range"], [0, None])
        self.assertEqual(self.document("explain", "relu6")["range"], [0, 6])

    def test_plots_of_a_curve(self):
        self.done("explain", "gelu", "--out", "deep/plots")
        self.assertTrue((self.folder / "deep" / "plots" / "activations.svg").read_text().endswith("</svg>\n\n"))

    def test_where_the_slope_is_exactly_zero(self):
        for what, words in [("relu", "exactly 0 where z ≤ 0:"), ("relu6", "exactly 0 where z ≤ 0 or z ≥ 6:"),
                            ("hard_swish", "exactly 0 where z ≤ -3 or z = -1.5:"), ("leaky_relu", "nowhere exactly 0"),
                            ("leaky_relu:0", "exactly 0 where z ≤ 0:"), ("tanh", "nowhere exactly 0"), ("gelu", "nowhere exactly 0")]:
            self.assertIn(words, self.done("explain", what), what)
        self.assertIn("exactly 0 where z < 0:", self.done("explain", "relu", "--at-zero", "1"))

    def test_dosage(self):
        found = self.document("explain", "dosage")
        at = {round(point["dosage"], 3): point for point in found["relu"]["points"]}
        self.assertAlmostEqual(at[0.6]["top_hidden"], 0.17, 6)
        self.assertEqual((at[0.5]["top_hidden"], round(at[0.5]["bottom_hidden"], 5), round(at[0.5]["output"], 5)), (0, 6.3, 1.01))
        self.assertEqual([at[0]["output"], at[1]["output"]], [0, 0])
        for point in found["softplus"]["points"]:
            x = point["dosage"]
            top, bottom = math.log1p(math.exp(-34.4 * x + 2.14)), math.log1p(math.exp(-2.52 * x + 1.29))
            self.assertAlmostEqual(point["top_hidden"], top, 5)
            self.assertAlmostEqual(point["bottom_hidden"], bottom, 5)
            self.assertAlmostEqual(point["output"], -1.30 * top + 2.28 * bottom - 0.58, 5)
        text = self.done("explain", "dosage", "--out", "plots")
        for kind in ("svg", "png", "gnuplot", "dat"):
            self.assertGreater((self.folder / "plots" / f"dosage.{kind}").stat().st_size, 100)
        self.assertRegex(text, r"0\.6 +0\.17 ")
        self.assertIn("●", text)
        self.assertTrue(all(len(line) <= 80 for line in text.splitlines()))


class Train(ProgramTest):
    def test_document(self):
        found = self.document("train", "--data", "moons:100", *FAST, "--seed", "7", "--seeds", "3", "--regime", "low-bias")
        self.assertEqual(set(found) >= {"schema", "settings", "seeds", "timing"}, True)
        self.assertEqual([seed["seed"] for seed in found["seeds"]], [7, 8, 9])
        for seed in found["seeds"]:
            self.assertEqual(len(seed["loss_curve"]), 3)
            self.assertIsNone(seed["diverged_at"])
            self.assertTrue(0 <= seed["train_accuracy"] <= 1 and 0 <= seed["test_accuracy"] <= 1)
            layer, = seed["layers"]
            self.assertEqual((layer["activation"], layer["units"], layer["reference_rows"]), ("relu", 4, 80))
            self.assertEqual(layer["dead"], layer["silent"])  # of a ReLU
            self.assertTrue(all(0 <= unit < 4 for unit in layer["dead"]))
            self.assertTrue(layer["name"])
        self.assertTrue({"trainings", "seconds", "samples_per_second", "threads", "lanes"} <= set(found["timing"]))

    def test_dead_is_not_silent(self):
        found = self.document("train", "--data", "moons:100", *FAST, "--bias", "-50", "--activation", "leaky_relu", "--lr", "1e-6")
        self.assertEqual((found["seeds"][0]["layers"][0]["dead"], found["seeds"][0]["layers"][0]["silent"]), ([], [0, 1, 2, 3]))
        found = self.document("train", "--data", "moons:100", *FAST, "--bias", "-50", "--lr", "1e-6")
        self.assertEqual(found["seeds"][0]["layers"][0]["dead"], [0, 1, 2, 3])

    def test_same_seed_same_bytes(self):
        how = ["--data", "spirals:150", "--hidden", "4", "--epochs", "12", "--lr", "0.5", "--dropout", "0.2", "--activation", "rrelu", "--early-stop", "1"]
        one = without_timing(self.document("train", *how, "--seeds", "5"))
        for other in (["--threads", "1"], ["--threads", "2"], ["--lanes", "1"], ["--lanes", "4"]):
            self.assertEqual(one, without_timing(self.document("train", *how, "--seeds", "5", *other)), other)
        self.assertGreater(len({len(seed["loss_curve"]) for seed in one["seeds"]}), 1)  # some stopped before others
        alone = self.document("train", *how, "--seed", "3")
        self.assertEqual(alone["seeds"][0], one["seeds"][3])
        self.assertNotEqual(one["seeds"], self.document("train", *how, "--seeds", "5", "--seed", "50")["seeds"])
        self.assertNotEqual(one["seeds"], self.document("train", *how, "--seeds", "5", "--data-seed", "50")["seeds"])

    def test_widest_lanes_too(self):
        common = ["--data", "xor:80", *FAST, "--seeds", "18"]
        one = without_timing(self.document("train", *common, "--lanes", "1"))
        for lanes in ("8", "16"):
            ran = relive("train", *common, "--json", "--lanes", lanes, cwd=self.folder)
            if ran.returncode == 0:  # this processor has them
                self.assertEqual(one, without_timing(document(ran.stdout)), lanes)

    def test_log(self):
        self.done("train", "--data", "xor:80", *FAST, "--seeds", "2", "--log", "l.csv", "--census", "1", "--batch", "32")
        with open(self.folder / "l.csv") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(row["seed"], row["step"], row["epoch"]) for row in rows],
                         [(seed, step, epoch) for seed in "01" for step, epoch in zip("01234", "00112")])
        self.assertEqual(list(rows[0]), "seed step epoch train_loss train_accuracy validation_loss test_loss test_accuracy dead_share silent_share".split())
        found = self.document("train", "--data", "xor:80", *FAST, "--census", "1")
        self.assertEqual(len(found["seeds"][0]["loss_curve"]), 3)  # by epoch, however often the census is taken
        by_epoch = [float(row["train_loss"]) for row in rows if row["seed"] == "0" and row["step"] in "024"]
        for one, other in zip(by_epoch, found["seeds"][0]["loss_curve"]):
            self.assertAlmostEqual(one, other, 6)

    def test_resume_goes_on_to_the_same_bits(self):
        common = ["--data", "moons:120", "--hidden", "6", "--optimizer", "adam", "--lr", "0.01", "--dropout", "0.1"]
        self.done("train", *common, "--epochs", "6", "--save", "whole.safetensors")
        self.done("train", *common, "--epochs", "2", "--save", "part.safetensors")
        self.done("train", *common, "--epochs", "6", "--resume", "part.safetensors", "--save", "rest.safetensors")
        self.assertEqual((self.folder / "whole.safetensors").read_bytes(), (self.folder / "rest.safetensors").read_bytes())
        self.assertEqual((self.folder / "whole.safetensors.state").read_bytes(), (self.folder / "rest.safetensors.state").read_bytes())
        self.assertNotEqual((self.folder / "whole.safetensors").read_bytes(), (self.folder / "part.safetensors").read_bytes())

    def test_best_seed_is_saved_and_named(self):
        how = ["--data", "spirals:90", "--data-seed", "5", *FAST, "--lr", "0.3"]  # where parts disagree on the best
        common = [*how, "--seeds", "12", "--save", "m.safetensors"]

        def best(found, part):
            return min(found["seeds"], key=lambda seed: seed[f"{part}_loss"])["seed"]

        found = self.document("train", *common, "--validation-share", "0.3")
        self.assertEqual(len({best(found, part) for part in ("validation", "test", "train")}), 3)
        self.assertEqual(found["saved_seed"], best(found, "validation"))
        found = self.document("train", *common, "--test-share", "0")
        self.assertEqual(found["saved_seed"], best(found, "train"))
        found = self.document("train", *common)
        self.assertNotEqual(best(found, "test"), best(found, "train"))
        self.assertEqual(found["saved_seed"], best(found, "test"))
        self.assertIn(f"of seed {found['saved_seed']}, the best by test loss", self.done("train", *common))
        self.assertFalse((self.folder / "m.safetensors.state").exists())
        self.done("train", *how, "--seed", found["saved_seed"], "--save", "alone.safetensors")
        self.assertEqual((self.folder / "alone.safetensors").read_bytes(), (self.folder / "m.safetensors").read_bytes())

    def test_init_from(self):
        common = ["--data", "moons:200", "--hidden", "4"]
        self.done("train", *common, "--epochs", "3", "--save", "m.safetensors")
        found = self.document("train", *common, "--epochs", "1", "--init-from", "m.safetensors")
        trained = self.document("train", *common, "--epochs", "3")
        self.assertEqual(found["seeds"][0]["loss_curve"][0], trained["seeds"][0]["loss_curve"][-1])

    def test_layers(self):
        """A convolving net is trained, saved, scanned and predicts what it was said to."""
        text = "conv 4 3 padding 1; curve; pool 2; conv 6 2; curve; flatten; dense 10"
        model = self.folder / "cnn.safetensors"
        run = self.document("train", "--layers", text, "--activation", "relu", "--epochs", 2, "--save", model)
        self.assertEqual((run["settings"]["layers"], run["settings"]["hidden"]), (text, []))
        self.assertEqual([layer["units"] for layer in run["seeds"][0]["layers"]], [4, 6])
        self.assertEqual([layer["units"] for layer in self.document("scan", model)["layers"]], [4, 6])
        again = self.document("train", "--layers", text, "--activation", "relu", "--epochs", 2, "--seeds", 3)
        self.assertEqual(again["seeds"][0], run["seeds"][0], "in a pack as alone")
        self.assertGreater(self.document("predict", model)["accuracy"], 0.8)

    def test_layers_that_normalise(self):
        """Running statistics are saved, taken up again and used: by resume to the same bits, by predict and by scan."""
        text = "conv 4 3 padding 1; batch_norm; curve; conv_transposed 3 2 stride 2; layer_norm; curve; flatten; dense 10"
        common = ["--layers", text, "--activation", "relu", "--optimizer", "adamw", "--lr", "0.01", "--l2", "0.1"]
        run = self.document("train", *common, "--epochs", 3, "--save", "whole.safetensors")
        self.done("train", *common, "--epochs", 1, "--save", "part.safetensors")
        self.done("train", *common, "--epochs", 3, "--resume", "part.safetensors", "--save", "rest.safetensors")
        self.assertEqual((self.folder / "whole.safetensors").read_bytes(), (self.folder / "rest.safetensors").read_bytes())
        again = self.document("train", *common, "--epochs", 3, "--seeds", 3)
        self.assertEqual(again["seeds"][0], run["seeds"][0], "in a pack as alone")
        self.assertGreater(self.document("predict", "whole.safetensors")["accuracy"], 0.8)
        self.assertEqual([layer["units"] for layer in self.document("scan", "whole.safetensors")["layers"]], [4, 3])
        self.document("train", *common, "--epochs", 1, "--init-from", "whole.safetensors")
        self.refused("scan", "whole.safetensors", "--box", "data", says=["node 5 is a layer norm (layer_norm)"])

    def test_a_batch_of_one_has_no_variance(self):
        text = "dense 8; batch_norm; curve; dense 3"
        self.refused("train", "--data", "iris", "--layers", text, "--batch", 17,
                     says="batch 17: of 120 rows the last batch has one alone, on which node 2 (batch_norm)")
        self.refused("train", "--data", "iris", "--layers", text, "--batch", 1, says="every batch has one alone")
        self.done("train", "--data", "iris", "--layers", text, "--batch", 18, "--epochs", 1)
        self.refused("train", "--layers", "input 8x8; batch_norm; flatten; dense 10", says="expected a vector or a picture")

    def test_norms_are_bounded_and_pruned(self):
        """In evaluation a batch norm is linear: proofs go through it, and constant units leave with their part of it."""
        self.done("train", "--layers", "dense 32; batch_norm; curve; dense 16; batch_norm; curve; dense 10", "--activation",
                  "relu", "--lr", 3, "--epochs", 4, "--save", "m.safetensors")
        found = self.document("scan", "m.safetensors", "--box", "data")
        proved = sum(len(layer["proved_dead"]) for layer in found["layers"])
        dead = sum(len(layer["dead"]) for layer in found["layers"])
        self.assertLessEqual(proved, dead)
        pruned = self.document("prune", "m.safetensors", "--data", "digits", "--save", "p.safetensors")
        before, after = (self.document("predict", model)["outputs"] for model in ("m.safetensors", "p.safetensors"))
        for one, other in zip(before, after):
            for x, y in zip(one, other):
                self.assertAlmostEqual(x, y, 4)
        self.assertEqual(sum(len(layer["removed"]) for layer in pruned["layers"]), dead)
        self.assertGreater(dead, 0)

    def test_layers_that_do_not_fit(self):
        for layers, says in [("conv 4 9; curve; flatten; dense 10", "a kernel of 9x9 is larger than its picture"),
                             ("conv 4 3; curve; dense 10", "flatten it first"),
                             ("conv 4 3; curve; flatten; dense 9", "gives 9 values; digits needs 10"),
                             ("input 1x7x7; conv 4 3; flatten; dense 10", "expected the 64 features"),
                             ("conv 4; flatten; dense 10", "expected conv CHANNELS KERNEL")]:
            self.refused("train", "--layers", layers, says=says)
        self.refused("train", "--layers", "dense 10", "--dropout", 0.5, says="in --layers it is a layer")

    def test_layers_with_a_curve_in_a_recurrent_one(self):
        """rnn N curve is rnn N with --activation's curve: the same bits, in a pack as alone."""
        common = ("train", "--data", "adding:200:8", "--epochs", 2, "--optimizer", "adam", "--lr", 0.01, "--clip", 1)
        for curve in "relu", "leaky_relu:0.2", "tanh", "prelu":
            for rest in "", " no_bias":
                text = "input 8x2; rnn 6 {}" + rest + "; last; dense 1"
                stood_for = self.document(*common, "--layers", text.format("curve"), "--activation", curve)
                named = self.document(*common, "--layers", text.format(curve))
                self.assertEqual(stood_for["seeds"], named["seeds"], (curve, rest))
            several = self.document(*common, "--layers", text.format("curve"), "--activation", curve, "--seeds", 3)
            self.assertEqual(several["seeds"][0], named["seeds"][0], curve)
        for layers, says in [("input 8x2; rnn 0 curve; last; dense 1", "a whole number of at least 1"),
                             ("input 8x2; rnn 6 curves; last; dense 1", "unknown activation"),
                             ("input 8x2; rnn 6 curve twice; last; dense 1", "unknown activation"),
                             ("dense 3; rnn 6 curve; last; dense 1", "sequence")]:
            self.refused(*common, "--layers", layers, says=says)

    def test_through_time(self):
        """What reaches each step on the way back: where one run ends the next begins; a gradient fades or it does not."""
        common = ("train", "--data", "adding:300:30", "--epochs", 1, "--optimizer", "adam", "--lr", 0.01, "--clip", 1)
        faded = {}
        for cell in "rnn 12 relu", "rnn 12 tanh", "gru 12", "lstm 12":
            layers, model = f"input 30x2; {cell}; last; dense 1", self.folder / "net.safetensors"
            run = self.document(*common, "--layers", layers, "--save", model)["seeds"][0]["through_time"]
            again = self.document(*common, "--layers", layers, "--init-from", model)["seeds"][0]["through_time"]
            self.assertEqual((len(run["before"]), len(run["after"])), (30, 30))
            self.assertEqual(again["before"], run["after"], cell)
            self.assertNotEqual(again["after"], run["after"], cell)
            faded[cell] = run["before"][0] / run["before"][-1]
        several = self.document(*common, "--layers", layers, "--seeds", 5)["seeds"][0]["through_time"]
        self.assertEqual(several, run, "in a pack as alone")
        self.assertGreater(faded["rnn 12 relu"], 10 * faded["gru 12"], faded)
        wild = self.document("train", "--data", "adding:300:30", "--layers", "input 30x2; rnn 12 relu; last; dense 1",
                             "--lr", "1e30")["seeds"][0]
        self.assertIsNotNone(wild["diverged_at"])
        self.assertIsNone(wild["through_time"]["after"])
        self.assertIsNone(self.document("train", "--data", "iris", *FAST)["seeds"][0]["through_time"])

    def test_diverged_is_no_accuracy(self):
        found = self.document("train", "--data", "iris", *FAST, "--lr", "1e30", "--seeds", "2", "--loss", "squared")
        for seed in found["seeds"]:
            self.assertGreater(seed["diverged_at"], 0)
            self.assertIsNone(seed["train_accuracy"])
            self.assertIsNone(seed["test_accuracy"])
        self.assertIn("iverged at step", self.done("train", "--data", "iris", *FAST, "--lr", "1e30", "--loss", "squared"))

    def test_real_targets(self):
        found = self.document("train", "--data", "dosage", "--test-share", "0", "--hidden", "2", "--epochs", "5")
        self.assertIsNone(found["seeds"][0]["train_accuracy"])
        self.assertIsNone(found["confusion"])
        self.assertEqual(found["settings"]["loss"], "squared")

    def test_screen(self):
        text = self.done("train", "--data", "iris", "--epochs", "3", "--save", "m.safetensors")
        for word in ("120 training rows", "setosa", "precision", "recall", "F1", "32 units", "dead", "silent", "--resume m.safetensors"):
            self.assertIn(word, text)
        self.assertTrue(all(len(line) <= 80 for line in text.splitlines()))


class Predict(ProgramTest):
    def setUp(self):
        super().setUp()
        self.done("train", "--data", "iris", "--epochs", "30", "--save", "m.safetensors")

    def test_document(self):
        found = self.document("predict", "m.safetensors", "--data", "iris")
        self.assertTrue({"schema", "rows", "outputs", "classes", "accuracy", "confusion"} <= set(found))
        self.assertEqual((found["rows"], len(found["outputs"]), len(found["classes"])), (150, 150, 150))
        for outputs, named in zip(found["outputs"], found["classes"]):
            self.assertAlmostEqual(sum(outputs), 1, 5)
            self.assertEqual(found["class_names"][outputs.index(max(outputs))], named)
        confusion = found["confusion"]
        self.assertEqual([sum(row) for row in confusion], [50, 50, 50])
        self.assertAlmostEqual(found["accuracy"], sum(confusion[i][i] for i in range(3)) / 150)

    def test_agrees_with_what_train_said(self):
        trained = self.document("train", "--data", "iris", "--epochs", "30", "--test-share", "0", "--save", "all.safetensors")
        found = self.document("predict", "all.safetensors", "--data", "iris")
        self.assertEqual(found["confusion"], trained["confusion"])
        self.assertAlmostEqual(found["accuracy"], trained["seeds"][0]["train_accuracy"])

    def test_labels_are_optional_and_may_be_few_and_in_any_order(self):
        self.write("bare.csv", "5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n")
        bare = self.document("predict", "m.safetensors", "--data", "bare.csv")
        self.assertEqual((bare["rows"], bare["accuracy"], bare["confusion"]), (2, None, None))
        self.write("some.csv", "6.3,3.3,6.0,2.5,virginica\n5.1,3.5,1.4,0.2,setosa\n")
        some = self.document("predict", "m.safetensors", "--data", "some.csv")
        self.assertEqual(some["outputs"], bare["outputs"][::-1])
        self.assertEqual(some["accuracy"], 1)
        self.write("one.csv", "5.1,3.5,1.4,0.2,setosa\n")
        self.assertEqual(self.document("predict", "m.safetensors", "--data", "one.csv")["accuracy"], 1)
        self.assertIn("setosa", self.done("predict", "m.safetensors", "--data", "bare.csv"))

    def test_binary_and_real_models(self):
        self.done("train", "--data", "moons:200", "--hidden", "8", "--loss", "binary", "--save", "b.safetensors")
        found = self.document("predict", "b.safetensors", "--data", "moons:200")
        self.assertTrue(all(len(row) == 1 and 0 <= row[0] <= 1 for row in found["outputs"]))
        self.assertGreater(found["accuracy"], 0.7)
        self.done("train", "--data", "dosage", "--test-share", "0", "--save", "r.safetensors")
        found = self.document("predict", "r.safetensors", "--data", "dosage")
        self.assertEqual((found["accuracy"], found["classes"], len(found["outputs"])), (None, [], 3))
        self.assertGreaterEqual(found["squared_error"], 0)

    def test_screen(self):
        text = self.done("predict", "m.safetensors", "--data", "iris")
        for word in ("accuracy", "150 rows", "virginica", "precision"):
            self.assertIn(word, text)


class Compare(ProgramTest):
    STUDY = ["compare", "--data", "moons:150", *FAST, "--seeds", "3", "--regime", "healthy,low-bias"]
    FILES = ["report.html", "analysis.md", "results.json", "results.csv"] + [
        f"{plot}.{kind}" for plot in ("loss", "accuracy", "dead_neurons", "activations", "decision_boundary") for kind in ("svg", "png")]

    def test_document_and_files(self):
        found = self.document(*self.STUDY, "--out", "o")
        self.assertEqual(set(found), {"schema", "study", "arms", "pairs", "timing"})
        data = found["study"]["data"]
        self.assertEqual((data["name"], data["rows"], data["features"], data["classes"], data["train_rows"], data["test_rows"]),
                         ("moons:150" if ":" in data["name"] else "moons", 150, 2, 2, 120, 30))
        self.assertEqual([(arm["regime"], arm["activation"], arm["alpha"]) for arm in found["arms"]],
                         [(r, *a) for r in ("healthy", "low-bias") for a in (("relu", 0), ("leaky_relu", 0.01))])
        for arm in found["arms"]:
            self.assertEqual((arm["seeds"], arm["n"] + arm["diverged"], len(arm["loss_curve"]), len(arm["dead_curve"])), (3, 3, 3, 3))
            for figure in (arm["final_loss"], arm["train_accuracy"], arm["test_accuracy"], arm["dead_share"]["initial"],
                           arm["dead_share"]["final"], arm["silent_share"]["initial"], arm["silent_share"]["final"]):
                self.assertTrue({"mean", "sd", "ci95"} <= set(figure))
        self.assertEqual([(pair["regime"], pair["a"], pair["b"]) for pair in found["pairs"]],
                         [(r, "relu", "leaky_relu:0.01") for r in ("healthy", "low-bias")])
        for pair in found["pairs"]:
            self.assertTrue({"mean", "ci95", "p", "p_holm"} <= set(pair["test_accuracy_difference"]))
            self.assertTrue({"mean", "ci95", "p", "p_holm"} <= set(pair["dead_share_difference"]))
        self.assertTrue({"trainings", "seconds", "samples_per_second", "threads", "lanes"} <= set(found["timing"]))
        for name in self.FILES:
            self.assertGreater((self.folder / "o" / name).stat().st_size, 100, name)
        self.assertEqual(without_timing(document((self.folder / "o" / "results.json").read_text())), without_timing(found))

    def test_same_seed_same_bytes(self):
        one = without_timing(self.document(*self.STUDY, "--out", "a", "--threads", "1"))
        self.assertEqual(one, without_timing(self.document(*self.STUDY, "--out", "b", "--threads", "2")))
        self.assertEqual(one, without_timing(self.document(*self.STUDY, "--out", "a", "--lanes", "1")))
        best = max(lanes for lanes in (4, 8, 16) if relive("train", "--data", "xor:80", *FAST, "--lanes", lanes).returncode == 0)
        self.assertEqual(one, without_timing(self.document(*self.STUDY, "--out", "a", "--lanes", best)))

    def test_train_repeats_a_seed_of_the_study(self):
        self.done(*self.STUDY, "--out", "o", "--seed", "11")
        with open(self.folder / "o" / "results.csv") as file:
            rows = [row for row in csv.DictReader(line for line in file if not line.startswith("#"))]
        row = next(row for row in rows if row["seed"] == "12" and row["activation"].startswith("leaky") and row["regime"] == "low-bias")
        alone = self.document("train", "--data", "moons:150", *FAST, "--seed", "12", "--activation", "leaky_relu:0.01", "--regime", "low-bias")["seeds"][0]
        close = [value for value in row.values() if value and _is_number(value) and math.isclose(float(value), alone["loss_curve"][-1], rel_tol=1e-6)]
        self.assertTrue(close, (row, alone))

    def test_census_within_epochs(self):
        study = [*self.STUDY, "--lr", "10", "--batch", "16"]
        coarse = without_timing(self.document(*study, "--out", "a"))
        fine = without_timing(self.document(*study, "--out", "b", "--census", "2"))
        self.assertEqual((coarse["study"]["census"], fine["study"]["census"]), (None, 2))
        with open(self.folder / "b" / "events.csv") as file:
            steps = {(int(row["step"]), int(row["epoch"])) for row in csv.DictReader(file)}
        self.assertTrue(steps - {(0, 0)} <= {(2, 1), (4, 1), (6, 1), (8, 1), (10, 2), (12, 2), (14, 2), (16, 2)}, steps)
        self.assertTrue(steps & {(2, 1), (4, 1), (6, 1), (10, 2), (12, 2), (14, 2)}, steps)
        page = (self.folder / "b" / "report.html").read_text()
        self.assertIn("every 2 steps and after each epoch", page)
        self.assertIn("--census 2", page)
        self.assertNotIn("--census", (self.folder / "a" / "report.html").read_text())
        self.assertEqual(fine, without_timing(self.document(*study, "--out", "b", "--config", self.write("c.yaml", "census: 2\n"))))
        for found in (coarse, fine):  # events alone may differ
            del found["study"]["census"]
            for arm in found["arms"]:
                del arm["events"]
        self.assertEqual(coarse, fine)

    def test_table_on_the_screen(self):
        text = self.done(*self.STUDY, "--out", "o")
        for word in ("relu", "leaky_relu:0.01", "Healthy", "Biases", "o/report.html", "trainings"):
            self.assertIn(word, text)
        self.assertTrue(all(len(line) <= 100 for line in text.splitlines()))


def _is_number(text):
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


class Interrupted(ProgramTest):
    def interrupt(self, *arguments, after):
        child = subprocess.Popen([RELIVE, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 text=True, env=ENVIRONMENT)
        time.sleep(after)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=120)
        return child.returncode, out, err

    def test_compare_keeps_finished_seeds(self):
        study = ["compare", "--data", "digits", "--regime", "healthy", "--seeds", "4000", "--threads", "2", "--lanes", "4", "--epochs", "3", "--hidden", "16", "--out", "o", "--json"]
        for after in (0.5, 1, 2, 4, 8):
            code, out, err = self.interrupt(*study, after=after)
            self.assertEqual(code, 130, err)
            self.assertRegex(err, r"\Arelive: interrupted[^\n]+\n\Z")
            if out:
                break
        found = document(out)
        self.assertEqual([0 < arm["seeds"] < 4000 for arm in found["arms"]], [True, True])
        self.assertTrue((self.folder / "o" / "report.html").is_file())
        self.assertFalse(list((self.folder / "o").glob(".*")))

    def test_nothing_is_written_before_a_seed_is_done(self):
        code, out, err = self.interrupt("compare", "--data", "digits", "--seeds", "2", "--epochs", "1000000", "--out", "o", after=1)
        self.assertEqual((code, out), (130, ""))
        self.assertRegex(err, r"\Arelive: interrupted[^\n]+\n\Z")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_train_can_go_on_afterwards(self):
        common = ["train", "--data", "digits", "--save", "m.safetensors"]
        code, out, err = self.interrupt(*common, "--epochs", "1000000", after=1.5)
        self.assertEqual((code, out), (130, ""), err)
        self.assertIn("--resume m.safetensors", err)
        self.assertFalse((self.folder / "m.safetensors").exists())
        epochs = int(err.split("after epoch ")[1].split(";")[0])
        self.done(*common, "--epochs", str(epochs + 1), "--resume", "m.safetensors")
        self.assertTrue((self.folder / "m.safetensors").exists())


class Gradcheck(ProgramTest):
    def test_all_agree(self):
        found = self.document("gradcheck")
        self.assertTrue(found["passed"])
        self.assertTrue(all(row["worst"] <= 1e-6 and row["derivatives"] > 0 for row in found["checks"]))
        self.assertGreater(len(found["checks"]), 20)
        self.assertIn("agree", self.done("gradcheck", "--seed", "3"))


if __name__ == "__main__":
    main()
