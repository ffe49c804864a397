"""The runner's counts are true: what programs of every kind print, and what tests/run must make of it."""
import importlib.machinery
import importlib.util
import pathlib
import unittest

PATH = pathlib.Path(__file__).resolve().parents[1] / "run"
loader = importlib.machinery.SourceFileLoader("run", str(PATH))
run = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", loader))
loader.exec_module(run)

TAP = "1..3\nok 1 - first\nnot ok 2 - second\n# 0x1 != 0x2\nnot ok 3 # SKIP third\n# not ok - group\n"
SUBTESTS = """
FAIL: test_a (__main__.Lines.test_a) (word='x')
FAIL: test_a (__main__.Lines.test_a) (word='y')
ERROR: test_b (__main__.Lines.test_b)
Ran 5 tests in 0.1s

FAILED (failures=2, errors=1, skipped=1)
"""


class Counts(unittest.TestCase):
    def says(self, code, output, passed, failures, must_report=True):
        found = run.verdict(code, output, must_report)
        self.assertEqual((found.passed, len(found.failures)), (passed, failures), output)
        return found

    def test_cmocka_passes_failures_and_skips(self):
        found = self.says(1, TAP, 1, 1)
        self.assertEqual((found.failures, found.skips), (["second"], ["third"]))

    def test_cmocka_counts_what_a_crash_kept_from_running(self):
        self.says(-11, "1..4\nok 1 - first\n", 1, 1)

    def test_two_groups_in_one_program_add_up(self):
        self.says(0, "1..1\nok 1 - a\n# ok - g\n1..2\nok 1 - b\nok 2 - c\n", 3, 0)

    def test_a_failure_behind_exit_code_0_counts(self):
        self.says(0, TAP, 1, 1)

    def test_an_exit_code_without_a_failure_counts(self):
        self.says(1, "1..1\nok 1 - a\n==1== LeakSanitizer: detected memory leaks\n", 1, 1)

    def test_silence_is_a_failure(self):
        self.says(0, "all fine, believe me\n", 0, 1)

    def test_a_step_that_need_not_report_counts_by_its_exit_code(self):
        self.says(0, "", 1, 0, must_report=False)
        self.says(1, "", 0, 1, must_report=False)

    def test_unittest_counts_a_test_once_however_many_subtests_fail(self):
        found = self.says(1, SUBTESTS, 2, 2)
        self.assertEqual(found.skips, ["1 tests"])

    def test_unittest_that_passes(self):
        self.says(0, "....\nRan 4 tests in 0.1s\n\nOK\n", 4, 0)

    def test_a_script_with_its_own_last_line(self):
        self.says(1, "FAIL: the lamp\n3 passed, 1 failed\n", 3, 1)


if __name__ == "__main__":
    unittest.main()
