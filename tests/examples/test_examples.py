"""Every example runs, ends well, and says what its first comment promises."""
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["RELIVE_BUILD"])
BUILT = BUILD / "examples"
SANITIZED = "RELIVE_SANITIZE:BOOL=ON" in (BUILD / "CMakeCache.txt").read_text()


def output_of(name):
    done = subprocess.run([BUILT / name], capture_output=True, text=True, check=False)
    if done.returncode or done.stderr:
        raise AssertionError(f"{name}: exit code {done.returncode}: {done.stderr}")
    return done.stdout


class Examples(unittest.TestCase):
    def test_every_example_has_a_test_and_is_short(self):
        names = [path.stem for path in sorted((ROOT / "examples").glob("*.c"))]
        tested = [re.sub("^test_", "", each) for each in dir(self) if re.match(r"test_\d", each)]
        self.assertEqual(names, tested)
        for name in names:
            self.assertLessEqual(len((ROOT / "examples" / f"{name}.c").read_text().splitlines()), 60, name)

    def test_01_first_death(self):
        said = output_of("01_first_death")
        first = re.search(r"The first death: unit (\d+) at step (\d+)\..* 400 rows", said)
        self.assertTrue(first, said)
        self.assertLess(int(first[1]), 16)
        last = re.search(r"After (\d+) steps (\d+) of 16 units are dead", said)
        self.assertLessEqual(int(first[2]), int(last[1]))
        self.assertGreater(int(last[2]), 0)

    def test_02_two_layer_net(self):
        said = output_of("02_two_layer_net")
        share = re.search(r"^(\d+) digits it has never seen: ([\d.]+) % right, loss ([\d.]+)$", said, re.M)
        self.assertTrue(share, said)
        self.assertAlmostEqual(int(share[1]), 1797 / 5, delta=5)
        self.assertGreater(float(share[2]), 93)
        self.assertRegex(said, r"the first is a \d; the net says \d, sure to \d+ %")

    def test_03_own_loop(self):
        said = output_of("03_own_loop")
        losses = [float(each) for each in re.findall(r"loss ([\d.]+)", said)]
        self.assertEqual(losses, sorted(losses, reverse=True))
        self.assertLess(losses[-1], 0.1)
        self.assertEqual(re.findall(r"(\d) xor (\d) = (\d)", said),
                         [("0", "0", "0"), ("0", "1", "1"), ("1", "0", "1"), ("1", "1", "0")])

    def test_04_compare(self):
        said = output_of("04_compare")
        for word in ("relu", "leaky_relu", "Healthy", "Low"):
            self.assertIn(word.lower(), said.lower())

    @unittest.skipIf(SANITIZED, "it learns for half a minute there, by layers that have tests of their own")
    def test_05_through_time(self):
        said = output_of("05_through_time")
        rows = {words[0]: [float(word) for word in words[1:]] for words in
                (re.sub(r"(rnn|gru|lstm) \d+ ?", r"\1:", line).split() for line in said.splitlines()[1:])}
        self.assertEqual(list(rows), ["rnn:relu", "rnn:leaky_relu", "rnn:tanh", "gru:", "lstm:"], said)
        for cell in ("gru:", "lstm:"):  # both learn to hand gradients on, and remember
            self.assertGreater(rows[cell][1], 3 * rows[cell][0])
            self.assertLess(rows[cell][2], 0.01)
        self.assertGreater(rows["rnn:tanh"][2], 0.1)  # it does not: who says 1 is 0.167 off
        self.assertLess(rows["rnn:tanh"][0], 0.01)
        self.assertGreater(rows["rnn:relu"][0], 0.1)  # the identity hands gradients on
        self.assertGreater(rows["rnn:relu"][3], 0)
        self.assertEqual(rows["rnn:leaky_relu"][3], 0)


if __name__ == "__main__":
    unittest.main()
