"""What the README and CONTRIBUTING show is true: commands run, the C compiles and runs, paths and links lead somewhere."""
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ["README.md", "CONTRIBUTING.md", "bindings/python/README.md", "documentation/architecture.md", "documentation/performance.md"]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


class Readme(unittest.TestCase):
    def test_the_first_screen_has_the_two_commands_and_says_that_they_suffice(self):
        first = "\n".join(README.splitlines()[:40])
        for words in ("make run", "make test", "git, make and a C compiler"):
            self.assertIn(words, first)

    def test_every_make_target_shown_exists(self):
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
        for page in PAGES:
            for shown in re.findall(r"`make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8")):
                self.assertIn(shown, targets, page)

    def test_the_commands_run(self):
        commands = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines()
                    if line.startswith("build/relive")]
        self.assertGreater(len(commands), 3)
        with tempfile.TemporaryDirectory() as folder:
            for command in commands:  # one after the other in one folder: a later one may read what an earlier wrote
                words = [os.environ["RELIVE"], *shlex.split(command)[1:]]
                done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")
                self.assertGreater(len(done.stdout), 20, command)

    def test_the_c_compiles_and_runs(self):
        shown = blocks("c")
        self.assertEqual(len(shown), 1)
        needed = re.search(r"^Requires: (.*)$", (pathlib.Path(os.environ["RELIVE_BUILD"]) / "relive.pc").read_text(), re.M)[1]
        flags = subprocess.run(["pkg-config", "--libs", *needed.split()], capture_output=True, text=True, check=True)
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "shown.c").write_text(shown[0], encoding="utf-8")
            subprocess.run([os.environ["RELIVE_CC"], "-std=gnu11", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/include", "shown.c",
                            f"{os.environ['RELIVE_BUILD']}/librelive.a", *flags.stdout.split(), "-lm", "-pthread", "-o", "shown"],
                           cwd=folder, check=True)
            done = subprocess.run(["./shown"], cwd=folder, capture_output=True, text=True, check=True)
        self.assertRegex(done.stdout, r"\d+ of 32 units are dead")

    def test_the_python_runs(self):
        shown = blocks("python")
        self.assertEqual(len(shown), 1)
        done = subprocess.run(["/usr/bin/python3", "-B", "-W", "error", "-c", shown[0]], capture_output=True, text=True, check=False,
                              env={**os.environ, "PYTHONPATH": f"{os.environ['RELIVE_BUILD']}/python"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_links_and_folders_lead_somewhere(self):
        for page in PAGES:
            text = (ROOT / page).read_text(encoding="utf-8")
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
                if not target.startswith("http"):
                    self.assertTrue(((ROOT / page).parent / target).exists(), f"{page} links to {target}")
            for path in re.findall(r"`((?:src|apps|tests|data|include|examples|tools|cmake|documentation|bench)/[\w./-]*)`", text):
                if not re.search("NAME|FOLDER|TOPIC", path):  # these stand for any
                    self.assertTrue((ROOT / path).exists(), f"{page} names {path}")


if __name__ == "__main__":
    unittest.main()
