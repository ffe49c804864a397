#!/usr/bin/python3 -B
"""relive bench's document and screen: every row, its rivals and its limits. Nothing here depends on how fast the machine is. (That its
checks can fail is tested in test_rivals.py.)"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from program import BenchTest, document, main

ROWS = ["moons", "digits", "wide_256", "wide_1024", "wide_convolutions", "watching", "examining", "two_threads", "rectifiers", "curves", "compare", "flat",
        "memory", "lesson"]
# Results, and what each stands against; a wide net, an examination and a study take long in a build with sanitizers.
FAST = {
    "moons": {"moons": ["pytorch", "pytorch_module", "pytorch_by_hand", "pytorch_batched", "pytorch_without_bmm", "numpy"]},
    "digits": {"digits": ["pytorch", "pytorch_module", "pytorch_by_hand"]},
    "watching": {"watching": ["unwatched"]},
    "two_threads": {"two_threads_moons": ["one_thread"], "two_threads_digits": ["one_thread"]},
    "rectifiers": {f"{curve}_{way}_{threads}": [] for threads in ("one", "all") for curve in ("relu", "leaky_relu")
                   for way in ("forward", "backward")},
    "curves": {f"curve_{curve}": ["libm"] for curve in ("softplus", "sigmoid", "tanh", "gelu", "silu", "mish", "elu")},
    "lesson": {"lesson_element": ["softplus"], "lesson_step": ["softplus"]},
}
SLOW = {"wide_256": {"wide_256": ["pytorch"]}, "wide_1024": {"wide_1024": ["pytorch"]},
        "wide_convolutions": {"wide_convolutions": ["pytorch_pictures"]}, "examining": {"examining": ["forward_pass"], "examining_starved": ["forward_pass"]},
        "compare": {"compare": []}, "flat": {"flat": None}, "memory": {"memory_library": ["256_seeds"], "memory_program": ["256_seeds"]}}
PROMISED = {"moons": {"pytorch": 1000, "pytorch_batched": 60, "numpy": 250}, "digits": {"pytorch": 70}, "wide_256": {"pytorch": 2.5},
            "wide_1024": {"pytorch": 1.5}, "wide_convolutions": {"pytorch_pictures": 4}, "two_threads_moons": {"one_thread": 1.85}, "curve_mish": {"libm": 8}}
SHARES = {"moons": 0.25, "digits": 0.4, "wide_256": 0.5, "wide_1024": 0.5, "wide_convolutions": 0.25, "relu_forward_one": 0.85, "leaky_relu_backward_all": 0.85}


class Document(BenchTest):
    def contract(self, found, rows):
        expected = {name: against for row in rows.values() for name, against in row.items()}
        results = {result["name"]: result for result in found["results"]}
        self.assertEqual(list(results), list(expected))
        for name, result in results.items():
            with self.subTest(result=name):
                self.assertGreater(result["ours"], 0)
                self.assertTrue(result["unit"] and result["title"])
                self.assertIsNone(result["missing"])
                if expected[name] is not None:
                    self.assertEqual(list(result["against"]), expected[name])
                for against in result["against"].values():
                    self.assertIsNone(against["missing"])
                    if result["unit"] in ("rows/s", "elements/s", "B"):  # one round: the ratio is that of the figures
                        self.assertAlmostEqual(against["ratio"] / (result["ours"] / against["value"]), 1, delta=1e-6)
                    self.assertLessEqual(against["range"][0], against["ratio"])
                    self.assertGreaterEqual(against["range"][1], against["ratio"])
                    self.assertIsNone(against["reached"], "a trial run judges nothing")
                for rival, least in PROMISED.get(name, {}).items():
                    self.assertEqual(result["against"][rival]["at_least"], least)
                self.assertEqual(result["limit"] and result["limit"]["at_least"], SHARES.get(name, result["limit"] and result["limit"]["at_least"]))
                self.assertEqual(result["share_of_limit"] is None, result["limit"] is None)
                if result["limit"]:
                    self.assertGreater(result["share_of_limit"], 0)

    def test_document(self):
        found = self.found("--only", ",".join(FAST))
        self.assertTrue(found["quick"])
        machine = found["machine"]
        for name in ("fma_peak_gflops", "fma_peak_gflops_one_thread", "memory_gb_per_s", "memory_gb_per_s_one_thread"):
            self.assertGreater(machine[name], 0)
        self.assertEqual(machine["threads"], 2)
        for name in ("processor", "processors", "kernels", "blas", "blas_core", "pytorch", "numpy", "python"):
            self.assertIn(name, machine)
        self.assertRegex(machine["pytorch"], r"^\d+\.\d+")
        self.assertRegex(machine["numpy"], r"^\d+\.\d+")
        self.contract(found, FAST)
        moons = found["results"][0]["against"]
        self.assertRegex(moons["pytorch_batched"]["setting"], r"baddbmm.*, \d+ nets, [12] threads?, OPENBLAS_NUM_THREADS=[12]")

    def test_document_of_the_slow_rows(self):
        self.contract(self.found("--only", ",".join(SLOW)), SLOW)

    def test_every_row_is_known_to_these_tests(self):
        self.assertEqual(sorted([*FAST, *SLOW]), sorted(ROWS))
        line = self.refused("bench", "--only", "everything", says="row of the benchmark")
        completions = self.done("generate", "bash").split("bench)")[1].split(";;")[0]
        for row in ROWS:
            self.assertIn(row, line + completions)

    def test_screen_and_file(self):
        ran = self.bench("--quick", "--only", "curves,compare", "--out", "here")
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        kept = document((self.folder / "here/bench.json").read_text())
        self.assertEqual([result["name"] for result in kept["results"]], [*FAST["curves"], "compare"])
        for words in ("multiply-adds", "GB/s", "PyTorch", "mish", "against libm", "≥ 8 ×", "promised ≤ 5", "the figures mean nothing"):
            self.assertIn(words, ran.stdout)
        self.assertNotIn("reached", ran.stdout)
        self.assertFalse([line for line in ran.stdout.splitlines() if len(line) > 100 or "\033" in line])


if __name__ == "__main__":
    main()
