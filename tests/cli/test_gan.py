#!/usr/bin/python3 -B
"""compare --model gan: its document, its files, what it does not take."""
import csv
import io

from program import ProgramTest, document, main, relive

SMALL = ["compare", "--model", "gan", "--data", "ring:256", "--hidden", "8", "--epochs", "4"]
MEASURES = ["modes", "high_quality", "generator_loss", "discriminator_loss", "generator_dead", "discriminator_dead",
            "generator_silent", "discriminator_silent"]


class Document(ProgramTest):
    def test_document(self):
        found = self.document(*SMALL, "--seeds", "3", "--seed", "7")
        study = found["study"]
        self.assertEqual((study["model"], study["seeds"], study["seed"], study["noise"], study["samples"]), ("gan", 3, 7, 2, 2500))
        self.assertEqual(study["activations"], ["relu", "relu/leaky_relu:0.2", "leaky_relu:0.2"])
        self.assertEqual((study["data"]["rows"], study["data"]["features"], study["data"]["classes"]), (256, 2, 8))
        settings = study["settings"]
        self.assertEqual((settings["hidden"], settings["optimizer"], settings["lr"], settings["beta1"], settings["batch"]),
                         ([8], "adam", 0.001, 0.5, 64))
        self.assertEqual([arm["activation"] for arm in found["arms"]], study["activations"])
        self.assertEqual(found["arms"][1]["generator"], {"activation": "relu", "alpha": 0})
        self.assertEqual(found["arms"][1]["discriminator"], {"activation": "leaky_relu", "alpha": 0.2})
        for arm in found["arms"]:
            self.assertEqual((arm["seeds"], arm["n"], arm["diverged"]), (3, 3, 0))
            self.assertEqual([one["seed"] for one in arm["trainings"]], [7, 8, 9])
            whole = sum(one["modes"] == 8 for one in arm["trainings"])
            self.assertEqual(arm["all_modes_covered"], {"seeds": whole, "share": whole / 3})
            for measure in MEASURES:
                self.assertEqual(len(arm["curves"][measure]), 5)
                self.assertAlmostEqual(arm["curves"][measure][-1], arm[measure]["final"]["mean"], 12)
                mean = sum(one[measure] for one in arm["trainings"]) / 3
                self.assertAlmostEqual(arm[measure]["final"]["mean"], mean, 12)
            for net in ("generator", "discriminator"):
                ledger = arm["ledger"][net]
                self.assertEqual(ledger["units"], 24)
                dead = round(24 * arm[f"{net}_dead"]["final"]["mean"])
                self.assertEqual(ledger["born_dead"] + ledger["deaths"] - ledger["revivals"], dead)
        self.assertEqual([(pair["a"], pair["b"]) for pair in found["pairs"]], [("relu", "relu/leaky_relu:0.2"), ("relu", "leaky_relu:0.2")])
        for pair, arm in zip(found["pairs"], found["arms"][1:]):
            self.assertAlmostEqual(pair["high_quality_difference"]["mean"],
                                   arm["high_quality"]["final"]["mean"] - found["arms"][0]["high_quality"]["final"]["mean"], 12)
        # what cannot die has no deaths
        leaky = found["arms"][2]["ledger"]
        self.assertEqual([leaky[net][what] for net in leaky for what in ("born_dead", "deaths", "revivals")], [0] * 6)

    def test_cuts_change_nothing(self):
        how = [*SMALL, "--seeds", "3"]
        one, other = (self.document(*how, *more) for more in (["--threads", "1", "--lanes", "1"], ["--threads", "2", "--lanes", "4"]))
        one.pop("timing"), other.pop("timing")
        self.assertEqual(one, other)

    def test_options_arrive(self):
        plain = self.document(*SMALL, "--seeds", "2", "--activations", "relu")
        for more in (["--lr", "0.002"], ["--beta1", "0.9"], ["--noise", "5"], ["--batch", "32"], ["--optimizer", "rmsprop"],
                     ["--init", "xavier"], ["--bias", "-0.5"], ["--l2", "0.1"], ["--clip", "0.01"], ["--schedule", "cosine"],
                     ["--data-seed", "3"], ["--hidden", "8,8"]):
            other = self.document(*SMALL, "--seeds", "2", "--activations", "relu", *more)
            self.assertNotEqual(plain["arms"], other["arms"], more)

    def test_table_says_in_how_many(self):
        text = self.done(*SMALL, "--seeds", "2", "--activations", "relu,tanh")
        self.assertRegex(text, r"(?m)^  relu +[0-2] of 2 ")
        self.assertRegex(text, r"(?m)^  tanh +[0-2] of 2 ")
        self.assertIn("Difference from relu", text)


