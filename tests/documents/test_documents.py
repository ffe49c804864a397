"""The course says what the code says. Every command and program that a document shows is run, every figure, table,
picture and answer in it is computed again and compared, and what its sentences claim is asked again.

If a document is behind: make docs. How the marks work: documentation/tools/fill.py."""
import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "documentation/tools"))
import agree  # noqa: E402
import fill  # noqa: E402
import library  # noqa: E402

COURSE = ["README", "problem_statement", "concepts_explained", "activation_functions", "observations_and_conclusion",
          "contested_questions", "training_well", "convolutional_nets", "recurrent_nets",
          "adversarial_nets", "interview_questions", "interview_preparation", "exam_preparation"]
MARK = re.compile(r"<!-- (?:fill|holds)\b.*?-->", re.S)


def text_of(name):
    return (ROOT / f"documentation/{name}.md").read_text(encoding="utf-8")


def anchors(text):
    """What GitHub makes of headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", fill.plain(text), flags=re.M | re.S), re.M)
    return {"".join(c for c in heading.lower() if c.isalnum() or c in " -_").strip().replace(" ", "-") for heading in headings}


class Documents(unittest.TestCase):
    def test_every_document_agrees_with_the_code(self):
        for document in fill.documents(fill.course()):
            with self.subTest(document.path.name):
                document.filled()
                for path, (svg, loose) in document.pictures.items():
                    wrong = fill.picture_complaint(path, svg, loose)
                    document.complaints += [wrong] if wrong else []
                self.assertEqual(document.complaints, [], "make docs fills in what is new; sentences are yours to mend")

    def test_all_the_documents_are_there(self):
        self.assertEqual({path.stem for path in fill.course()}, {*COURSE, "slides"})

    def test_every_curve_of_the_library_has_its_section(self):
        headings = re.findall(r"^### .*`(\w+)`$|^### (\w+)$", text_of("activation_functions"), re.M)
        self.assertEqual([a or b for a, b in headings], list(library.curves()))

    def test_links_lead_somewhere(self):
        for name in COURSE:
            page = ROOT / f"documentation/{name}.md"
            for target in re.findall(r"\]\(([^)\s]+)\)", text_of(name)):
                if "://" in target:
                    continue
                path, _, anchor = target.partition("#")
                there = page.parent / path if path else page
                self.assertTrue(there.exists(), f"{name} links to {target}")
                if anchor:
                    self.assertIn(anchor, anchors(there.read_text(encoding="utf-8")), f"{name} links to {target}")

    def test_make_targets_shown_exist(self):
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
        for name in COURSE:
            for shown in re.findall(r"`make ([a-z-]+)", text_of(name)):
                self.assertIn(shown, targets, name)

    def test_pictures_are_small_and_used(self):
        kept = list((ROOT / "documentation/images").iterdir())
        self.assertLess(sum(path.stat().st_size for path in kept), 3_000_000)
        shown = "".join(map(text_of, COURSE)) + (ROOT / "README.md").read_text(encoding="utf-8")
        for path in kept:
            self.assertIn(f"images/{path.name}", shown)

    def test_marks_never_stand_where_a_reader_would_see_them_or_a_table_would_break(self):
        for name in COURSE:
            text = text_of(name)
            self.assertNotRegex(MARK.sub("", text), r"<!-- (?!end -->|playground)", name)
            self.assertEqual(len(re.findall(r"<!-- fill\b", text)), text.count("<!-- end -->"), name)
            self.assertNotRegex(text, r"(?m)^\|.*\n<!-- fill", f"{name}: a mark inside a table")

    def test_mathematics_is_what_github_renders(self):
        for name in COURSE:
            plain = re.sub(r"```.*?```|`[^`\n]*`", "", fill.plain(text_of(name)), flags=re.S)
            self.assertEqual(plain.count("$$") % 2, 0, name)
            for paragraph in plain.replace("$$", "").split("\n\n"):
                self.assertEqual(paragraph.count("$") % 2, 0, f"{name}: {paragraph[:200]}")


class Machine(unittest.TestCase):
    """A check that cannot fail is none: each kind of mistake is made on purpose."""

    @classmethod
    def setUpClass(cls):
        cls.known = fill.names()

    def complaints(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "trial.md"
            path.write_text(text, encoding="utf-8")
            document = fill.Document(path, self.known)
            document.filled()
            return document.complaints

    def test_what_is_true_passes(self):
        self.assertEqual(self.complaints('It is <!-- fill: n(f("relu", 2)) -->2<!-- end -->.<!-- holds: slope("relu", 2) == 1 -->\n'), [])

    def test_a_wrong_number_is_found(self):
        self.assertEqual(len(self.complaints('It is <!-- fill: n(f("relu", 2)) -->3<!-- end -->.\n')), 1)

    def test_a_wrong_word_is_found(self):
        self.assertEqual(len(self.complaints('<!-- fill: "dead" -->alive<!-- end -->\n')), 1)

    def test_a_number_may_differ_by_what_its_mark_allows(self):
        self.assertEqual(self.complaints("<!-- fill within 5 %: 100 -->104<!-- end -->\n"), [])
        self.assertEqual(self.complaints("<!-- fill within 0.5: 0.1 -->−0.2<!-- end -->\n"), [])
        self.assertEqual(len(self.complaints("<!-- fill within 5 %: 100 -->106<!-- end -->\n")), 1)
        self.assertEqual(len(self.complaints("<!-- fill within 0.5: 0.1 -->0.7<!-- end -->\n")), 1)
        self.assertEqual(len(self.complaints("<!-- fill within 5 %: '100 200' -->100<!-- end -->\n")), 1)

    def test_a_sentence_that_no_longer_holds_is_found(self):
        self.assertEqual(len(self.complaints('It cannot die.<!-- holds: conducts("relu", -1) -->\n')), 1)

    def test_an_expression_that_fails_is_found(self):
        self.assertIn("rellu", self.complaints('<!-- fill: f("rellu", 1) -->1<!-- end -->\n')[0])
        self.assertEqual(len(self.complaints("<!-- fill: no_such_name -->1<!-- end -->\n")), 1)

    def test_a_command_that_fails_is_found(self):
        self.assertEqual(len(self.complaints("```sh\nbuild/relive explain rellu\n```\n")), 1)

    def test_code_that_does_not_compile_or_run_is_found(self):
        self.assertEqual(len(self.complaints("```c\n#include <relive.h>\nint main(void) { return rl_no_such(); }\n```\n")), 1)
        self.assertEqual(len(self.complaints("```c\nint main(void) { return 3; }\n```\n")), 1)
        self.assertEqual(len(self.complaints("```python\nassert 1 == 2\n```\n")), 1)

    def test_a_block_that_nobody_runs_is_found(self):
        self.assertEqual(len(self.complaints("```\nmake magic\n```\n")), 1)

    def test_a_curve_without_its_section_is_found(self):
        text = text_of("activation_functions")
        without = re.sub(r"### GELU: .*?(?=^### )", "", text, flags=re.M | re.S)
        self.assertNotEqual(text, without)
        curves = re.search(r"<!-- fill: curves\.sections\(picture\) -->.*?<!-- end -->", without, re.S)[0]
        self.assertEqual(len(self.complaints(curves)), 1)

    def test_a_stale_picture_is_found(self):
        images = ROOT / "documentation/images"
        kept = (images / "curve_relu.svg").read_text(encoding="utf-8")
        self.assertIsNone(fill.picture_complaint(images / "curve_relu.svg", kept, False))
        self.assertTrue(fill.picture_complaint(images / "curve_relu.svg", kept.replace("ReLU", "GELU"), False))
        self.assertTrue(fill.picture_complaint(images / "curve_elu.svg", kept, False))
        self.assertTrue(fill.picture_complaint(images / "no_such.svg", kept, False))
        by_hand = (ROOT / "slides/images/unit.svg").read_text(encoding="utf-8")
        self.assertIsNone(fill.picture_complaint(ROOT / "slides/images/unit.svg", by_hand, False))
        self.assertTrue(fill.picture_complaint(ROOT / "slides/images/unit.svg", by_hand.replace("bias", "weight"), False))

    def test_a_wrong_answer_key_is_found(self):
        exam = self.known["exam"]
        question = ("What is 1 + 1?", [("1", False), ("2", True), ("3", False)], "Count.")
        self.assertEqual(exam.checked([question], 1, True), [question])
        for bad in ([("1", True), ("2", True), ("3", False)], [("1", False), ("2", False), ("3", False)],
                    [("2", False), ("2", True), ("3", False)], [("1", False), ("2", True), ("3", None)]):
            with self.assertRaises(ValueError):
                exam.checked([(question[0], bad, "Count.")], 1, True)
        with self.assertRaises(ValueError):
            exam.checked([question], 1, False)
        numerical = exam.numerical
        real = numerical.questions
        try:
            numerical.questions = lambda: [*real(), ("1 + 1?", "", 2.0, 3.0, "3")]
            with self.assertRaises(ValueError):
                exam.numerical_questions()
        finally:
            numerical.questions = real

    def test_no_letter_gives_the_answer_away(self):
        found = self.known["exam"].letters()
        self.assertGreater(min(found.values()), sum(found.values()) / 10)

    def test_exam_has_the_promised_numbers_of_questions(self):
        parts = text_of("exam_preparation").split("\n## ")
        for part, least in zip(parts[1:], (40, 25, 25)):
            self.assertGreaterEqual(len(re.findall(r"^\*\*\d+\.\*\* ", part, re.M)), least)
            self.assertEqual(len(re.findall(r"^\*\*\d+\.\*\* ", part, re.M)), part.count("<details>"))

    def test_plain_text_has_no_marks(self):
        self.assertEqual(fill.plain("A <!-- fill: n(1) -->1<!-- end -->.\n<!-- fill: x -->\n1\n<!-- end -->\nB<!-- holds: y -->\n"),
                         "A 1.\n1\nB\n")

    def test_signs_and_units_are_parts_of_what_is_compared(self):
        self.assertIsNone(agree.disagreement("−0.2 [−3, 4]", "−0.2 [−3, 4]"))
        self.assertTrue(agree.disagreement("+0.2", "−0.2"))
        self.assertTrue(agree.disagreement("5 %", "5 points", (1, 1)))


if __name__ == "__main__":
    unittest.main()
