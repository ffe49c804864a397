#!/usr/bin/python3 -B
"""bench/accuracy.py runs from end to end, on one seed and two epochs, and leaves its record alone."""
import json
import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Accuracy(unittest.TestCase):
    def test_quick(self):
        record = ROOT / "bench/accuracy.json"
        before = record.read_bytes()
        done = subprocess.run([ROOT / "bench/accuracy.py", os.environ["RELIVE"], "--quick"], stdout=subprocess.PIPE, text=True, check=True)
        self.assertEqual(record.read_bytes(), before)
        found, kept = json.loads(done.stdout), json.loads(before)
        self.assertEqual(list(found), list(kept))
        for name in kept:
            self.assertEqual((found[name]["train_rows"], found[name]["test_rows"]), (kept[name]["train_rows"], kept[name]["test_rows"]))
            self.assertTrue(0.8 < found[name]["test_accuracy"]["mean"] < 1, name)


if __name__ == "__main__":
    unittest.main()
