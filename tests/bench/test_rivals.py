"""The rivals of relive bench: a check that can fail does, and what is missing is named with its package."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from program import BenchTest


class Rivals(BenchTest):
    def shim(self, name, text):
        """A module that Python finds before its own."""
        folder = self.folder / "modules"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(text)
        return str(folder)

    def test_what_is_missing_is_named_with_its_package(self):
        modules = self.shim("torch", "raise ImportError('not here')\n")
        found = self.found("--only", "moons,wide_256", PYTHONPATH=modules)
        self.assertIsNone(found["machine"]["pytorch"])
        for result in found["results"]:
            for name, against in result["against"].items():
                if name.startswith("pytorch"):
                    self.assertIn("apt-get install python3-torch", against["missing"])
                    self.assertIsNone(against["ratio"])
                else:
                    self.assertGreater(against["ratio"], 0)
            self.assertGreater(result["ours"], 0)
        text = self.bench("--quick", "--only", "digits", PYTHONPATH=modules).stdout
        self.assertIn("apt-get install python3-torch", text)

    def test_numpy_missing(self):
        modules = self.shim("sitecustomize", "import sys\nsys.modules['numpy'] = None\n")
        against = self.found("--only", "moons", PYTHONPATH=modules)["results"][0]["against"]
        self.assertIn("apt-get install python3-numpy", against["numpy"]["missing"])

    def fails(self, row, says, modules):
        ran = self.bench("--quick", "--only", row, PYTHONPATH=modules)
        self.assertEqual((ran.returncode, ran.stdout), (1, ""), ran.stderr)
        self.assertRegex(ran.stderr, r"\Arelive: the check before the timing failed: [^\n]+\n\Z")
        self.assertIn(says, ran.stderr)
        self.assertEqual(list(self.scratch.iterdir()), [])

    def test_a_rival_that_computes_something_else_ends_the_run(self):
        wrong = "import {0} as m\nreal = m.{1}\nm.{1} = lambda *a, **k: real(*a, **k) * 1.001\n"
        self.fails("moons", "pytorch ", self.shim("sitecustomize", wrong.format("torch.nn.functional", "relu")))
        self.fails("wide_256", "pytorch ", self.shim("sitecustomize", wrong.format("torch.nn.functional", "relu")))
        self.fails("wide_convolutions", "pytorch_pictures ", self.shim("sitecustomize", wrong.format("torch.nn.functional", "conv2d")))
        self.fails("digits", "pytorch_by_hand ", self.shim("sitecustomize", wrong.format("torch", "addmm")))
        self.fails("moons", "pytorch_batched ", self.shim("sitecustomize", wrong.format("torch", "stack")))
        self.fails("moons", "pytorch_without_bmm ", self.shim("sitecustomize", wrong.format("torch", "addcmul")))
        self.fails("moons", "numpy ", self.shim("sitecustomize", wrong.format("numpy", "maximum")))

    def test_a_rival_that_gives_nan_ends_the_run(self):
        broken = "import torch\nreal = torch.bmm\ntorch.bmm = lambda *a, **k: real(*a, **k).fill_(float('nan'))\n"
        self.fails("moons", "pytorch_batched", self.shim("sitecustomize", broken))

    def test_a_rival_that_falls_over_is_told(self):
        modules = self.shim("sitecustomize", "import torch\ndel torch.softmax\n")
        ran = self.bench("--quick", "--only", "digits", PYTHONPATH=modules)
        self.assertEqual((ran.returncode, ran.stdout), (3, ""))
        self.assertRegex(ran.stderr, r"\Arelive: a rival failed AttributeError: [^\n]*softmax[^\n]*\n\Z")
        modules = self.shim("sitecustomize", "raise SystemExit(1)\n")
        self.assertEqual(self.bench("--quick", "--only", "digits", PYTHONPATH=modules).returncode, 3)

    def test_coretype_is_cleared(self):
        plain = self.found("--only", "curves")["machine"]
        set_wrong = self.found("--only", "curves", OPENBLAS_CORETYPE="Prescott")["machine"]
        self.assertEqual(plain["blas_core"], set_wrong["blas_core"])


if __name__ == "__main__":
    unittest.main()
