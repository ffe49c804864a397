#!/usr/bin/python3 -B
"""Help, names, values: what the program says of itself, and what it says to those who get it wrong."""
import os
import pty
import re
import select
import subprocess
import sys
import time

from program import ENVIRONMENT, FAST, RELIVE, ProgramTest, main, relive

VERBS = ["compare", "train", "predict", "revive", "birth", "signal", "prune", "scan", "explain", "gradcheck", "bench", "play"]
CONTRACT = """data activation at-zero hidden seeds seed data-seed epochs batch lr optimizer momentum schedule loss init bias
l1 l2 decay-biases dropout clip standardize test-share validation-share early-stop census threads lanes save init-from
out config json activations regime resume width depth fan-in bias-sd inputs trials revive units how box only quick""".split()

# A value that is good for each option, so that every documented option can be shown to be taken.
GOOD = {
    "data": "xor:80", "data-seed": "3", "standardize": "off", "test-share": "0.3", "validation-share": "0.2",
    "activations": "relu,gelu", "activation": "elu:0.5", "at-zero": "1", "hidden": "4,3", "layers": "dense 4; curve; dense 2", "init": "normal:0.1",
    "bias": "-0.5", "dropout": "0.25", "epochs": "2", "batch": "full", "lr": "0.05", "optimizer": "nesterov",
    "momentum": "0.8", "schedule": "cosine", "loss": "cross_entropy", "l1": "0.001", "l2": "0.01", "clip": "1",
    "early-stop": "2", "regime": "healthy", "seeds": "2", "seed": "5", "census": "3", "threads": "1", "lanes": "1",
    "width": "3", "depth": "4", "fan-in": "2", "bias-sd": "0.5", "inputs": "ball:2", "trials": "50", "revive": "redo:2",
    "model": "rnn", "recurrent-init": "identity", "study": "overfitting", "cures": "none,l2:0.1", "inits": "he,lecun", "depths": "2,3",
    "save": "net.safetensors", "log": "log.csv", "out": "here",
}
RECURRENT = ["--layers", "input 2x1; rnn 4 curve; last; outputs"]


def options_of(verb):
    """[(name, takes a value)] from the verb's help."""
    return re.findall(r"^  --([a-z0-9-]+)( \S+)?", relive(verb, "--help").stdout, re.M)


class Help(ProgramTest):
    def test_every_verb_has_help_with_examples(self):
        for verb in VERBS:
            text = self.done(verb, "--help")
            self.assertEqual(text, self.done("help", verb))
            self.assertEqual(text, self.done(verb, "-h"))
            self.assertIn("Examples", text)
            self.assertIn(f"relive {verb}", text)
            self.assertTrue(all(len(line) <= 80 for line in text.splitlines()), [l for l in text.splitlines() if len(l) > 80])
            self.assertNotIn("\033", text)
            self.assertFalse([line for line in text.splitlines() if line != line.rstrip()])

    def test_overview_lists_these_verbs_and_no_others(self):
        text = self.done("--help")
        self.assertEqual(text, self.done("help"))
        listed = re.findall(r"^  ([a-z]+)", text.split("Verbs")[1].split("Start here")[0], re.M)
        self.assertEqual(listed, VERBS)

    def test_version(self):
        self.assertRegex(self.done("--version"), r"^relive \d+\.\d+\.\d+\n$")

    def test_every_option_of_the_contract_is_there(self):
        there = {name for verb in VERBS for name, _ in options_of(verb)}
        self.assertEqual(set(CONTRACT) - there, set())

    def test_every_documented_option_is_taken(self):
        quick = ["--data", "xor:80", "--hidden", "4", "--epochs", "1", "--seeds", "1"]
        for verb, common in [("train", quick), ("explain", ["relu"]), ("birth", ["--trials", "50"]), ("gradcheck", None)]:
            for name, value in options_of(verb):
                if name in ("resume", "init-from", "config") or common is None:
                    continue
                arguments = [f"--{name}"] + ([GOOD[name]] if value else [])
                if name == "momentum":
                    arguments += ["--optimizer", "momentum"]
                if name == "recurrent-init":
                    arguments += RECURRENT
                if name in ("layers", "recurrent-init"):
                    arguments = [*(word for word in common if word not in ("--hidden", "4")), *arguments]
                else:
                    arguments = [*common, *arguments]
                with self.subTest(verb=verb, option=name):
                    self.done(verb, *arguments)

    def test_compare_takes_all_its_options_at_once(self):
        """But that layers and models are nets of their own, each in place of the widths and what goes with them; what belongs
        to adversarial nets has tests of its own (test_gan)."""
        def all_but(*others):
            return [part for name, value in options_of("compare") if name not in ("config", "noise", "beta1", *others)
                    for part in [f"--{name}"] + ([GOOD[name]] if value else [])]
        of_widths = ["hidden", "dropout", "study", "cures"]
        self.done("compare", *all_but("layers", "model", "recurrent-init"))
        self.assertTrue((self.folder / "here" / "report.html").is_file())
        self.done("compare", *all_but("model", "layers", *of_widths), *RECURRENT)
        self.done("compare", *all_but("layers", *of_widths, "data", "regime"))

    def test_an_equals_sign_will_do(self):
        one = self.done("train", "--data=xor:80", "--hidden=4", "--epochs=1", "--lr=0.5", "--log=a.csv")
        two = self.done("train", "--data", "xor:80", "--hidden", "4", "--epochs", "1", "--lr", "0.5", "--log", "b.csv")
        self.assertEqual((self.folder / "a.csv").read_bytes(), (self.folder / "b.csv").read_bytes())
        self.assertTrue(one and two)


