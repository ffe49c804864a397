#!/usr/bin/python3 -B
"""Long calls: Ctrl-C ends them at once and whole, other threads run meanwhile, and nothing is left behind in memory."""
import copy
import ctypes
import gc
import os
import signal
import threading
import time
import unittest

import numpy as np

from package import PackageTest, python

import relive

signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it, and so would we

LONG = 10**6  # epochs of a fit: hours
STUDY = dict(data="digits", epochs=3000, seeds=16)  # minutes; a study keeps its curves, so epochs take memory
LATE = 5  # seconds from the signal to the exception: 0.2 are promised, the rest is for a busy machine
X = np.random.default_rng(0).normal(size=(2000, 20)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


class CtrlC(PackageTest):
    def interrupted(self, call, after=0.4):
        """Ctrl-C while it runs: KeyboardInterrupt, soon. Returns the seconds that it took."""
        sent = []

        def press():
            time.sleep(after)
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=press).start()
        with self.assertRaises(KeyboardInterrupt):
            call()
        late = time.monotonic() - sent[0]
        self.assertLess(late, LATE)
        return late

    def calm(self):
        """No thread of the library's goes on for long."""
        until = time.monotonic() + 10
        while any(thread.name == "relive" for thread in threading.enumerate()):
            self.assertLess(time.monotonic(), until)
            time.sleep(0.01)

    def test_fit(self):
        for net in (relive.MLPClassifier(epochs=LONG), relive.MLPClassifier(hidden=[300, 300], epochs=LONG),
                    relive.MLPRegressor(epochs=LONG, batch="full", early_stop=LONG)):
            with self.subTest(net=net):
                before = dict(vars(net))
                self.interrupted(lambda: net.fit(X, Y))
                self.assertEqual(vars(net), before)
                self.calm()
                net.set_params(epochs=1).fit(X, Y)  # and goes on as if nothing had been

    def test_a_fitted_net_stays_as_it_was(self):
        net = relive.MLPClassifier(epochs=1, random_state=0).fit(X, Y)
        said = net.predict_proba(X)
        self.interrupted(lambda: net.set_params(epochs=LONG, hidden=[5]).fit(X[:, :3], Y))
        self.assertTrue(np.array_equal(net.predict_proba(X), said))
        self.calm()

    def test_compare_writes_nothing(self):
        for words in ({}, dict(threads=1), dict(hidden=[300, 300])):
            self.interrupted(lambda: relive.compare(**STUDY, out=self.folder / "out", **words))
            self.calm()
            self.assertEqual(list(self.folder.iterdir()), [])
        self.assertEqual(len(relive.compare("moons", regimes="healthy", seeds=1, epochs=1)["arms"]), 2)

    def test_twice_is_no_worse(self):
        def twice():
            try:
                relive.compare(**STUDY)
            except KeyboardInterrupt:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(1)

        self.interrupted(twice)
        self.calm()

    def test_a_program_that_is_stopped_ends(self):
        """By the signal alone, without a crash."""
        ran = python("""
import os, signal, threading, relive
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
relive.compare("digits", epochs=3000, seeds=16)
""")
        self.assertRegex(ran.stderr, r"KeyboardInterrupt\n\Z")
        self.assertIn(ran.returncode, (-signal.SIGINT, 130, 1))


class Threads(unittest.TestCase):
    def test_other_threads_run_meanwhile(self):
        """The interpreter's lock is free during a fit that would take hours; its end is another thread's deed."""
        beats = []

        def beat():
            while len(beats) < 100:
                beats.append(time.monotonic())
                time.sleep(0.001)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=beat).start()
        with self.assertRaises(KeyboardInterrupt):
            relive.MLPClassifier(hidden=[256, 256], epochs=LONG, random_state=0).fit(X, Y)
        self.assertEqual(len(beats), 100)

    def test_fits_in_threads_are_those_alone(self):
        fit = lambda seed: relive.MLPClassifier(epochs=5, random_state=seed).fit(X, Y).net_.parameters
        found = {}
        threads = [threading.Thread(target=lambda seed=seed: found.update({seed: fit(seed)})) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for seed in range(8):
            self.assertTrue(np.array_equal(found[seed], fit(seed)))


class Mallinfo(ctypes.Structure):
    """glibc's account of what malloc has given out, in all of its arenas."""
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]


mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Mallinfo


class Memory(unittest.TestCase):
    def grows(self, deed, times):
        """Bytes a call that are not given back, after the first calls."""
        def in_use():
            gc.collect()
            now = mallinfo()
            return now.uordblks + now.hblkhd

        for _ in range(10):
            deed()
        before = in_use()
        for _ in range(times):
            deed()
        return (in_use() - before) / times

    def test_nothing_is_left_behind(self):
        x, y = X[:400], Y[:400]
        net = relive.MLPClassifier(hidden=[64], epochs=1).fit(x, y)
        rows = np.zeros((1000, 100), np.float32)

        def fail():
            with self.assertRaises(ValueError):
                relive.MLPClassifier(hidden=[64], l2=-1, epochs=1).fit(x, y)
            with self.assertRaises(relive.Error):
                relive.compare("moons:1000", regimes="healthy", batch=10**6, epochs=1)
            with self.assertRaises(relive.Error):
                relive.Net("input 100; dense 100; dense 0")
            with self.assertRaises(relive.Error):
                relive.scan(net, rows)

        for name, deed, times in (("fit", lambda: relive.MLPClassifier(hidden=[64], epochs=1).fit(x, y), 100),
                                  ("partial_fit", lambda: copy.deepcopy(net).partial_fit(x, y), 100),
                                  ("predict", lambda: net.predict(x), 100), ("scan", lambda: relive.scan(net, x), 50),
                                  ("curves", lambda: relive.tanh.derivative(rows), 100), ("failures", fail, 50),
                                  ("net", lambda: relive.Net("input 100; dense 100; relu; dense 10").forward(rows), 100),
                                  ("explain", lambda: relive.explain("tanh"), 100), ("dosage", lambda: relive.explain("dosage"), 50),
                                  ("watch", self.watch, 200),
                                  ("compare", lambda: relive.compare("moons:1000", regimes="healthy", seeds=2, epochs=2), 50)):
            with self.subTest(name):
                self.assertLess(self.grows(deed, times), 200, f"bytes a call of {name}")

    def watch(self):
        import torch
        relive.watch(torch.nn.Sequential(torch.nn.Linear(2, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1)), torch.zeros(99, 2))


if __name__ == "__main__":
    unittest.main()
