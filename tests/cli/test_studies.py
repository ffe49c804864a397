#!/usr/bin/python3 -B
"""The named studies (compare --study overfitting, --study alpha) and signal: their documents, what their arms change, what
they refuse; and that a plain study knows nothing of them."""
import csv
import io
import json

from program import ProgramTest, document, main, relive, sanitized

SMALL = ["--hidden", "8", "--epochs", "3", "--seeds", "3"]


class Overfitting(ProgramTest):
    def test_document(self):
        found = self.document("compare", "--study", "overfitting", "--data", "moons:300:0.3", *SMALL)
        study = found["study"]
        self.assertEqual((study["topic"], study["activations"]), ("overfitting", ["relu", "leaky_relu:0.01"]))
        self.assertEqual(study["cures"], ["none", "l1:0.003", "l2:0.01", "dropout:0.5", "early_stop:20"])
        self.assertEqual([regime["name"] for regime in study["regimes"]], ["overfitting"])
        self.assertEqual((study["data"]["train_rows"], study["data"]["validation_rows"], study["data"]["test_rows"]), (24, 6, 270))
        self.assertEqual([(arm["activation"], arm["cure"]) for arm in found["arms"]],
                         [(curve, cure) for curve in ("relu", "leaky_relu") for cure in study["cures"]])
        for arm in found["arms"]:
            self.assertAlmostEqual(arm["gap"]["mean"], arm["train_accuracy"]["mean"] - arm["test_accuracy"]["mean"], 12)
            self.assertEqual(len(arm["test_loss_curve"]), 4)
            self.assertAlmostEqual(arm["test_loss"]["mean"], arm["test_loss_curve"][-1], 12)
            self.assertIsNone(arm["learned_alpha"])
        self.assertEqual([(pair["a"], pair["b"]) for pair in found["pairs"][:4]],
                         [("relu", f"relu+{cure}") for cure in study["cures"][1:]])
        of = {(arm["activation"], arm["cure"]): arm for arm in found["arms"]}
        for pair in found["pairs"]:
            curve, cure = pair["b"].split(":0.01")[0].split("+")[0], pair["b"].partition("+")[2]
            self.assertAlmostEqual(pair["gap_difference"]["mean"], of[curve, cure]["gap"]["mean"] - of[curve, "none"]["gap"]["mean"], 12)

    def test_an_arm_is_its_recipe(self):
        """Each cure does what its option does to a study of activations, seed by seed and to the last bit."""
        data = ["--data", "moons:200:0.3", "--regime", "healthy", "--validation-share", "0.2", *SMALL,
                "--epochs", "15", "--lr", "0.5"]
        cures = {"none": [], "l1:0.01": ["--l1", "0.01"], "l2:0.1": ["--l2", "0.1"], "dropout:0.4": ["--dropout", "0.4"],
                 "early_stop:1": ["--early-stop", "1"], "l1:0.02+dropout:0.3": ["--l1", "0.02", "--dropout", "0.3"]}
        found = self.document("compare", "--study", "overfitting", *data, "--cures", ",".join(cures), "--activations", "relu,prelu")
        curves = set()
        for cure, options in cures.items():
            plain = self.document("compare", *data, "--activations", "relu,prelu", *options, "--out", "plain")
            direct = self.document("compare", *data, "--activations", ",".join(c + ("" if cure == "none" else "+" + cure) for c in ("relu", "prelu")),
                                   "--out", "direct")
            for curve in ("relu", "prelu"):
                arms = [next(a for a in each["arms"] if a["activation"] == curve and a["cure"] in (cure, "none" if each is plain else cure))
                        for each in (found, plain, direct)]
                for arm in arms[1:]:
                    for member in ("loss_curve", "dead_curve", "accuracy_curve", "test_loss_curve", "gap"):
                        self.assertEqual(arms[0][member], arm[member], (cure, curve, member))
                curves.add(json.dumps(arms[0]["loss_curve"]))
        self.assertEqual(len(curves), 2 * len(cures))  # and each does something

    def test_cuts_change_nothing(self):
        how = ["compare", "--study", "overfitting", "--data", "xor:120", "--hidden", "6", "--epochs", "4", "--seeds", "5"]
        one, other = (self.document(*how, *more) for more in (["--threads", "1", "--lanes", "1"], ["--threads", "2", "--lanes", "4"]))
        one.pop("timing"), other.pop("timing")
        self.assertEqual(one, other)

    def test_early_stopping_leaves_all_arms_the_same_rows(self):
        found = self.document("compare", "--activations", "relu,relu+early_stop:2", "--data", "moons:200", "--regime", "healthy", *SMALL)
        self.assertEqual((found["study"]["data"]["validation_rows"], found["study"]["data"]["train_rows"]), (16, 144))

    def test_report(self):
        printed = self.done("compare", "--study", "overfitting", "--data", "moons:300:0.3", *SMALL, "--activations", "relu,elu:0.5")
        self.assertTrue(all(len(line) <= 100 for line in printed.splitlines()), printed)
        for word in ("none", "l2:0.01", "early_stop:20", "gap", "Difference from no cure", "ELU (α = 0.5)"):
            self.assertIn(word, printed)
        out = self.folder / "outputs"
        page = (out / "report.html").read_text()
        for word in ("Overfitting and its cures on moons", "Gap, points", "No cure", "Dropout 0.5", "Early stopping (20)",
                     "--study overfitting", "--activations relu,elu:0.5 --cures none,l1:0.003,l2:0.01,dropout:0.5,early_stop:20"):
            self.assertIn(word, page)
        for plot in ("gap", "test_loss", "accuracy", "decision_boundary"):
            self.assertTrue((out / f"{plot}.svg").stat().st_size > 1000, plot)
        self.assertFalse((out / "activations.svg").exists() or (out / "alpha.svg").exists())
        words = len((out / "analysis.md").read_text().split())
        self.assertTrue(150 <= words <= 420, words)
        rows = list(csv.DictReader(io.StringIO((out / "results.csv").read_text())))
        self.assertEqual(len(rows), 2 * 5 * 3)
        self.assertEqual({row["activation"] for row in rows if row["alpha"] == "0.5"},
                         {"elu", "elu+l1:0.003", "elu+l2:0.01", "elu+dropout:0.5", "elu+early_stop:20"})

    def test_the_page_s_command_gives_it_again(self):
        self.done("compare", "--study", "overfitting", "--data", "moons:100", *SMALL, "--cures", "none,l2:0.5+dropout:0.25", "--out", "one")
        page = (self.folder / "one" / "report.html").read_text()
        command = page.partition("<pre>relive ")[2].partition("</pre>")[0].strip()
        self.done(*command.split(), "--out", "two")
        one, two = (json.loads((self.folder / out / "results.json").read_text()) for out in ("one", "two"))
        self.assertEqual(one["arms"], two["arms"])

    def test_no_difference_where_there_is_no_test_part(self):
        found = self.document("compare", "--study", "overfitting", "--data", "moons:100", *SMALL, "--test-share", "0")
        self.assertEqual({arm["gap"]["mean"] for arm in found["arms"]}, {None})
        self.assertFalse((self.folder / "outputs" / "gap.svg").exists())

    def test_real_targets(self):
        rows = "\n".join(f"{i / 50},{(i / 50) ** 2}" for i in range(60))
        self.write("line.csv", "x,y\n" + rows + "\n")
        found = self.document("compare", "--study", "overfitting", "--data", "line.csv:regression", *SMALL, "--test-share", "0.5")
        for arm in found["arms"]:
            self.assertAlmostEqual(arm["gap"]["mean"], arm["test_loss"]["mean"] - arm["final_loss"]["mean"], 12)
        self.assertIn("test loss", (self.folder / "outputs" / "analysis.md").read_text())

    def test_refused(self):
        for arguments, says in [
                (["--study", "overfiting"], 'unknown study "overfiting"; did you mean "overfitting"?'),
                (["--cures", "none"], "--cures: belongs to --study overfitting"),
                (["--study", "alpha", "--cures", "none"], "--cures: belongs to --study overfitting"),
                (["--study", "overfitting", "--cures", "none,l3:1"], 'expected redo[:EVERY], l1:X, l2:X, dropout:P or early_stop:EPOCHS, found "l3:1"'),
                (["--study", "overfitting", "--cures", "l2"], 'l2 is "", expected a number above 0'),
                (["--study", "overfitting", "--cures", "l2:-1"], 'l2 is "-1", expected a number above 0'),
                (["--study", "overfitting", "--cures", "l2:nan"], "expected a number above 0"),
                (["--study", "overfitting", "--cures", "dropout:1"], "expected a number above 0 and below 1"),
                (["--study", "overfitting", "--cures", "early_stop:1.5"], "expected a whole number of epochs"),
                (["--study", "overfitting", "--cures", "l2:0.1+l2:0.2"], "l2 is there twice"),
                (["--study", "overfitting", "--cures", "none,l2:1,none"], '"none" is there twice'),
                (["--study", "overfitting", "--cures", ""], "--cures: expected names"),
                (["--activations", "relu+dropout:2"], "dropout is \"2\", expected"),
                (["--activations", "relu+redo+redo"], "redo is there twice")]:
            self.refused("compare", *arguments, says=says)
        self.refused("train", "--study", "alpha", says="train takes no option --study")


