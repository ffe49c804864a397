#!/usr/bin/python3 -B
"""Makes the slides: documentation/tools/slides_of_course.py FOLDER

FOLDER gets slides.html, to present from (p opens the speaker's view), and slides/slides.pdf is made anew where it is not
of these sources: it carries their fingerprint among its keywords, so that unchanged slides leave the file unchanged.

slides.md is read by three kinds of readers. On a page of GitHub the speaker's words fold out below each slide; the theme
never shows them on a slide; and here they become comments, which is where Marp looks for them. The marks that fill
numbers in are comments too, and go first. Marp comes from npm, as slides/package.json says, and prints by Chromium."""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

import fill
import library

SLIDES = fill.SLIDES.parent
PDF = SLIDES / "slides.pdf"
NOTES = re.compile(r"<details class=\"notes\"><summary>.*?</summary>\n(.*?)\n</details>", re.S)


def deck():
    """The slides as Marp takes them."""
    return NOTES.sub(lambda found: f"<!--\n{found[1]}\n-->", fill.plain(fill.SLIDES.read_text(encoding="utf-8")))


def fingerprint():
    """Of all that is seen."""
    sources = [SLIDES / "theme.css", SLIDES / "package-lock.json", *sorted((SLIDES / "images").iterdir())]
    return "sources-" + hashlib.sha256(b"".join([deck().encode(), *(path.read_bytes() for path in sources)])).hexdigest()[:16]


def made_of():
    """The fingerprint that the PDF carries, or None."""
    told = subprocess.run(["pdfinfo", PDF], capture_output=True, text=True, check=False).stdout
    found = re.search(r"^Keywords: +(\S+)$", told, re.M)
    return found and found[1]


def install():
    """Marp, by npm, where it is not there or not the one that is asked for."""
    kept, wanted = SLIDES / "node_modules/.package-lock.json", SLIDES / "package-lock.json"
    if not kept.exists() or kept.stat().st_mtime < wanted.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=SLIDES, check=True, stdout=sys.stderr)
        kept.touch()


def marp(source, out, *options):
    """Runs Marp; the source stands in a folder beside images/."""
    env = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "chromium"}
    if os.geteuid() == 0:
        env["CHROME_NO_SANDBOX"] = "1"  # Chromium refuses a sandbox to root
    done = subprocess.run([SLIDES / "node_modules/.bin/marp", source.name, "--no-config-file", "--theme", SLIDES / "theme.css",
                           "--allow-local-files", "--browser", "chrome", *options, "--output", out],
                          cwd=source.parent, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode or not pathlib.Path(out).exists():
        raise SystemExit(f"slides: Marp did not make {out}:\n{done.stderr.strip()}")


def prepared(folder):
    """The folder with the deck in it and its images."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "images", ignore_errors=True)
    shutil.copytree(SLIDES / "images", folder / "images")
    source = folder / "slides.md"
    source.write_text(deck().replace("\nmarp: true\n", f"\nmarp: true\nkeywords: {fingerprint()}\n", 1), encoding="utf-8")
    return source


def main(arguments):
    folder = pathlib.Path(arguments[0]).resolve()
    install()
    source = prepared(folder)
    marp(source, folder / "slides.html")
    if made_of() != fingerprint():
        marp(source, folder / "slides.pdf", "--pdf")
        shutil.move(folder / "slides.pdf", PDF)
    print(f"The slides: {os.path.relpath(PDF, library.ROOT)}; to present from: {folder}/slides.html")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
