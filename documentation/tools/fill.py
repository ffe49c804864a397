#!/usr/bin/python3 -B
"""Fills the marked places of Markdown documents with what the library, the program and the experiments answer.

    documentation/tools/fill.py FILE.md…           write what is missing or no longer true (no FILE: the course)
    documentation/tools/fill.py --check FILE.md…   only say it (exit code 1)
    documentation/tools/fill.py --plain FILE.md    print the document without its marks (as slides and site take it)

Marks are HTML comments, so a reader of the page does not see them:

    <!-- fill: EXPRESSION -->…<!-- end -->              what stands between is the expression's text
    <!-- fill within 5 % or 0.3: EXPRESSION -->…<!-- end -->   … and its numbers may differ by so much (see agree.py)
    <!-- holds: EXPRESSION -->                          a sentence nearby says so; it must be true

An expression is Python. It knows the functions of writing.py and library.py, each module of documentation/computed/ by
its name, `above` (the blocks run so far in this section, or in the last that had some; see blocks.py), `elsewhere()`
(the blocks of another document's section), `output()` (what the block above printed) and `picture()`. A mark alone on
its line fills whole lines, one inside a line fills words.

Blocks marked sh, python and c are run. A text that agrees with what was computed is left as it stands, so that the
documents do not change from one machine to the next."""
import concurrent.futures
import importlib
import os
import pathlib
import re
import sys

import agree
import blocks
import library
import writing

DOCUMENTS = library.ROOT / "documentation"
COMPUTED = DOCUMENTS / "computed"
SLIDES = library.ROOT / "slides/slides.md"
PIECE = re.compile(r"<!-- fill(?: within (?P<within>[^:]*))?: (?P<fill>.*?) -->(?P<body>.*?)<!-- end -->"
                   r"|<!-- holds: (?P<holds>.*?) -->"
                   r"|^```(?P<language>[^\n]*)\n(?P<code>.*?)^```$"
                   r"|^(?P<section>## [^\n]*)$", re.S | re.M)


def names():
    """What an expression may use."""
    sys.path.insert(0, str(COMPUTED))
    known = {name: getattr(module, name) for module in (writing, library) for name in dir(module) if name[0] != "_"}
    known["library"] = library
    known.update({path.stem: importlib.import_module(path.stem) for path in sorted(COMPUTED.glob("*.py"))})
    return known


class Document:
    """One file: its pieces, what they should say, and where they do not."""

    def __init__(self, path, known):
        self.path = pathlib.Path(path).resolve()
        self.text = self.path.read_text(encoding="utf-8")
        self.known = known
        self.complaints, self.pictures = [], {}

    def sections(self):
        """The blocks of each section that are run: [[(language, code)]]."""
        found = [[]]
        for piece in PIECE.finditer(self.text):
            if piece["section"]:
                found.append([])
            elif piece["language"] is not None and piece["language"] in blocks.RUN:
                found[-1].append((piece["language"], piece["code"]))
        return found

    def complain(self, where, what):
        line = self.text.count("\n", 0, where) + 1
        self.complaints.append(f"{os.path.relpath(self.path, library.ROOT)}:{line}: {what}")

    def picture(self, name, svg, alt, loose=False):
        """An image of the course: kept in images/ beside the document, an SVG that a run wrote. loose: of a chaotic
        training seed by seed, so that on another machine only its words are the same."""
        self.pictures[self.path.parent / "images" / name] = svg, loose
        return f"![{alt}](images/{name})"

    def evaluate(self, expression, above):
        local = {**self.known, "above": above, "elsewhere": elsewhere, "picture": self.picture,
                 "output": lambda first=0, last=None: writing.fence("\n".join(above.printed.splitlines()[first:last]))}
        return eval(expression, local)  # documents are part of the project, as trusted as its code

    def filled(self):
        """The document as it should be."""
        runs = []
        for section in self.sections():
            try:
                runs.append((section, *blocks.run(section)) if section else ([], None, []))
            except blocks.Failed as failure:
                self.complain(0, f"a block does not run: {failure}")
                runs.append((section, None, [""] * len(section)))
        new, at, section, last, seen = [], 0, 0, 0, 0
        for piece in PIECE.finditer(self.text):
            new.append(self.text[at:piece.start()])
            at = piece.end()
            new.append(piece[0])
            if piece["section"]:
                section, seen = section + 1, 0
                continue
            if piece["language"] is not None:
                seen += piece["language"] in blocks.RUN
                last = section if piece["language"] in blocks.RUN else last
                if piece["language"] not in blocks.RUN + blocks.SHOWN:
                    self.complain(piece.start(), f"a block of language {piece['language']!r}: nobody runs it")
                continue
            shown, folder, outputs = runs[last]  # a section without blocks speaks of the last that had some
            shown, outputs = (shown[:seen], outputs[:seen]) if last == section else (shown, outputs)
            above = blocks.Above(folder, shown, outputs)
            try:
                found = self.evaluate(piece["fill"] or piece["holds"], above)
            except Exception as failure:  # whatever an expression raises is the document's mistake: say where
                self.complain(piece.start(), f"{piece['fill'] or piece['holds']}: {type(failure).__name__}: {failure}")
                continue
            if piece["holds"]:
                if found is not True:
                    self.complain(piece.start(), f"does not hold: {piece['holds']} ({found!r})")
                continue
            if re.search(rf"^```(?:{'|'.join(blocks.RUN)})\n", str(found), re.M):
                self.complain(piece.start(), "a mark may not fill in code that is to be run")
            body = f"\n{found}\n" if piece["body"].startswith("\n") else str(found)
            wrong = agree.disagreement(piece["body"], body, agree.tolerance(piece["within"]))
            if wrong:
                self.complain(piece.start(), wrong)
                within = f" within {piece['within']}" if piece["within"] else ""
                new[-1] = f"<!-- fill{within}: {piece['fill']} -->{body}<!-- end -->"
        new.append(self.text[at:])
        return "".join(new)