class Generated(ProgramTest):
    def test_man_page_names_every_option_and_verb(self):
        text = self.done("generate", "man").replace("\\-", "-")
        for verb in VERBS:
            self.assertIn(f".SS relive {verb}", text)
            for name, _ in options_of(verb):
                self.assertRegex(text, rf"(?m)^\.B --{name}\b", name)
        for code in (0, 1, 2, 3, 130):
            self.assertRegex(text, rf"(?m)^\.B {code}$")

    def test_man_page_is_good_roff(self):
        if subprocess.run(["sh", "-c", "command -v man"], capture_output=True).returncode:
            self.skipTest("no man here")
        page = self.write("relive.1", self.done("generate", "man"))
        ran = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True, env={**ENVIRONMENT, "LC_ALL": "C.UTF-8", "MANWIDTH": "100"})
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))

    def test_bash_completes_verbs_options_and_words(self):
        script = self.write("relive.bash", self.done("generate", "bash"))

        def completed(*words):
            line = " ".join(f"'{word}'" for word in words)
            shell = f"source {script}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _relive; echo ${{COMPREPLY[*]}}"
            ran = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, cwd=self.folder)
            self.assertEqual(ran.stderr, "")
            return ran.stdout.split()

        self.assertEqual(completed("relive", "comp"), ["compare"])
        self.assertEqual(completed("relive", "compare", "--dropo"), ["--dropout"])
        self.assertEqual(completed("relive", "train", "--regime", "low"), ["low-bias"])
        self.assertEqual(completed("relive", "compare", "--activations", "relu,sof"), ["relu,softplus", "relu,softsign"])
        self.assertEqual(completed("relive", "explain", "dos"), ["dosage"])
        self.assertNotIn("--save", completed("relive", "compare", "--"))

    def test_other_shells_take_their_scripts(self):
        for shell, check in [("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])]:
            text = self.done("generate", shell)
            for name, _ in options_of("compare"):
                self.assertIn(name, text)
            if subprocess.run(["sh", "-c", f"command -v {shell}"], capture_output=True).returncode == 0:
                ran = subprocess.run([*check, self.write(f"completion.{shell}", text)], capture_output=True, text=True)
                self.assertEqual((ran.returncode, ran.stderr), (0, ""))


class WrongUsage(ProgramTest):
    def test_verbs(self):
        self.refused(says="relive --help")
        self.refused("comprae", says=['"comprae"', '"compare"'])
        self.refused("help", "trian", says='"train"')
        self.refused("--json", says="verb")

    def test_options(self):
        self.refused("compare", "--optimiser", "adam", says=['"--optimiser"', "--optimizer"])
        self.refused("compare", "--save", "x", says=["compare takes no option --save", "relive compare --help"])
        self.refused("compare", "--activation", "relu", says=["takes no option --activation", "--activations"])
        self.refused("train", "--activations", "relu", says=["takes no option --activations", "--activation?"])
        self.refused("predict", "m", "--lr", "1", says="predict takes no option --lr")
        self.refused("explain", "relu", "--seeds", "2", says="explain takes no option --seeds")
        self.refused("gradcheck", "--data", "iris", says="gradcheck takes no option --data")
        self.refused("train", "-x", says='"-x"')
        self.refused("train", "--lr", says="--lr needs a value")
        self.refused("train", "--json=yes", says="--json takes no value")
        self.refused("train", "--" + "x" * 500)

    def test_operands(self):
        self.refused("compare", "digits", says=['"digits"', "compare"])
        self.refused("predict", says="MODEL")
        self.refused("explain", "relu", "gelu", says=['"relu"', '"gelu"'])

    def test_names_suggest_the_nearest(self):
        for option, wrong, right in [
                ("optimizer", "adma", "adam"), ("init", "xaveir", "xavier"), ("loss", "cross_entrpy", "cross_entropy"),
                ("schedule", "cosin", "cosine"), ("regime", "low-bais", "low-bias"), ("data", "moon", "moons"),
                ("activation", "rleu", "relu"), ("activation", "leaky_relu0:0.1", "leaky_relu")]:
            with self.subTest(option=option, word=wrong):
                self.refused("train", f"--{option}", wrong, says=[f'"{right}"', "unknown"])
        self.refused("compare", "--activations", "relu,geul", says='"gelu"')
        self.refused("explain", "dosgae", says='"dosage"')
        self.refused("explain", "leaky_rleu:0.1", says='"leaky_relu"')

    def test_values(self):
        bad = {
            "lr": ["0", "-1", "abc", "nan", "inf", "1e400", "1e-60", "", "0x1", "1 2"],
            "momentum": ["0", "1", "-0.1", "x"],
            "batch": ["0", "-1", "1.5", "all", "99999999999"],
            "hidden": ["0", "-3", "abc", "", "8,", ",8", "8,,8", "8,0", "1e3", ",".join("1" * 65)],
            "epochs": ["0", "-1", "1.5", "x", "10000000"],
            "seeds": ["0", "-1", "x", "2000000"],
            "seed": ["-1", "x", "99999999999999999999"],
            "data-seed": ["-1", "1.5"],
            "threads": ["0", "-2", "x", "100000"],
            "lanes": ["0", "3", "x", "512", "-4"],
            "test-share": ["1", "-0.1", "nan", "x", "2"],
            "validation-share": ["1", "-0.1", "x"],
            "dropout": ["1", "-0.1", "nan", "x"],
            "l1": ["-1", "nan"], "l2": ["-1", "x"], "clip": ["0", "-1", "x"], "bias": ["nan", "inf", "x"],
            "early-stop": ["0", "-1", "x"],
            "standardize": ["maybe", ""], "at-zero": ["2", "0.5", "-1"],
            "init": ["normal", "normal:0", "normal:-1", "normal:x", "he:2"],
            "activation": ["leaky_relu:x", "leaky_relu:", "relu:0.5", "elu:nan", "", "tanh:1"],
            "regime": ["", "healthy,healthy", "healthy,deep"],
            "census": ["0", "x"],
            "save": [""], "data": [""],
        }
        for option, values in bad.items():
            for value in values:
                with self.subTest(option=option, value=value):
                    line = self.refused("train", "--data", "xor:80", *FAST, f"--{option}", value)
                    self.assertIn(option, line)

    def test_values_of_compare(self):
        common = ["compare", "--data", "xor:80", "--seeds", "1", "--out", "o"]
        self.refused(*common, "--activations", "relu,relu", says='"relu"')
        self.refused(*common, "--activations", "", says="--activations")
        self.refused(*common, "--regime", "all,deep", says='"deep"')
        self.refused(*common, "--lr", "0", says="--lr")

    def test_settings_that_do_not_go_together(self):
        common = ["train", "--data", "xor:80", *FAST]
        self.refused(*common, "--momentum", "0.5", says=["--momentum", "sgd"])
        self.refused(*common, "--early-stop", "3", "--validation-share", "0", says="--validation-share")
        self.refused(*common, "--batch", "65", says=["65", "64"])
        self.done(*common, "--batch", "64")
        self.refused(*common, "--resume", "a", "--seeds", "2", says="--resume")
        self.refused(*common, "--resume", "a", "--init-from", "b", says="--init-from")
        self.refused("train", "--data", "iris", "--loss", "binary", *FAST, says="binary")
        self.refused("train", "--data", "dosage", "--test-share", "0", "--loss", "cross_entropy", *FAST)


class Terminal(ProgramTest):
    def screen(self, *arguments, **env):
        """What a terminal of 80 columns shows, both streams."""
        here, there = pty.openpty()
        child = subprocess.Popen([RELIVE, *arguments], cwd=self.folder, stdin=there, stdout=there, stderr=there,
                                 env={**ENVIRONMENT, "TERM": "xterm-256color", **env})
        os.close(there)
        seen = b""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if select.select([here], [], [], 0.2)[0]:
                try:
                    more = os.read(here, 65536)
                except OSError:
                    break
                if not more:
                    break
                seen += more
            elif child.poll() is not None:
                break
        os.close(here)
        return child.wait(), seen.decode()

    def test_colour_on_a_terminal_unless_told_not_to(self):
        code, text = self.screen("explain", "relu")
        self.assertEqual(code, 0)
        self.assertIn("\033[", text)
        self.assertNotIn("\033", self.screen("explain", "relu", NO_COLOR="1")[1])
        self.assertNotIn("\033", self.screen("explain", "relu", TERM="dumb")[1])
        self.assertIn("\033[", self.screen("explain", "relu", NO_COLOR="")[1])
        self.assertNotIn("\033", self.done("explain", "relu"))

    def test_progress_on_a_terminal_only(self):
        training = ["train", "--seeds", "32", "--epochs", "60", "--data", "moons", "--threads", "1"]
        code, text = self.screen(*training)
        self.assertEqual(code, 0)
        self.assertRegex(text, r"[█░]{30}\S* +\d+ %")
        self.assertNotIn("█", self.done(*training))


if __name__ == "__main__":
    main()
