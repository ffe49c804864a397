"""What the tests of the Python package share. RELIVE_BUILD names the build, in whose python/ the package stands."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["RELIVE_BUILD"])
PACKAGE = BUILD / "python"
sys.path.insert(0, str(PACKAGE))
sys.path.append(str(ROOT / "tests/tools"))  # safetensors


def program(*arguments, cwd=None):
    """What the program says with --json."""
    ran = subprocess.run([os.environ["RELIVE"], *map(str, arguments), "--json"], cwd=cwd, stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise AssertionError(f"{arguments}: {ran.stderr}")
    return json.loads(ran.stdout)


def python(code, *options, **more):
    """Another interpreter with the package in its path runs the code; its output must be all it says."""
    return subprocess.run(["/usr/bin/python3", "-B", *options, "-c", code], capture_output=True, text=True, timeout=120,
                          check=False, env={**os.environ, "PYTHONPATH": str(PACKAGE)}, **more)


class PackageTest(unittest.TestCase):
    """Each test has a folder of its own."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="relive-python-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def same(self, found, expected):
        """Two documents, but for what is measured: times."""
        self.assertEqual({name: value for name, value in found.items() if name != "timing"},
                         {name: value for name, value in expected.items() if name != "timing"})
