"""bench/record: a line in the history that keeps its columns, and the table between the page's marks."""
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

PATH = pathlib.Path(__file__).resolve().parents[2] / "bench/record"
loader = importlib.machinery.SourceFileLoader("record", str(PATH))
record = importlib.util.module_from_spec(importlib.util.spec_from_loader("record", loader))
loader.exec_module(record)

FOUND = {
    "schema": 1, "quick": False,
    "machine": {"processor": "P", "processors": 4, "threads": 2, "kernels": "avx2", "fma_peak_gflops": 200.04, "fma_peak_gflops_one_thread": 100,
                "memory_gb_per_s": 50, "memory_gb_per_s_one_thread": 25.5, "blas": "OpenBLAS 0.3.21", "blas_core": "Zen", "pytorch": "1.13",
                "numpy": None, "python": "3.11"},
    "results": [
        {"name": "moons", "title": "many moons", "ours": 2.034e8, "unit": "rows/s", "at_least": None, "at_most": None, "reached": None,
         "against": {"pytorch": {"value": 3.1e5, "ratio": 656.1, "range": [600, 700], "at_least": 1000, "at_most": None, "reached": False,
                                 "setting": "1 thread", "missing": None},
                     "numpy": {"value": None, "ratio": None, "range": None, "at_least": 250, "at_most": None, "reached": None, "setting": None,
                               "missing": "needs NumPy"}},
         "share_of_limit": 0.2716, "limit": {"name": "fma_peak", "range": [0.25, 0.28], "at_least": 0.25, "at_most": None, "reached": True},
         "missing": None},
        {"name": "compare", "title": "the study", "ours": 3.68, "unit": "s", "at_least": None, "at_most": 5, "reached": True, "against": {},
         "share_of_limit": None, "limit": None, "missing": None},
    ],
}


class Record(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def test_history_keeps_its_columns_and_takes_new_ones(self):
        path = self.folder / "history.csv"
        path.write_text("commit,date,processor,threads,by_hand\n")
        record.append(FOUND, path)
        later = json.loads(json.dumps(FOUND))
        later["results"][0]["against"]["pytorch"]["ratio"] = 1001.26
        later["results"][1]["name"] = "census"
        record.append(later, path)
        header, first, second = [line.split(",") for line in path.read_text().splitlines()]
        self.assertEqual(header[:5], ["commit", "date", "processor", "threads", "by_hand"])
        self.assertEqual(len(header), len(first))
        self.assertEqual(len(header), len(second))
        one, two = dict(zip(header, first)), dict(zip(header, second))
        self.assertEqual((one["moons/pytorch"], one["moons/numpy"], one["moons/fma_peak"], one["compare"]), ("656.1", "", "0.2716", "3.68"))
        self.assertEqual((two["moons/pytorch"], two["compare"], two["census"], one["census"]), ("1001", "", "3.68", ""))

    def test_table_stands_between_the_marks(self):
        page = self.folder / "page.md"
        page.write_text(f"before\n{record.BEGIN}\nold figures\n{record.END}\nafter\n")
        for _ in range(2):
            record.fill(FOUND, page)
        text = page.read_text()
        self.assertTrue(text.startswith("before\n") and text.endswith("after\n"))
        self.assertNotIn("old figures", text)
        for line in ("| many moons | 203 M rows/s | pytorch (1 thread) | 310 k | 656 × | 600 × to 700 × | ≥ 1000 × | missed |",
                     "|  |  | numpy | – | needs NumPy |  | ≥ 250 × |  |",
                     "|  |  | multiply-adds' peak |  | 27.2 % | 25.0 % to 28.0 % | ≥ 25 % | reached |",
                     "| the study | 3.68 s | | |  | | ≤ 5.00 s | reached |"):
            self.assertIn(line, text.splitlines())

    def test_a_page_without_marks_is_left_alone(self):
        page = self.folder / "page.md"
        page.write_text("nothing here\n")
        with self.assertRaises(SystemExit):
            record.fill(FOUND, page)
        self.assertEqual(page.read_text(), "nothing here\n")

    def test_the_projects_page_has_the_marks(self):
        text = record.PAGE.read_text(encoding="utf-8")
        self.assertEqual((text.count(record.BEGIN), text.count(record.END)), (1, 1))

    def test_what_the_program_writes_can_be_recorded(self):
        env = {**os.environ, "TMPDIR": str(self.folder)}
        said = subprocess.run([os.environ["RELIVE"], "bench", "--quick", "--json", "--only", "curves,compare,rectifiers"], env=env,
                              capture_output=True, text=True, check=True)
        found = json.loads(said.stdout)
        record.append(found, self.folder / "history.csv")
        self.assertGreater(len(list(record.table(found))), 12)

    def test_a_quick_run_is_refused(self):
        path = self.folder / "bench.json"
        path.write_text(json.dumps({**FOUND, "quick": True}))
        before = record.PAGE.read_bytes()
        ran = subprocess.run([PATH, path], capture_output=True, text=True, check=False)
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn("quick", ran.stderr)
        self.assertEqual(record.PAGE.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
