"""The site that make docs builds: every page is there, links lead somewhere, search finds words, mathematics is rendered
in the page, and nothing is fetched from anywhere."""
import html.parser
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "documentation/tools"))
import site_of_course  # noqa: E402


class Links(html.parser.HTMLParser):
    """What a page refers to, what it loads, and the places in it that can be linked to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.places = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.places.add(attrs["id"])
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        if tag in ("script", "img", "iframe") and attrs.get("src"):
            self.loads.append(attrs["src"])
        if tag == "link" and attrs.get("rel") in ("stylesheet", "icon"):
            self.loads.append(attrs["href"])


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.out = pathlib.Path(cls.folder.name) / "site"
        playground = pathlib.Path(cls.folder.name) / "playground.html"
        playground.write_text("<!doctype html><title>Playground</title><p>Here it is.", encoding="utf-8")
        done = subprocess.run([ROOT / "documentation/tools/site_of_course.py", cls.out, playground], capture_output=True, text=True,
                              check=False)
        assert done.returncode == 0, done.stderr
        cls.pages = {path.name: Links(path.read_text(encoding="utf-8")) for path in cls.out.glob("*.html")}

    def test_every_page_is_there(self):
        for name in [*site_of_course.PAGES, "index", "search", "playground", "playground_page"]:
            self.assertIn(f"{name}.html", self.pages)

    def test_nothing_is_loaded_from_elsewhere(self):
        for name, page in self.pages.items():
            for source in page.loads:
                self.assertNotRegex(source, r"^(\w+:)?//", name)
                self.assertTrue((self.out / urllib.parse.unquote(re.split("[?#]", source)[0])).exists(), f"{name} loads {source}")
        for style in self.out.rglob("*.css"):
            for source in re.findall(r"(?:url\(|@import )[\"']?([^\"')]+)", style.read_text(encoding="utf-8")):
                self.assertNotRegex(source, r"^(https?:)?//", style.name)

    def test_links_lead_somewhere(self):
        for name, page in self.pages.items():
            for link in page.links:
                if re.match(r"\w+:", link):
                    continue
                target, _, place = urllib.parse.unquote(link).partition("#")
                there = target or name
                if there.endswith(".pdf"):
                    self.assertTrue((self.out / there).exists(), f"{name} links to {link}")
                    continue
                self.assertIn(there, self.pages, f"{name} links to {link}")
                if place and there != "playground.html":
                    self.assertIn(place, self.pages[there].places, f"{name} links to {link}")

    def test_search_knows_the_words_without_a_server(self):
        index = (self.out / "searchindex.js").read_text(encoding="utf-8")
        self.assertTrue(index.startswith("Search.setIndex("), "a script can be loaded from a file, a fetch cannot")
        for word in ("dead", "reviv", "momentum"):
            self.assertRegex(index, rf"\W{word}\W")

    def test_mathematics_is_left_to_katex_and_katex_is_there(self):
        page = (self.out / "concepts_explained.html").read_text(encoding="utf-8")
        self.assertGreater(page.count('class="math'), 20)
        for path in ("katex.min.js", "katex.min.css", "auto-render.js", "mathematics.js"):
            self.assertIn(f"_static/{path}", self.pages["concepts_explained.html"].loads)
        self.assertTrue(list((self.out / "_static/fonts").glob("KaTeX_Main-Regular.*")))

    def test_no_mark_and_no_dollar_is_left(self):
        for name in site_of_course.PAGES:
            page = (self.out / f"{name}.html").read_text(encoding="utf-8")
            shown = re.sub(r"<pre.*?</pre>|<code.*?</code>", "", page, flags=re.S)
            self.assertNotRegex(shown, r"\$\$|(<|&lt;)!-- (fill|holds|end|playground)", name)

    def test_the_playground_is_embedded_where_a_lesson_calls_for_it(self):
        embedded = [source for page in self.pages.values() for source in page.loads if source.startswith("playground.html")]
        self.assertGreater(len(embedded), 4)
        self.assertIn("playground.html#lesson=raw-inputs&embed", embedded)

    def test_the_slides_are_there(self):
        self.assertTrue(any(link.endswith("/slides.pdf") for link in self.pages["index.html"].links))

    def test_the_script_of_the_theme_is_one_file(self):
        self.assertNotRegex((self.out / "_static/scripts/furo.js").read_text(encoding="utf-8"), r"(?m)^import ")


if __name__ == "__main__":
    unittest.main()
