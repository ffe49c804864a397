#!/usr/bin/python3 -B
"""compare of nets that are given as layers: models, layers, gated cells, the way back through time, maps; what is refused; and
that a study of nets by their widths knows nothing of all that."""
import csv
import io
import json

from program import ProgramTest, main

ROWS = "rnn 5 curve; last; outputs"
PICTURES = "conv 3 3 padding 1; curve; pool 2; flatten; outputs"
SHORT = ["--epochs", "2", "--seeds", "3"]


class Recurrent(ProgramTest):
    def test_document(self):
        found = self.document("compare", "--model", "rnn", "--epochs", "1", "--seeds", "3")
        self.assertEqual(found["study"]["model"], "rnn")
        self.assertEqual(found["study"]["activations"], ["relu", "leaky_relu:0.01", "tanh", "gru", "lstm"])
        for arm in found["arms"]:
            gated = arm["activation"] in ("gru", "lstm")
            self.assertEqual([(layer["name"], layer["kind"], layer["units"]) for layer in arm["layers"]],
                             [] if gated else [("hidden 1", "rnn", 32)])
            self.assertEqual(arm["parameters"], {"gru": 3, "lstm": 4}.get(arm["activation"], 1) * (32 * 8 + 32 * 32 + 64) + 330)
            for when in "initial", "final":
                self.assertEqual(arm["dead_share"][when]["mean"] is None, gated, "no units, no share")
                self.assertEqual(arm["events"]["units"], 0 if gated else 3 * 32)
                way = arm["through_time"][when]
                if arm["regime"] == "low-bias":
                    continue  # there may be seeds in which nothing arrives
                self.assertEqual([norm["n"] for norm in way["norms"]], [3] * 8)
                self.assertTrue(all(low <= norm["mean"] <= high for norm in way["norms"] for low, high in [norm["ci95"]]))
            if not gated:
                self.assertEqual(arm["layers"][0]["dead_share"]["final"]["mean"], arm["dead_share"]["final"]["mean"])
        self.assertEqual({pair["dead_share_difference"]["mean"] is None for pair in found["pairs"] if pair["b"] in ("gru", "lstm")}, {True})

    def test_the_way_back_is_train_s(self):
        """Seed by seed, and of several the geometric mean."""
        how = ["--layers", ROWS, "--data", "adding:120:9", "--lr", "0.01", "--clip", "1", "--epochs", "2"]
        found = self.document("compare", *how, "--activations", "relu,lstm", "--seeds", 2)
        for arm in found["arms"]:
            alone = self.document("train", *how, "--activation", arm["activation"], "--seeds", 2)["seeds"]
            for when, key in ("initial", "before"), ("final", "after"):
                for step, norm in enumerate(arm["through_time"][when]["norms"]):
                    one, other = (seed["through_time"][key][step] for seed in alone)
                    self.assertAlmostEqual(norm["mean"] / (one * other) ** 0.5, 1, 6)
            self.assertEqual([seed["layers"] for seed in alone] == [[], []], arm["activation"] == "lstm")
        rows = list(csv.DictReader(io.StringIO((self.folder / "outputs" / "results.csv").read_text())))
        self.assertEqual([row["activation"] for row in rows], ["relu", "relu", "lstm", "lstm"])
        way = alone[0]["through_time"]["after"]
        self.assertAlmostEqual(float(rows[2]["kept_gradient"]) / (way[0] / way[-1]), 1, 9)
        self.assertEqual((rows[2]["alpha"], rows[2]["dead_share"]), ("", ""))

    def test_random_start(self):
        """The identity hands a gradient on whole; random weights of variance 1/n behind a rectifier do not."""
        kept = []
        for start in "identity", "lecun", "zeros":
            found = self.document("compare", "--layers", "rnn 32 curve; last; outputs", "--data", "adding:100:30", "--recurrent-init", start,
                                  "--activations", "relu", "--lr", "0.001", "--clip", "1", *SHORT)
            self.assertEqual(found["study"]["regimes"][0]["settings"]["recurrent_init"], start)
            kept.append(found["arms"][0]["through_time"]["initial"]["kept"]["mean"])
        self.assertGreater(kept[0], 0.1)
        self.assertLess(kept[1], 1e-3)
        self.assertIsNone(kept[2], "nothing arrives")
        # and train takes it as it is
        one, other = (self.document("train", "--layers", ROWS, "--epochs", 1, "--activation", "tanh", *more)
                      for more in ([], ["--recurrent-init", "orthogonal"]))
        self.assertEqual(one["seeds"], other["seeds"], "orthogonal is what tanh has")

    def test_report(self):
        printed = self.done("compare", "--model", "rnn", "--regime", "plain,random-start", *SHORT)
        self.assertTrue(all(len(line) <= 100 for line in printed.splitlines()), printed)
        self.assertIn("gated cells have no units that could die", printed)
        out = self.folder / "outputs"
        page = (out / "report.html").read_text()
        for word in ("no such units", "LSTM", "through_time", "--model rnn", "From step to step", "rnn, 32 units", "one over all steps"):
            self.assertIn(word, page)
        self.assertGreater((out / "through_time.svg").stat().st_size, 1000)
        self.assertFalse((out / "activation_maps.svg").exists())
        text = (out / "analysis.md").read_text()
        self.assertIn("GRU and LSTM nets have no units that could die", text)
        self.assertIn("the first of 8 steps got so many times the last one’s gradient", text)
        self.assertNotRegex(text, r"No [^.]*(GRU|LSTM)[^.]* unit was dead")
        self.assertTrue(150 <= len(text.split()) <= 420, text)