def elsewhere(name, number):
    """The blocks of another document's section, the number-th with a heading."""
    section = Document(DOCUMENTS / f"{name}.md", {}).sections()[number]
    folder, outputs = blocks.run(section)
    return blocks.Above(folder, section, outputs)


def picture_complaint(path, svg, loose):
    """Why a picture that is kept is not the one that was drawn now, or None. Pictures by another gnuplot are not judged."""
    name = os.path.relpath(path, library.ROOT)
    if not path.exists():
        return f"{name} is missing"
    kept = path.read_text(encoding="utf-8")
    makers = [re.search(r"GNUPLOT [\d.]+ patchlevel \S+", text) for text in (kept, svg)]
    if all(makers) and makers[0][0] != makers[1][0]:
        return None
    if loose:
        kept, svg = ("\n".join(re.findall(r">([^<>]*[a-zA-Z][^<>]*)<", text)) for text in (kept, svg))
    wrong = agree.disagreement(kept, svg, (0.05, 30))  # 30 pixels, where a mean of chaotic trainings may wander
    return wrong and f"{name}: {wrong[:300]}"


def plain(text):
    """A document without its marks."""
    text = re.sub(r"^<!-- (?:fill|holds)[^\n]*? -->\n", "", text, flags=re.M)
    text = re.sub(r"<!-- (?:fill|holds)\b.*? -->", "", text, flags=re.S)
    return re.sub(r"^<!-- end -->\n", "", text, flags=re.M).replace("<!-- end -->", "")


def documents(paths, workers=2):
    """Every document with its blocks run, those of different sections side by side."""
    known = names()
    found = [Document(path, known) for path in paths]

    def prepare(section):
        try:
            blocks.run(section)
        except blocks.Failed:
            pass  # told when the document is filled
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        sections = [section for each in found for section in each.sections() if section]
        list(pool.map(prepare, sections))
    if set(course()) <= {each.path for each in found}:
        blocks.forget_all_but({blocks.key(section) for section in sections})
    return found


def course():
    """The course's documents: all of documentation/ but those on the code (how it is built, how fast it is), and the slides."""
    return [*sorted(path for path in DOCUMENTS.glob("*.md") if path.stem not in ("architecture", "performance")), SLIDES]


def main(arguments):
    if arguments[:1] == ["--plain"]:
        sys.stdout.write(plain(pathlib.Path(arguments[1]).read_text(encoding="utf-8")))
        return 0
    check = arguments[:1] == ["--check"]
    bad = 0
    for document in documents(arguments[check:] or course()):
        new = document.filled()
        for path, (svg, loose) in document.pictures.items():
            wrong = picture_complaint(path, svg, loose)
            if wrong and check:
                document.complaints.append(wrong)
            elif wrong:
                path.parent.mkdir(exist_ok=True)
                path.write_text(svg, encoding="utf-8")
        if not check and new != document.text:
            document.path.write_text(new, encoding="utf-8")
            again = Document(document.path, document.known)
            again.filled()
            print(f"Filled {os.path.relpath(document.path, library.ROOT)}")
            document.complaints = again.complaints
        for complaint in document.complaints:
            print(complaint, file=sys.stderr)
        bad += len(document.complaints)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
