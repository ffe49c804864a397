"""What a reader's eye should not have to check: layout, leftovers, traces of one machine."""
import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LISTED = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                        capture_output=True, check=False)
FILES = [ROOT / name for name in LISTED.stdout.decode().split("\0") if name] or [
    path for path in ROOT.rglob("*") if path.is_file() and not re.match(r"(build|outputs|\.git)", str(path.relative_to(ROOT)))]
FILES = sorted(path for path in FILES if path.is_file())
C_FILES = [path for path in FILES if path.suffix in (".c", ".h")]

# Spelled in pieces, so that this file does not contain them.
LEFTOVERS = re.compile("|".join(["TO" "DO", "FIX" "ME", "(?<!X)X" "XX(?!X)", "not " "implemented", "place" "holder", "for " "now"]))
FOREIGN_PATH = re.compile(r"(?<![\w./])/(home/(?!someone/)|root/|work/|Users/|opt/)")
# In a notebook, in a plot: bytes as letters, which may spell anything.
PICTURE = re.compile(r'(?<="image/png": ")[^"]*|(?<=data:image/png;base64,)[A-Za-z0-9+/=\s]*')
BINARY = {".png", ".gz", ".npy", ".idx", ".safetensors", ".ico", ".woff2"}


def text(path):
    """The file's text, or None where it is data in bytes."""
    if path.suffix in BINARY or "corpus" in path.parts:
        return None
    try:
        found = path.read_text(encoding="utf-8")
        return PICTURE.sub("", found) if path.suffix in (".ipynb", ".svg") else found
    except UnicodeDecodeError:
        return None


class Style(unittest.TestCase):
    def nowhere(self, pattern, files, what):
        found = [f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}" for path in files
                 for number, line in enumerate((text(path) or "").splitlines(), 1) if pattern.search(line)]
        self.assertEqual(found, [], what)

    def test_there_is_something_to_check(self):
        self.assertGreater(len(C_FILES), 50)

    def test_nothing_unfinished(self):
        self.nowhere(LEFTOVERS, FILES, "unfinished business")

    def test_no_path_of_one_machine(self):
        self.nowhere(FOREIGN_PATH, FILES, "a path of one machine")

    def test_no_tabs_and_no_space_at_line_ends_in_c(self):
        self.nowhere(re.compile(r"\t|[ \t]$"), C_FILES, "a tab, or space at the end of a line")

    def test_every_source_file_ends_with_one_newline(self):
        for path in C_FILES:
            content = path.read_bytes()
            self.assertTrue(content.endswith(b"\n") and not content.endswith(b"\n\n"), path)

    def test_the_first_comment_says_what_the_file_is(self):
        for path in [path for path in C_FILES if path.relative_to(ROOT).parts[0] in ("src", "include", "apps", "examples")]:
            header = path.with_suffix(".h")  # a file may leave it to its own header
            opening = re.sub(r"^#define _\w+ ?\w*\n", "", path.read_text(encoding="utf-8"))
            self.assertTrue(opening.startswith("/* ") or path != header and header.exists(), path)

    def test_headers_are_guarded(self):
        for path in [path for path in C_FILES if path.suffix == ".h"]:
            self.assertRegex(path.read_text(encoding="utf-8"), r"#ifndef (\w+_H)\n#define \1\n", str(path))

    def test_layout_is_that_of_clang_format(self):
        program = shutil.which("clang-format-14") or shutil.which("clang-format")
        version = program and re.search(r"version (\d+)", subprocess.run([program, "--version"], capture_output=True,
                                                                         text=True, check=True).stdout)
        if not version or version[1] != "14":
            self.skipTest("needs clang-format 14, which the layout was made with: other versions differ in details")
        done = subprocess.run([program, "--dry-run", "-Werror", *[path.relative_to(ROOT) for path in C_FILES]], cwd=ROOT,
                              capture_output=True, text=True, check=False)
        wrong = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", done.stderr, re.M)))
        self.assertEqual(wrong, [], "make format mends these")


if __name__ == "__main__":
    unittest.main()