class Files(ProgramTest):
    def test_report(self):
        found = self.document(*SMALL, "--seeds", "2", "--out", "here")
        here = self.folder / "here"
        names = {path.name for path in here.iterdir()}
        plots = {f"{name}.{kind}" for name in ("samples", "modes", "gan_dead", "gan_loss") for kind in ("svg", "png", "gnuplot", "dat")}
        self.assertEqual(names, plots | {"report.html", "results.json", "results.csv", "events.csv", "analysis.md"})
        self.assertEqual(document((here / "results.json").read_text()), found)
        page = (here / "report.html").read_text()
        for arm in found["arms"]:
            said = f"in {arm['all_modes_covered']['seeds']} of 2 seeds"
            self.assertIn(said, page)
            self.assertIn(said, (here / "analysis.md").read_text())
        self.assertEqual(page.count("<svg"), 4)
        rows = list(csv.DictReader(io.StringIO((here / "results.csv").read_text())))
        self.assertEqual([(row["activation"], row["seed"]) for row in rows],
                         [(label, str(seed)) for label in found["study"]["activations"] for seed in (0, 1)])
        self.assertAlmostEqual(float(rows[0]["high_quality"]), found["arms"][0]["trainings"][0]["high_quality"], 8)
        events = list(csv.DictReader(io.StringIO((here / "events.csv").read_text())))
        for net in ("generator", "discriminator"):
            deaths = sum(event["net"] == net and event["event"] == "death" for event in events)
            self.assertEqual(deaths, sum(arm["ledger"][net]["deaths"] for arm in found["arms"]))
        for event in events:
            if event["row"]:
                terms = sum(float(event[term]) for term in ("bias", "weights", "inputs", "skip"))
                self.assertAlmostEqual(terms, float(event["z_after"]) - float(event["z_before"]), 5)

    def test_pictures(self):
        found = self.document("compare", "--model", "gan", "--data", "digits", "--hidden", "8", "--epochs", "2", "--seeds", "2",
                              "--activations", "relu", "--out", "here")
        self.assertEqual((found["study"]["noise"], found["study"]["data"]["classes"]), (16, 10))
        self.assertIsNone(found["study"]["deviation"])
        here = self.folder / "here"
        self.assertIn("third neighbour", (here / "report.html").read_text())
        blocks = (here / "samples.dat").read_text().split("\n\n\n")
        self.assertEqual(len(blocks), 6)
        for block in blocks[1:]:
            rows = [line.split() for line in block.splitlines() if line and line[0] != "#"]
            self.assertEqual({len(rows)} | {len(row) for row in rows}, {6 * 9 - 1})
            pixels = [float(word) for row in rows for word in row if word != "NaN"]
            self.assertEqual(len(pixels), 36 * 64)
            self.assertTrue(0 <= min(pixels) and max(pixels) <= 16)  # in the data's own units

    def test_a_folder_is_of_one_run(self):
        plain = ["compare", "--data", "moons:100", "--regime", "healthy", "--seeds", "2", "--hidden", "4", "--epochs", "2", "--out", "here"]
        self.done(*plain)
        before = {path.name for path in (self.folder / "here").iterdir()}
        self.done(*SMALL, "--seeds", "2", "--out", "here")
        self.assertNotIn("loss.svg", {path.name for path in (self.folder / "here").iterdir()})
        self.done(*plain)
        self.assertEqual({path.name for path in (self.folder / "here").iterdir()}, before)

    def test_command_runs_it_again(self):
        how = [*SMALL, "--seeds", "2", "--lr", "0.004", "--beta1", "0.75", "--noise", "3", "--activations", "relu/tanh,elu", "--bias", "0.25"]
        first = self.document(*how, "--out", "here")
        page = (self.folder / "here" / "report.html").read_text()
        command = page.split("<pre>")[1].split("</pre>")[0].split()
        self.assertEqual(command[0], "relive")
        again = self.document(*command[1:], "--out", "again")
        first.pop("timing"), again.pop("timing")
        self.assertEqual(first, again)


class Refused(ProgramTest):
    def test_what_does_not_belong(self):
        for option, value in (("--regime", "healthy"), ("--dropout", "0.5"), ("--test-share", "0.5"), ("--early-stop", "3"),
                              ("--standardize", "on"), ("--census", "5"), ("--loss", "squared"), ("--at-zero", "1")):
            self.refused(*SMALL, option, value, says=(option, "--model gan does not take it"))
        self.refused(*SMALL, "--study", "alpha", says=("--study", "--model gan has no other study"))
        self.refused("compare", "--noise", "3", says=("--noise", "belongs to --model gan"))
        self.refused("compare", "--beta1", "0.5", says=("--beta1", "belongs to --model gan"))
        self.refused("compare", "--model", "gna", says=("--model", "gna"))

    def test_bad_values(self):
        self.refused(*SMALL, "--activations", "relu/leaky", says=("--activations", "unknown activation \"leaky\""))
        self.refused(*SMALL, "--activations", "prelu", says="expected a fixed curve")
        self.refused(*SMALL, "--activations", "relu,relu/relu", says="is there twice")
        self.refused(*SMALL, "--noise", "0", says=("--noise", "found \"0\""))
        self.refused(*SMALL, "--beta1", "1", says=("--beta1", "found \"1\""))
        self.refused(*SMALL, "--batch", "257", says="batch 257: expected 1 to 256")
        self.refused("compare", "--model", "gan", "--data", "iris", says=("iris", "expected ring, blobs or digits"))
        self.refused("compare", "--model", "gan", "--data", "ring:80:0", says="expected a noise above 0")

    def test_divergence_is_told(self):
        found = self.document(*SMALL, "--seeds", "2", "--optimizer", "sgd", "--lr", "1e30", "--activations", "leaky_relu,identity")
        for arm in found["arms"]:
            self.assertEqual((arm["diverged"], arm["n"], arm["all_modes_covered"]["seeds"]), (2, 0, 0))
            self.assertIsNone(arm["modes"]["final"]["mean"])
            self.assertTrue(all(one["diverged_at"] > 0 for one in arm["trainings"]))


if __name__ == "__main__":
    main()