class Alpha(ProgramTest):
    def test_document_and_report(self):
        found = self.document("compare", "--study", "alpha", "--data", "moons:100", "--regime", "healthy,low-bias", *SMALL)
        self.assertEqual(found["study"]["topic"], "alpha")
        alphas = [arm["alpha"] for arm in found["arms"] if arm["regime"] == "healthy" and arm["activation"] == "leaky_relu"]
        self.assertEqual((alphas, alphas[0], alphas[-1]), (sorted(alphas), 0.001, 1))
        for arm in found["arms"]:
            if arm["activation"] == "prelu":
                self.assertTrue(0 < arm["learned_alpha"]["mean"] < 1)
                self.assertNotEqual(arm["learned_alpha"]["mean"], 0.25)
                self.assertLess(arm["learned_alpha"]["ci95"][0], arm["learned_alpha"]["ci95"][1])
            else:
                self.assertIsNone(arm["learned_alpha"])
        out = self.folder / "outputs"
        self.assertTrue((out / "alpha.svg").stat().st_size > 1000)
        self.assertIn("α learned", (out / "report.html").read_text())
        self.assertIn("PReLU, which starts at α = 0.25", (out / "analysis.md").read_text())
        rows = list(csv.DictReader(io.StringIO((out / "results.csv").read_text())))
        learned = [float(row["learned_alpha"]) for row in rows if row["activation"] == "prelu" and row["regime"] == "healthy"]
        mean = next(a["learned_alpha"]["mean"] for a in found["arms"] if a["activation"] == "prelu" and a["regime"] == "healthy")
        self.assertAlmostEqual(sum(learned) / 3, mean, 9)
        self.assertEqual({row["learned_alpha"] for row in rows if row["activation"] != "prelu"}, {""})

    def test_what_prelu_learned_is_what_its_model_holds(self):
        how = ["--data", "moons:100", "--regime", "healthy", "--hidden", "4", "--epochs", "3", "--seeds", "1"]
        found = self.document("compare", "--study", "alpha", *how, "--activations", "prelu:0.1")
        self.done("train", "--data", "moons:100", "--hidden", "4", "--epochs", "3", "--activation", "prelu:0.1", "--save", "one.safetensors")
        raw = (self.folder / "one.safetensors").read_bytes()
        size = int.from_bytes(raw[:8], "little")
        begin, end = json.loads(raw[8:8 + size])["1.weight"]["data_offsets"]
        import struct
        slopes = struct.unpack(f"<{(end - begin) // 4}f", raw[8 + size + begin:8 + size + end])
        self.assertEqual(len(slopes), 4)
        self.assertAlmostEqual(found["arms"][0]["learned_alpha"]["mean"], sum(slopes) / 4, 7)

    def test_a_plain_study_is_as_it_was(self):
        found = self.document("compare", "--data", "moons:100", "--regime", "healthy", *SMALL)
        self.assertEqual((found["study"]["topic"], found["study"]["cures"]), ("activations", []))
        self.assertEqual([arm["cure"] for arm in found["arms"]], ["none", "none"])
        head = (self.folder / "outputs" / "results.csv").read_text().splitlines()[0]
        self.assertEqual(head, "regime,activation,alpha,seed,diverged_at,train_loss,train_accuracy,test_loss,test_accuracy,dead_share,"
                               "silent_share,born_dead_share,born_silent_share")
        for plot in ("alpha", "gap", "test_loss"):
            self.assertFalse((self.folder / "outputs" / f"{plot}.svg").exists())


