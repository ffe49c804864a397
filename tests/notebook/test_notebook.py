"""The lesson in notebook/ runs from top to bottom, and what it says is what a fresh run says.

Words must be equal. Numbers must be equal as printed; where training is behind them, a cell states in its metadata
(`within`, as the course's marks do) by how much they may differ on a processor that rounds otherwise. Every solution
of an exercise runs too."""
import base64
import io
import os
import pathlib
import re
import sys
import unittest

import matplotlib.image
import nbformat
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "notebook"), str(ROOT / "documentation/tools")]
import agree  # noqa: E402
import run  # noqa: E402

STRAY = 0.001         # share of a picture's points that may differ where no training is behind it
STRAY_TRAINED = 0.04  # … and where there is: a curve may run elsewhere (0.013 without fused multiply-add)


def texts(cell):
    """What a code cell says, output by output, pictures aside."""
    return [output.get("text") or output.get("data", {}).get("text/markdown") or output.get("data", {}).get("text/plain", "")
            for output in cell.get("outputs", [])]


def pictures(cell):
    """The pictures of a code cell, as arrays [height, width, 4]."""
    return [matplotlib.image.imread(io.BytesIO(base64.b64decode(output.data["image/png"])))
            for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]


def strayed(was, now):
    """The share of points that are not what they were; all, where the size is another."""
    return 1.0 if was.shape != now.shape else float((np.abs(was - now).max(axis=2) > 0.1).mean())


class Lesson(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = nbformat.read(run.LESSON, as_version=4)
        cls.fresh = run.run(cls.kept)
        cls.prose = [cell for cell in cls.kept.cells if cell.cell_type == "markdown"]

    def pairs(self):
        self.assertEqual([cell.id for cell in self.kept.cells], [cell.id for cell in self.fresh.cells])
        for kept, fresh in zip(self.kept.cells, self.fresh.cells):
            with self.subTest(cell=kept.id):
                yield kept, fresh

    def test_a_fresh_run_says_the_same(self):
        for kept, fresh in self.pairs():
            allowed = agree.tolerance(kept.metadata.get("within"))
            self.assertEqual(len(texts(kept)), len(texts(fresh)))
            for was, now in zip(texts(kept), texts(fresh)):
                self.assertIsNone(agree.disagreement(was, now, allowed), "make notebook writes it anew")

    def test_solutions_print_what_stands_below_them(self):
        for kept, fresh in self.pairs():
            if run.solution(kept):
                allowed = agree.tolerance(kept.metadata.get("within"))
                self.assertIsNone(agree.disagreement(kept.source, fresh.source, allowed), "make notebook writes it anew")

    def test_pictures_show_the_same(self):
        for kept, fresh in self.pairs():
            self.assertEqual(len(pictures(kept)), len(pictures(fresh)))
            for was, now in zip(pictures(kept), pictures(fresh)):
                self.assertLessEqual(strayed(was, now), STRAY_TRAINED if "within" in kept.metadata else STRAY)

    def test_pictures_have_words(self):
        found = [output for cell in self.kept.cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
        self.assertGreater(len(found), 8)
        for output in found:
            self.assertGreater(len(output.metadata["image/png"]["alt"]), 40)

    def test_no_cell_complains(self):
        for _, fresh in self.pairs():
            for output in fresh.get("outputs", []):
                self.assertNotEqual(output.get("name"), "stderr", output)
                self.assertNotEqual(output.output_type, "error")

    def test_every_exercise_has_a_solution_that_prints(self):
        exercises = [cell for cell in self.prose if cell.id.startswith("exercise-")]
        self.assertGreaterEqual(len(exercises), 8)
        for number, cell in enumerate(exercises, 1):
            self.assertTrue(cell.source.startswith(f"### Exercise {number}: "), cell.id)
            question, hidden = cell.source.split("<details>\n<summary>Solution</summary>\n\n")
            self.assertNotIn("```", question)
            self.assertTrue(hidden.endswith("\n\n</details>"))
            self.assertEqual(len(run.SOLUTION.findall(hidden)), 1)
            self.assertTrue(run.solution(cell)["said"].strip(), f"{cell.id} prints nothing")

    def test_no_result_is_typed(self):
        for cell in self.prose:
            prose = run.SOLUTION.sub("", cell.source)
            self.assertNotRegex(prose, r"\d ?%", f"{cell.id}: shares come from cells")

    def test_links_lead_somewhere(self):
        for cell in self.prose:
            for target in re.findall(r"\]\(([^)]+)\)", cell.source):
                self.assertTrue((run.HERE / target).exists(), target)

    def test_colours_are_those_of_the_report(self):
        palette = (ROOT / "src/report/palette.c").read_text(encoding="utf-8")
        for cell in self.kept.cells:
            for colour in re.findall(r"#[0-9A-F]{6}\b", cell.source if cell.cell_type == "code" else ""):
                self.assertIn(f'"{colour}"', palette)

    def test_the_file_is_as_make_notebook_writes_it(self):
        nbformat.validate(self.kept)
        text = run.LESSON.read_text(encoding="utf-8")
        self.assertEqual(text, nbformat.writes(self.kept, version=4) + "\n")
        self.assertLess(os.path.getsize(run.LESSON), 1_500_000)
        self.assertEqual(set(self.kept.metadata), {"kernelspec", "language_info"})
        code = [cell for cell in self.kept.cells if cell.cell_type == "code"]
        self.assertEqual([cell.execution_count for cell in code], list(range(1, len(code) + 1)))
        for cell in self.kept.cells:
            self.assertLessEqual(set(cell.metadata), {"within"}, cell.id)


if __name__ == "__main__":
    unittest.main()
