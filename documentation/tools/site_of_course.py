#!/usr/bin/python3 -B
"""Builds the course as a static site with search: documentation/tools/site_of_course.py FOLDER [PLAYGROUND.html]

The documents, and the notebook as one of them, lose their marks, links out of the course point to nowhere in a site and become plain words, and Sphinx
does the rest (documentation/site/conf.py). Where a document says <!-- playground: ADDRESS -->, the playground is
embedded if it is there, at that address. The result needs no network and no server: open FOLDER/index.html."""
import pathlib
import re
import shutil
import subprocess
import sys

import fill
import lesson
import library

SITE = library.ROOT / "documentation/site"
PDF = library.ROOT / "slides/slides.pdf"
PAGES = ["problem_statement", "concepts_explained", "activation_functions", "observations_and_conclusion",
         "contested_questions", "training_well", "convolutional_nets",
         "recurrent_nets", "adversarial_nets", "lesson", "interview_questions", "interview_preparation", "exam_preparation", "architecture"]
CONTENTS = """
```{{toctree}}
:hidden:
:maxdepth: 2

{pages}
```
"""


def page(path, text, playground):
    """A document's text as Sphinx takes it."""
    text = fill.plain(text)

    def embedded(found):
        if not playground:
            return ""
        address = f"playground.html#{found[1]}" if found[1] else "playground.html"
        return (f'<p>Try it in the <a href="{address}">playground</a>:</p>\n'
                f'<iframe class="playground" src="{address}" title="The playground" loading="lazy"></iframe>')
    text = re.sub(r"^<!-- playground(?:: (\S+))? -->$", embedded, text, flags=re.M)
    here = path.parent

    def link(found):
        if found[2] == "../notebook/relu_vs_leaky_relu.ipynb":
            return f"[{found[1]}](lesson.md)"
        target = found[2].split("#")[0]
        if (here / target).resolve() == PDF:
            return f"[{found[1]}]({PDF.name})"
        if not target or "://" in target or (here / target).resolve().parent in (here, here / "images"):
            return found[0]
        return found[1]  # the site has no page for it
    text = re.sub(r"(?<!!)\[([^\]]*)\]\(([^)]+)\)", link, text)
    return re.sub(r"\]\(README\.md\)", "](index.md)", text)


def main(arguments):
    out = pathlib.Path(arguments[0]).resolve()
    playground = pathlib.Path(arguments[1]) if len(arguments) > 1 else None
    source, docs = out.with_name(out.name + "-source"), library.ROOT / "documentation"
    shutil.rmtree(source, ignore_errors=True)
    shutil.rmtree(out, ignore_errors=True)
    (source / "_static").mkdir(parents=True)
    shutil.copytree(docs / "images", source / "images")
    shutil.copy(SITE / "conf.py", source)
    shutil.copy(PDF, source)
    for name in ("site.css", "mathematics.js"):
        shutil.copy(SITE / name, source / "_static")
    for path in ("katex.min.css", "katex.min.js", "contrib/auto-render.js"):
        shutil.copy(pathlib.Path("/usr/share/javascript/katex") / path, source / "_static")
    shutil.copytree("/usr/share/javascript/katex/fonts", source / "_static/fonts")

    def written(name):
        path = docs / f"{name}.md"
        text = lesson.page(source / "images") if name == "lesson" else path.read_text(encoding="utf-8")
        return page(path, text, playground)
    for name in PAGES:
        (source / f"{name}.md").write_text(written(name), encoding="utf-8")
    front = written("README")
    pages = PAGES
    if playground:
        (source / "playground_page.md").write_text(
            "# Playground\n\n" + page_of_playground(), encoding="utf-8")
        pages = [*PAGES, "playground_page"]
    (source / "index.md").write_text(front + CONTENTS.format(pages="\n".join(pages)), encoding="utf-8")
    done = subprocess.run([library.PYTHON, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", f"{source}/.doctrees",
                           str(source), str(out)], check=False)
    if done.returncode:
        return 1
    join_scripts(out / "_static/scripts")
    if playground:
        shutil.copy(playground, out / "playground.html")
    print(f"The course: {out}/index.html")
    return 0


def join_scripts(folder):
    """Debian ships Furo's script as a module that imports another, and the theme loads it as a plain script, which
    cannot. The two in one file work, from a server and from a file."""
    script = folder / "furo.js"
    text = script.read_text(encoding="utf-8")
    imported = re.search(r'^import Gumshoe from "./(.*)";$', text, re.M)
    if imported:
        script.write_text((folder / imported[1]).read_text(encoding="utf-8") + text.replace(imported[0], ""), encoding="utf-8")


def page_of_playground():
    return ('Nets that live and die in the page. <a href="playground.html">Open it alone</a> for the whole window.\n\n'
            '<iframe class="playground" src="playground.html" title="The playground"></iframe>\n')


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
