"""relive prune: the same outputs from a smaller model, evidence named, nothing written when something is wrong."""
import pathlib
import sys
import unittest

import numpy

from program import ProgramTest, main

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import safetensors  # noqa: E402

LOW = ["--data", "digits", "--hidden", "24,12", "--epochs", "2", "--bias", "-4"]


def forward(path, rows):
    """What the equal torch.nn.Sequential of dense and ReLU layers gives, in double precision."""
    tensors, metadata = safetensors.load(path)
    weights = sorted((name for name in tensors if name.endswith("weight")), key=lambda name: int(name.split(".")[0]))
    for i, name in enumerate(weights):
        rows = rows @ tensors[name].astype(float).T + tensors[name.replace("weight", "bias")].astype(float)
        rows = numpy.maximum(rows, 0) if i + 1 < len(weights) else rows
    return rows


class Prune(ProgramTest):
    def train(self, *options):
        self.done("train", *(options or LOW), "--save", "model.safetensors")

    def prune(self, *options):
        return self.document("prune", "model.safetensors", "--save", "small.safetensors", *options)

    def outputs(self, model, data):
        return numpy.array(self.document("predict", model, "--data", data)["outputs"])

    def test_on_data(self):
        self.train()
        found = self.prune("--data", "digits")
        self.assertEqual(found["evidence"], {"kind": "data", "data": "digits", "rows": 1797, "box": None, "sides": []})
        removed = sum(len(layer["removed"]) for layer in found["layers"])
        self.assertGreater(removed, 0)
        self.assertEqual(found["before"]["units"] - found["after"]["units"], removed)
        self.assertLess(found["after"]["parameters"], found["before"]["parameters"])
        self.assertEqual(found["before"]["accuracy"], found["after"]["accuracy"])
        self.assertGreater(found["before"]["dead_share"], found["after"]["dead_share"])
        self.assertEqual(found["output_difference"]["compared"], 1797)
        self.assertLessEqual(found["output_difference"]["largest"], found["output_difference"]["allowed"])
        for layer in found["layers"]:
            self.assertEqual(layer["units_before"] - layer["units_after"], len(layer["removed"]))
            self.assertEqual(layer["values"], [0] * len(layer["removed"]))  # dead ReLU units give 0
        numpy.testing.assert_array_equal(self.outputs("model.safetensors", "digits"), self.outputs("small.safetensors", "digits"))
        again = self.document("prune", "small.safetensors", "--save", "smaller.safetensors")
        self.assertEqual(sum(len(layer["removed"]) for layer in again["layers"]), 0)

    def test_shapes_are_those_of_the_smaller_sequential(self):
        self.train()
        found = self.prune()
        widths = [64, *[layer["units_after"] for layer in found["layers"]], 10]
        tensors, metadata = safetensors.load(self.folder / "small.safetensors")
        self.assertEqual({name: tensor.shape for name, tensor in tensors.items()},
                         {f"{2 * i}.{part}": (widths[i + 1], widths[i])[:2 if part == "weight" else 1]
                          for i in range(3) for part in ("weight", "bias")})
        rows = numpy.random.default_rng(1).normal(size=(50, 64))
        self.assertEqual(metadata["relive.standardize"], safetensors.load(self.folder / "model.safetensors")[1]["relive.standardize"])
        self.assertEqual(forward(self.folder / "small.safetensors", rows).shape, (50, 10))

    def test_torch_loads_it(self):
        try:
            import torch
        except ImportError:
            self.skipTest("needs python3-torch")
        self.train()
        found = self.prune()
        widths = [64, *[layer["units_after"] for layer in found["layers"]], 10]
        net = torch.nn.Sequential(torch.nn.Linear(widths[0], widths[1]), torch.nn.ReLU(),
                                  torch.nn.Linear(widths[1], widths[2]), torch.nn.ReLU(), torch.nn.Linear(widths[2], widths[3]))
        tensors, _ = safetensors.load(self.folder / "small.safetensors")
        net.load_state_dict({name: torch.from_numpy(tensor.copy()) for name, tensor in tensors.items()})

    def test_on_a_box_the_function_is_the_same_everywhere_in_it(self):
        self.train("--data", "iris", "--hidden", "24,12", "--epochs", "1", "--bias", "-3", "--standardize", "off")
        found = self.prune("--box", "0,1")
        self.assertEqual((found["evidence"]["kind"], found["evidence"]["box"], found["evidence"]["data"]), ("box", "0,1", None))
        self.assertEqual(found["evidence"]["sides"], [[0, 1]] * 4)
        self.assertGreater(sum(len(layer["removed"]) for layer in found["layers"]), 0)
        self.assertGreater(found["before"]["dead_share"], 0)
        rows = numpy.random.default_rng(2).uniform(0, 1, (5000, 4))
        numpy.testing.assert_allclose(forward(self.folder / "model.safetensors", rows),
                                      forward(self.folder / "small.safetensors", rows), rtol=0, atol=1e-5)

    def test_a_proof_claims_no_more_than_data_show(self):
        self.train()
        proved, seen = self.prune("--box", "data"), self.prune("--data", "digits")
        self.assertEqual(proved["evidence"]["rows"], 1797)
        self.assertGreater(proved["output_difference"]["compared"], 1797)
        for one, other in zip(proved["layers"], seen["layers"]):
            self.assertLessEqual(set(one["removed"]), set(other["removed"]))

    def test_box_from_a_file(self):
        self.train("--data", "moons:200", "--hidden", "16", "--epochs", "1", "--bias", "-4")
        self.write("box.csv", "lo,hi\n-1,2\n-0.5,1\n")
        found = self.prune("--box", "box.csv")
        self.assertEqual(found["evidence"]["sides"], [[-1, 2], [-0.5, 1]])
        both = self.prune("--box", "box.csv", "--data", "moons:200")
        self.assertEqual([layer["removed"] for layer in both["layers"]], [layer["removed"] for layer in found["layers"]])
        self.assertIsNotNone(both["after"]["accuracy"])

    def test_text_names_the_evidence(self):
        self.train()
        text = self.done("prune", "model.safetensors", "--save", "small.safetensors")
        for words in ("evidence: digits, 1797 rows", "parameters", "accuracy", "dead", "outputs differ by", "small.safetensors"):
            self.assertIn(words, text)
        self.assertIn("proof", self.done("prune", "model.safetensors", "--box", "0,16", "--save", "small.safetensors"))

    def test_a_model_may_be_replaced(self):
        self.train()
        self.done("prune", "model.safetensors", "--save", "model.safetensors")
        self.assertEqual(len(self.outputs("model.safetensors", "digits")), 1797)

    def test_outputs_that_would_differ_are_refused(self):
        """A unit that rounding alone moves is constant, but weights of a million make a difference of that."""
        tensors = {"0.weight": [[0], [3e-7]], "0.bias": [3, 3], "2.weight": [[1e6, -1e6]], "2.bias": [0]}
        safetensors.save(self.folder / "model.safetensors", {name: numpy.array(values, "f4") for name, values in tensors.items()},
                         {"relive.net": "input 1; dense 2; identity; dense 1", "relive.version": "0.1.0"})
        self.write("line.csv", "-1,0\n0,0\n1,0\n")
        self.refused("prune", "model.safetensors", "--data", "line.csv:regression", "--save", "small.safetensors",
                     says=["outputs differ by", "nothing was written"])

    def test_bad_input(self):
        self.train("--data", "moons:100", "--hidden", "4", "--epochs", "1")
        self.write("wide.csv", "1,2,3,upper\n4,5,6,lower\n")
        self.write("box.csv", "0,1\n")
        self.write("no.safetensors", "nothing")
        model, save = "model.safetensors", ("--save", "small.safetensors")
        moons = ("--data", "moons:100")
        self.refused("prune", *save, says="MODEL")
        self.refused("prune", model, *moons, says="--save")
        self.refused("prune", "no.safetensors", *save, says="no.safetensors")
        self.refused("prune", "none.safetensors", *save, says="none.safetensors")
        self.refused("prune", model, "--data", "wide.csv", *save, says=["wide.csv", "3 features", "2"])
        self.refused("prune", model, "--data", "digits", *save, says="digits")
        self.refused("prune", model, *moons, "--save", "nowhere/small.safetensors", says="nowhere")
        self.refused("prune", model, *save, "--box", "1,0", says=["1,0", "lo <= hi"])
        self.refused("prune", model, *save, "--box", "nan,0", says="nan,0")
        self.refused("prune", model, *save, "--box", "0", says="LO,HI")
        self.refused("prune", model, *save, "--box", "", says="LO,HI")
        self.refused("prune", model, *save, "--box", "box.csv", says=["1", "2"])
        self.refused("prune", model, *save, "--box", "none.csv", says="none.csv")
        self.refused("prune", model, *save, "--box", "data", "--data", "iris", says="iris")
        self.refused("prune", model, *save, "--epochs", "3", says="--epochs")


if __name__ == "__main__":
    main()
