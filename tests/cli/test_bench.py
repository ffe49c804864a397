#!/usr/bin/python3 -B
"""relive bench: what it refuses, how it is stopped. (Its document and screen are looked at in tests/bench, in one build: rivals
are the same programs in all of them.)"""
import os
import signal
import subprocess
import time

from program import ENVIRONMENT, RELIVE, BenchTest, main


class Bench(BenchTest):
    def test_bad_usage(self):
        for arguments, says in [(["--only", "moon"], '"moons"'), (["--only", "moons,moons"], "twice"), (["--only", ""], "--only"),
                                (["--threads", "0"], "--threads"), (["--data", "iris"], "no option --data"), (["moons"], '"moons"'),
                                (["--out", ""], "--out"), (["--quick=yes"], "--quick takes no value")]:
            self.refused("bench", *arguments, says=says)
        self.write("file", "")
        self.refused("bench", "--quick", "--out", "file", says="--out file")

    def test_ctrl_c(self):
        for seconds in (0.5, 3, 6):  # while the machine is measured, while the rivals start, in a row
            running = subprocess.Popen([RELIVE, "bench", "--json"], cwd=self.folder, env={**ENVIRONMENT, "TMPDIR": str(self.scratch)},
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
            time.sleep(seconds)
            os.killpg(running.pid, signal.SIGINT)
            out, err = running.communicate(timeout=120)
            self.assertEqual((running.returncode, out), (130, ""))
            self.assertRegex(err, r"\Arelive: interrupted\n\Z")
            self.assertEqual(list(self.scratch.iterdir()), [])

    def test_progress_is_silent_off_the_terminal(self):
        self.assertEqual(self.bench("--quick", "--only", "lesson").stderr, "")


if __name__ == "__main__":
    main()
