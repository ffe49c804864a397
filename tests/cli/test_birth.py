#!/usr/bin/python3 -B
"""relive birth: its document, its screen, what it refuses, and Ctrl-C."""
import signal
import subprocess
import time

from program import ENVIRONMENT, RELIVE, ProgramTest, document, main


class Birth(ProgramTest):
    def test_document(self):
        found = self.document("birth", "--width", "3", "--depth", "4", "--trials", "20000", "--seed", "7")
        self.assertEqual([found[name] for name in "width depth fan_in init bias_sd inputs trials seed".split()],
                         [3, 4, 1, "he", 0, "point", 20000, 7])
        self.assertAlmostEqual(found["formula"], 1 - (1 - 2**-3)**3)
        self.assertEqual(found["formula_of"], "born_dead")
        self.assertLess(abs(found["born_dead"]["share"] - found["formula"]), 4 * found["born_dead"]["se"])
        self.assertLess(abs(found["dead_units"]["share"] - 0.5), 4 * found["dead_units"]["se"])

    def test_formula_of_units_on_a_ball(self):
        found = self.document("birth", "--inputs", "ball:2", "--init", "normal:0.5", "--bias-sd", "1", "--depth", "2", "--trials", "20000")
        self.assertAlmostEqual(found["formula"], 0.25)
        self.assertEqual((found["formula_of"], found["inputs"], found["init_sd"], found["exact"]), ("dead_units", "ball:2", 0.5, True))
        self.assertLess(abs(found["dead_units"]["share"] - 0.25), 4 * found["dead_units"]["se"])

    def test_line(self):
        common = ["--inputs", "line", "--width", "2", "--trials", "20000"]
        he = self.document("birth", *common)
        self.assertIsNone(he["formula"])
        self.assertLess(abs(he["born_dead"]["share"] - 0.8792), 4 * he["born_dead"]["se"])
        self.assertLess(self.document("birth", *common, "--init", "asymmetric")["born_dead"]["share"], 0.5)

    def test_threads_change_nothing(self):
        common = ["--inputs", "ball:1", "--fan-in", "3", "--bias-sd", "0.5", "--trials", "500"]
        self.assertEqual(self.done("birth", *common, "--threads", "1", "--json"), self.done("birth", *common, "--threads", "2", "--json"))

    def test_screen(self):
        for inputs in ("point", "line", "ball:1"):
            text = self.done("birth", "--trials", "500", "--inputs", inputs, "--fan-in", "2", "--bias-sd", "0.5")
            self.assertTrue(all(len(line) <= 80 for line in text.splitlines()))
            for word in ("500 nets", "nets born dead", "first-layer units", "looked at"):
                self.assertIn(word, text)
        self.assertIn("for certain", text)

    def test_bad_input(self):
        for arguments, says in [(["--inputs", "sphere"], "ball:R"), (["--inputs", "ball:0"], "above 0"), (["--inputs", "ball:nan"], "ball:R"),
                                (["--inputs", "ball"], "ball:R"), (["--depth", "1"], "from 2"), (["--width", "0"], "1 to"),
                                (["--trials", "0"], "1 to"), (["--bias-sd", "-1"], "at least 0"), (["--fan-in", "x"], "1 to"),
                                (["--inputs", "line", "--activation", "gelu"], "straight pieces"), (["--init", "hee"], "he"),
                                (["--inputs", "line", "--activation", "leaky_relu:-1"], "below 0"), (["--data", "digits"], "no option"),
                                (["--width", "4096", "--depth", "1000", "--fan-in", "x"], "--fan-in")]:
            self.refused("birth", *arguments, says=says)

    def test_ctrl_c_keeps_what_is_done(self):
        running = subprocess.Popen([RELIVE, "birth", "--trials", "1000000000", "--json"], cwd=self.folder, env=ENVIRONMENT,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
        self.assertEqual(running.returncode, 130)
        self.assertRegex(err, r"\Arelive: interrupted[^\n]+\n\Z")
        found = document(out)
        self.assertTrue(found["interrupted"] and 0 < found["trials"] < 1000000000)


if __name__ == "__main__":
    main()
