"""The slides as a listener sees them: nothing leaves a slide, no letter is too small or too faint, each has its words for
the speaker, and the PDF that is kept is made of these sources. (That their numbers are true: tests/documents.)

If the PDF is behind: make slides. What is measured, and how: measure.js, in Chromium, on Marp's own HTML."""
import collections
import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "documentation/tools"))
import fill  # noqa: E402
import slides_of_course  # noqa: E402

PDF, SLIDES = slides_of_course.PDF, slides_of_course.SLIDES
SCRIPT = (ROOT / "tests/slides/measure.js").read_text(encoding="utf-8")
FAULTY = """---
marp: true
theme: relive
footer: At the foot
---

## All is well

Few words.

---

## Too much

""" + "Words that go on and on. " * 150 + """

---

## Too wide

<style scoped>p { white-space: nowrap; }</style>

""" + "wide " * 60 + """

---

## Too small

<style scoped>p { font-size: 14px; }</style>

Who can read this?

---

## Too faint

<style scoped>p { color: #c0c0c0; }</style>

Who can read this?
"""


def measured(page):
    """What measure.js finds on a page."""
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", f"<script>{SCRIPT}</script></body>"), encoding="utf-8")
    done = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1280,720",
                           "--virtual-time-budget=10000", "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True)
    return json.loads(html.unescape(re.search(r'<pre id="measured">(.*?)</pre>', done.stdout, re.S)[1]))


def laid_out(source):
    """The slides of a Markdown file, measured."""
    page = source.with_suffix(".bare.html")
    slides_of_course.marp(source, page, "--template", "bare")
    return measured(page)


def pictures(paths, folder):
    """The pictures, measured: by name."""
    figures = "".join(f'<figure id="{path.name}" style="margin:0">{re.sub(r"<[?!][^>]*>", "", path.read_text(encoding="utf-8"))}</figure>' for path in paths)
    page = folder / "pictures.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body><main>{figures}</main></body>", encoding="utf-8")
    return {each["name"]: each for each in measured(page)}