class Convolutional(ProgramTest):
    def test_document_and_report(self):
        found = self.document("compare", "--model", "cnn", *SHORT, "--regime", "plain,raw-inputs")
        for arm in found["arms"]:
            self.assertEqual([(layer["kind"], layer["units"]) for layer in arm["layers"]], [("conv", 8), ("conv", 16)])
            self.assertIsNone(arm["through_time"])
            shares = [layer["dead_share"]["final"]["mean"] for layer in arm["layers"]]
            self.assertAlmostEqual(arm["dead_share"]["final"]["mean"], (8 * shares[0] + 16 * shares[1]) / 24, 12)
        settings = [regime["settings"] for regime in found["study"]["regimes"]]
        self.assertEqual([each["standardize"] for each in settings], ["center", False])
        out = self.folder / "outputs"
        self.assertGreater((out / "activation_maps.svg").stat().st_size, 1000)
        self.assertFalse((out / "through_time.svg").exists())
        self.assertIn("Maps of the first convolution", (out / "report.html").read_text())
        events = list(csv.DictReader(io.StringIO((out / "events.csv").read_text())))
        self.assertTrue(events and {int(event["layer"]) for event in events} <= {1, 2})
        self.assertTrue(all(int(event["unit"]) < 8 * int(event["layer"]) for event in events))

    def test_what_died_is_what_scan_counts(self):
        """The same seed trained by itself, saved and scanned."""
        how = ["--layers", PICTURES, "--standardize", "off", "--lr", "0.3", "--epochs", "2"]
        found = self.document("compare", *how, "--activations", "relu", "--seeds", 1, "--seed", 4)
        self.document("train", *how, "--seed", 4, "--save", "net.safetensors")
        model = self.document("scan", "net.safetensors")
        dead = sum(len(layer["dead"]) for layer in model["layers"])
        self.assertAlmostEqual(found["arms"][0]["dead_share"]["final"]["mean"], dead / 3, 12)

    def test_the_page_s_command_gives_it_again(self):
        self.done("compare", "--model", "cnn", "--regime", "plain,raw-inputs", "--seeds", "1", "--epochs", "1", "--lr", "0.3", "--out", "one")
        self.done("compare", "--layers", PICTURES, *SHORT, "--standardize", "center", "--out", "three")
        for first, again in ("one", "two"), ("three", "four"):
            page = (self.folder / first / "report.html").read_text()
            command = page.partition("<pre>relive ")[2].partition("</pre>")[0].strip().replace("&#39;", "'")
            import shlex
            self.done(*shlex.split(command), "--out", again)
            one, two = (json.loads((self.folder / out / "results.json").read_text()) for out in (first, again))
            self.assertEqual((one["study"], one["arms"]), (two["study"], two["arms"]))