class Signal(ProgramTest):
    def test_document(self):
        found = self.document("signal", "--activations", "relu,leaky_relu:0.5,tanh", "--inits", "he,normal:0.1,asymmetric", "--depths", "2,5",
                              "--width", "16", "--trials", "20", "--seed", "3")
        self.assertEqual((found["width"], found["trials"], found["seed"], len(found["cases"])), (16, 20, 3, 18))
        for case in found["cases"]:
            self.assertEqual([layer["layer"] for layer in case["layers"]], list(range(1, case["depth"] + 1)))
            first, last = case["layers"][0], case["layers"][-1]
            self.assertEqual(first["ratio"], {"mean": 1, "se": 0, "median": 1})
            self.assertGreater(last["gradient"]["mean"], 0)
            known = case["activation"] != "tanh" and case["init"] != "asymmetric"
            self.assertEqual(last["expected_ratio"] is not None, known)
        at = {(case["activation"], case["init"], case["depth"]): case["layers"][-1]["expected_ratio"] for case in found["cases"]}
        self.assertAlmostEqual(at["relu", "he", 5], 1, 6)
        self.assertAlmostEqual(at["leaky_relu:0.5", "he", 5], 1, 6)
        self.assertAlmostEqual(at["relu", "normal", 5], (16 * 0.01 / 2) ** 4, 9)

    def test_terminal_and_plot(self):
        how = ["signal", "--depths", "3", "--width", "8", "--trials", "5"]
        text = self.done(*how, "--out", "plots")
        self.assertTrue(all(len(line) <= 100 for line in text.splitlines()), text)
        for word in ("relu", "sigmoid", "tanh", "he", "orthogonal", "asymmetric", "expected", "plots/signal.svg"):
            self.assertIn(word, text)
        self.assertTrue((self.folder / "plots" / "signal.svg").stat().st_size > 1000)
        same = [self.done(*how, "--threads", threads) for threads in ("1", "2")]
        self.assertEqual(*same)

    def test_refused(self):
        for arguments, says in [(["--depths", "0"], "--depths: expected depths from 1 to 1000"), (["--depths", "2,2"], '"2" is there twice'),
                                (["--inits", "hee"], 'unknown initialiser "hee"; did you mean "he"?'), (["--inits", "normal"], "normal needs its standard deviation"),
                                (["--inits", "he,he"], '"he" is there twice'), (["--activations", "relu+l2:1"], "expected NAME[:ALPHA] without a +"),
                                (["--width", "0"], "--width: expected"), (["--trials", "0"], "--trials: expected"),
                                (["--epochs", "3"], "signal takes no option --epochs"), (["more"], "signal takes only options")]:
            self.refused("signal", *arguments, says=says)


if __name__ == "__main__":
    main()