def squeezed(text):
    """Letters, digits and signs alone: a PDF has its own mind about spaces and ligatures."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).replace("\u2009", ""))


def missing(words, page):
    """Which of these words do not stand on a page of the PDF, and by how many signs the two differ."""
    there = squeezed(page)
    absent = [word for word in words.split() if squeezed(word) not in there]
    extra = collections.Counter(there)
    extra.subtract(squeezed(words))
    return absent, {sign: count for sign, count in extra.items() if count}


class Slides(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        slides_of_course.install()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        source = slides_of_course.prepared(cls.folder)
        slides_of_course.marp(source, cls.folder / "slides.html")
        cls.presented = (cls.folder / "slides.html").read_text(encoding="utf-8")
        cls.slides = laid_out(source)
        cls.pictures = pictures(sorted((SLIDES / "images").iterdir()), cls.folder)
        cls.pages = subprocess.run(["pdftotext", PDF, "-"], capture_output=True, text=True, check=True).stdout.split("\f")[:-1]

    def test_there_are_as_many_as_a_lecture_has(self):
        self.assertTrue(20 <= len(self.slides) <= 30, len(self.slides))

    def test_nothing_leaves_a_slide_and_all_can_be_read(self):
        for number, slide in enumerate(self.slides, 1):
            self.assertEqual(slide["faults"], [], f"slide {number}")

    def test_pictures_can_be_read_and_are_shown_as_large_as_they_were_drawn(self):
        for name, picture in self.pictures.items():
            self.assertEqual(picture["faults"], [], name)
        for number, slide in enumerate(self.slides, 1):
            for picture in slide["pictures"]:
                self.assertAlmostEqual(picture["shown"], picture["drawn"], delta=1, msg=f"slide {number}: {picture['source']}")

    def test_every_picture_is_shown(self):
        text = fill.SLIDES.read_text(encoding="utf-8")
        for name in self.pictures:
            self.assertIn(f"](images/{name})", text)

    def test_one_slide_one_title(self):
        titles = [slide["words"].strip().splitlines()[0] for slide in self.slides]
        self.assertEqual(len(set(titles)), len(titles))

    def test_the_speaker_has_words_for_every_slide_and_no_mark_among_them(self):
        notes = re.findall(r'<div class="bespoke-marp-note" data-index="(\d+)" tabindex="0">(.*?)</div>', self.presented, re.S)
        self.assertEqual([int(index) for index, _ in notes], list(range(len(self.slides))))
        for index, note in notes:
            self.assertGreater(len(re.sub(r"<[^>]*>", " ", note).split()), 30, f"slide {int(index) + 1}")
            self.assertNotRegex(note, r"fill( within[^:]*)?:|holds:|end --", f"slide {int(index) + 1}")

    def test_marks_are_whole(self):
        text = fill.SLIDES.read_text(encoding="utf-8")
        self.assertEqual(len(re.findall(r"<!-- fill\b", text)), text.count("<!-- end -->"))
        self.assertEqual(text.count('<details class="notes">'), text.count("</details>"))

    def test_make_targets_shown_exist(self):
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
        for shown in re.findall(r"`make ([a-z-]+)", fill.SLIDES.read_text(encoding="utf-8")):
            self.assertIn(shown, targets)

    def test_the_pdf_is_of_these_sources(self):
        self.assertEqual(slides_of_course.made_of(), slides_of_course.fingerprint(), "make slides")

    def test_the_pdf_is_small(self):
        self.assertLess(PDF.stat().st_size, 3_000_000)

    def test_the_pdf_says_what_the_slides_say(self):
        self.assertEqual(len(self.pages), len(self.slides))
        for number, (slide, page) in enumerate(zip(self.slides, self.pages), 1):
            shown = " ".join(self.pictures[pathlib.Path(each["source"]).name]["words"] for each in slide["pictures"])
            numbered = str(number) if number > 1 else ""
            with self.subTest(number):
                self.assertEqual(missing(f"{slide['words']} {shown} {numbered}", page), ([], {}))


class Measures(unittest.TestCase):
    """A check that cannot fail is none: each fault is made on purpose."""

    def test_faults_of_slides_are_found(self):
        slides_of_course.install()
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "faulty.md"
            source.write_text(FAULTY, encoding="utf-8")
            well, much, wide, small, faint = laid_out(source)
        self.assertEqual(well["faults"], [])
        self.assertIn("leaves the slide", much["faults"][0])
        self.assertIn("leaves the slide", wide["faults"][0])
        self.assertEqual(small["faults"], ["letters of 14px: Who can read this?"])
        self.assertRegex(faint["faults"][0], r"^contrast of 1\.\d: Who can read this\?$")

    def test_faults_of_pictures_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "faulty.svg"
            path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><text x="20" y="50" font-size="20">well</text>'
                            '<text x="20" y="80" font-size="12">small</text><text x="180" y="50" font-size="20">clipped</text></svg>', encoding="utf-8")
            found = pictures([path], pathlib.Path(folder))["faulty.svg"]["faults"]
        self.assertEqual(found, ["letters of 12 px: small", "leaves the picture: clipped"])

    def test_a_stale_page_is_found(self):
        self.assertEqual(missing("of 64 nets 80 % die", "of 64 nets 80 % die"), ([], {}))
        self.assertEqual(missing("of 64 nets 81 % die", "of 64 nets 80 % die"), (["81"], {"0": 1, "1": -1}))
        self.assertEqual(missing("of 64 nets", "of 64 nets die"), ([], {"d": 1, "i": 1, "e": 1}))

    def test_what_is_seen_changes_the_fingerprint_and_what_fills_numbers_in_does_not(self):
        real, before = fill.SLIDES, slides_of_course.fingerprint()
        try:
            with tempfile.TemporaryDirectory() as folder:
                fill.SLIDES = pathlib.Path(folder) / "slides.md"
                text = real.read_text(encoding="utf-8")
                fill.SLIDES.write_text(text.replace("<!-- holds: ", "<!-- holds: True and ", 1), encoding="utf-8")
                self.assertEqual(slides_of_course.fingerprint(), before)
                fill.SLIDES.write_text(text.replace("one-way door", "door"), encoding="utf-8")
                self.assertNotEqual(slides_of_course.fingerprint(), before)
        finally:
            fill.SLIDES = real


if __name__ == "__main__":
    unittest.main()