class Layers(ProgramTest):
    def test_cuts_change_nothing(self):
        for how in (["--layers", ROWS, "--activations", "relu,tanh,gru,lstm,prelu"], ["--layers", PICTURES]):
            how = ["compare", *how, "--epochs", "2", "--seeds", "5", "--standardize", "center"]
            one, other = (self.document(*how, *more) for more in (["--threads", "1", "--lanes", "1"], ["--threads", "2", "--lanes", "4"]))
            one.pop("timing"), other.pop("timing")
            self.assertEqual(one, other)

    def test_settings_file(self):
        self.write("study.yaml", f"layers: '{ROWS}'\nactivations: [tanh, lstm]\nrecurrent-init: orthogonal\nstandardize: center\nseeds: 2\nepochs: 1\n")
        found = self.document("compare", "--config", "study.yaml")
        self.assertEqual(found["study"]["activations"], ["tanh", "lstm"])
        self.assertEqual(found["study"]["regimes"][0]["settings"]["layers"], ROWS)
        self.write("model.yaml", "model: cnn\nseeds: 1\nepochs: 1\nregime: plain\n")
        self.assertEqual(self.document("compare", "--config", "model.yaml")["study"]["model"], "cnn")

    def test_the_last_layer_s_bias_begins_at_0(self):
        """As it does in nets by their widths: what --bias says holds for hidden layers."""
        how = ["--epochs", "1", "--bias", "-1", "--data", "moons:80"]
        text = self.document("train", *how, "--layers", "dense 6; curve; outputs")
        self.assertEqual(text["seeds"], self.document("train", *how, "--hidden", "6")["seeds"])

    def test_widths_know_nothing_of_it(self):
        found = self.document("compare", "--data", "moons:100", "--hidden", "4", "--regime", "healthy", *SHORT)
        self.assertNotIn("model", found["study"])
        self.assertEqual({"layers", "parameters", "through_time"} & set(found["arms"][0]), set())
        self.assertEqual({"layers", "recurrent_init"} & set(found["study"]["regimes"][0]["settings"]), set())
        for plot in "through_time", "activation_maps":
            self.assertFalse((self.folder / "outputs" / f"{plot}.svg").exists())

    def test_refused(self):
        for arguments, says in [
                (["--layers", "dense 10"], 'none is "curve"'),
                (["--layers", "rnn 4; last; outputs"], 'none is "curve"'),
                (["--layers", PICTURES, "--hidden", "3"], "--hidden and --layers: give one of them"),
                (["--model", "rnn", "--hidden", "3"], "--hidden and --model: give one of them"),
                (["--layers", PICTURES, "--model", "cnn"], "--model and --layers: give one of them"),
                (["--layers", PICTURES, "--dropout", "0.1"], "--dropout goes with --hidden"),
                (["--layers", PICTURES, "--activations", "relu+dropout:0.1"], 'in layers it is one of them: "dropout 0.5"'),
                (["--layers", PICTURES, "--activations", "relu,gru"], "gru has no curve"),
                (["--layers", PICTURES, "--recurrent-init", "identity"], "a recurrent initialiser needs a recurrent layer"),
                (["--recurrent-init", "identity"], "--recurrent-init goes with a recurrent layer"),
                (["--layers", ROWS, "--recurrent-init", "normal:0.1"], "--recurrent-init: expected an initialiser without a number"),
                (["--activations", "lstm"], "lstm is a recurrent layer"),
                (["--layers", ROWS, "--activations", "gru:2"], "gru has no parameter"),
                (["--layers", ROWS, "--activations", "gru,gru"], '"gru" is there twice'),
                (["--model", "cnm"], 'unknown model "cnm"; did you mean "cnn"?'),
                (["--model", "cnn", "--regime", "deep"], 'unknown regime "deep"'),
                (["--model", "cnn", "--study", "overfitting"], "--study overfitting has a net of its own"),
                (["--model", "cnn", "--data", "moons"], "conv: node 0 gives 2 values; expected a picture"),
                (["--model", "rnn", "--data", "breast_cancer"], "rnn: node 0 gives 30 values; expected a sequence"),
                (["--layers", "conv 8 9; curve; flatten; outputs"], "conv: "),
                (["--layers", "input 8x7; " + ROWS], "the input has 56 values; expected the 64 features"),
                (["--layers", "dense 4; curve; dense 3"], "the last layer gives 3 values; digits needs 10"),
                (["--layers", "dense 4; curve; outputs", "--regime", "deep"], 'unknown regime "deep"'),
                (["--standardize", "centre"], "expected on, off or center"),
                (["--layers", ""], "layers")]:
            with self.subTest(arguments):
                self.refused("compare", *arguments, "--seeds", "1", "--epochs", "1", says=says)
        self.assertFalse((self.folder / "outputs").exists())
        self.refused("train", "--activation", "gru", says="gru is a recurrent layer")
        for verb in ["birth", "--activation"], ["signal", "--activations"], ["scan", "--dump", "x.npy", "--activation"]:
            self.refused(*verb, "gru", says='"gru" is a recurrent layer and no curve')
        self.refused("train", "--model", "cnn", says="train takes no option --model")


if __name__ == "__main__":
    main()
