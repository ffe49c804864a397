"""What the tests of the program share: running it, and judging what it refuses. RELIVE names the program."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

RELIVE = os.environ["RELIVE"]
FAST = ["--hidden", "4", "--epochs", "2"]
# every word that would make runs differ from one another
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}


def relive(*arguments, cwd=None, env=None, timeout=300, **more):
    command = [RELIVE, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env={**ENVIRONMENT, **(env or {})}, stdin=subprocess.DEVNULL, timeout=timeout,
                          stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, text=True, **more)


def document(text):
    """One JSON document as the contract has it: schema 1 first, no NaN, no member twice."""
    def refuse(word):
        raise ValueError(f"{word} in JSON")

    def members(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a member is there twice")
        return dict(pairs)

    whole = json.loads(text, parse_constant=refuse, object_pairs_hook=members)
    if next(iter(whole)) != "schema" or whole["schema"] != 1:
        raise ValueError("schema 1 does not stand first")
    return whole


def sanitized():
    cache = pathlib.Path(os.environ.get("RELIVE_BUILD", ""), "CMakeCache.txt")
    return cache.is_file() and "RELIVE_SANITIZE:BOOL=ON" in cache.read_text()


class ProgramTest(unittest.TestCase):
    """Each test has a folder of its own."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="relive-cli-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def done(self, *arguments, **more):
        """Runs in the test's folder and must end well, without a word on standard error."""
        ran = relive(*arguments, cwd=more.pop("cwd", self.folder), **more)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""), f"{arguments}: {ran.stdout}")
        return ran.stdout

    def document(self, *arguments, **more):
        return document(self.done(*arguments, "--json", **more))

    def tree(self):
        return {path.relative_to(self.folder): path.stat().st_mtime_ns if path.is_file() else 0
                for path in self.folder.rglob("*")}

    def refused(self, *arguments, says=(), code=2, **more):
        """Exit code 2, one line that names what is wrong, nothing on standard output, no file touched."""
        before = self.tree()
        ran = relive(*arguments, cwd=self.folder, **more)
        told = f"{' '.join(map(str, arguments))}: {ran.stderr!r}, {ran.stdout[:300]!r}"
        self.assertEqual(ran.returncode, code, told)
        self.assertRegex(ran.stderr, r"\Arelive: [^\n]+\n\Z", told)
        self.assertEqual(ran.stdout, "", told)
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, ran.stderr, told)
        self.assertEqual(self.tree(), before, f"{told}: files changed")
        return ran.stderr


class BenchTest(ProgramTest):
    """relive bench, with two threads, and with a folder of its own for what it makes on the way and must take away again."""

    def setUp(self):
        super().setUp()
        self.scratch = self.folder / "scratch"
        self.scratch.mkdir()

    def bench(self, *arguments, **env):
        return relive("bench", "--threads", "2", *arguments, cwd=self.folder, env={"TMPDIR": str(self.scratch), **env})

    def found(self, *arguments, **env):
        ran = self.bench("--quick", "--json", *arguments, **env)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertEqual(list(self.scratch.iterdir()), [])
        return document(ran.stdout)


def main():
    """unittest's main, and a last line with the count."""
    loaded = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    found = unittest.TextTestRunner(verbosity=2).run(loaded)
    bad = len(found.failures) + len(found.errors)
    print(f"{found.testsRun - bad - len(found.skipped)} passed, {bad} failed", file=sys.stderr)
    sys.exit(1 if bad or not found.testsRun else 0)
