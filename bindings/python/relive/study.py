"""The study: the same nets with different activations, paired by seed; and one curve or lesson explained."""
from __future__ import annotations

import os
from typing import Any, Sequence

import numpy as np

from . import curves, recipe
from ._library import Errors, document, ffi, interruptible, lib, pointer


def compare(data: str = "digits", *, activations: Sequence[str] = ("relu", "leaky_relu"),
            regimes: Sequence[str] | str | None = None, seeds: int = 64, seed: int = 0, data_seed: int = 0,
            threads: int = 0, lanes: int = 0, out: str | os.PathLike | None = None, **settings: Any) -> dict:
    """Trains every activation in every regime with every seed and compares them, as `relive compare` does.

    data: "digits", "moons:500:0.2", "FILE.csv", … as `--data` takes it. activations: NAME[:ALPHA][+redo], the first is
    the one that the others are compared with. regimes: names, or None for all. settings: hidden, lr, epochs, batch,
    init, bias, optimizer, l2, dropout, … with the program's meanings; they win over a regime's. out: a folder for the
    report (needs gnuplot); None writes nothing.

    Returns the program's JSON document as a dict without "schema": "study", "arms" (shares and accuracies are between
    0 and 1), "pairs" and "timing". pandas.DataFrame(found["arms"]) is a table. Raises ConfigError (a ValueError),
    FileError, MissingError; Ctrl-C ends it with KeyboardInterrupt.

    >>> import relive
    >>> found = relive.compare("moons", regimes="healthy", seeds=2, epochs=2, hidden=[8])
    >>> [(arm["activation"], arm["n"]) for arm in found["arms"]]
    [('relu', 2), ('leaky_relu', 2)]
    """
    known = recipe.regimes()
    names = list(known) if regimes is None else [regimes] if isinstance(regimes, str) else list(regimes)
    each = ffi.new("rl_setting[]", max(len(names), 1))
    for i, name in enumerate(names):
        with Errors() as err:
            each[i].regime = lib.rl_regime_named(str(name).encode(), err)
        made = recipe.default()
        each[i].regime.apply(made)
        recipe.apply(made, settings)
        each[i].recipe = made[0]
    arms = ffi.new("rl_arm[]", [curves.parse(text)[0] for text in activations])
    spec = ffi.new("char[]", os.fspath(data).encode())
    results = ffi.new("rl_results *")
    summary = ffi.new("rl_summary *")

    def run(keep_going):
        study = ffi.new("rl_study *", dict(data=spec, data_seed=data_seed, settings=each, setting_count=len(names),
                                           arms=arms, arm_count=len(arms), first_seed=seed, seeds=seeds,
                                           threads=threads, lanes=lanes, boundaries=out is not None,
                                           keep_going=keep_going))
        with Errors() as err:
            lib.rl_study_run(study, results, err)

    try:
        interruptible(run)
        with Errors() as err:
            lib.rl_summarise(results, summary, err)
            if out is not None:
                lib.rl_report_write(results, summary, os.fspath(out).encode(), err)
        return document(lib.rl_results_json, results, summary)
    finally:
        lib.rl_summary_free(summary)
        lib.rl_results_free(results)


TABLE_POINTS = (-8, -4, -3, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, 3, 4, 6, 8)  # those of `relive explain`


def explain(what: str, z: Any = TABLE_POINTS) -> dict:
    """A curve, NAME[:ALPHA], with its formula and a table at the points z; or the worked lesson "dosage".

    z: numbers of any shape. Returns the program's JSON document as a dict without "schema"; raises ConfigError.

    >>> import relive
    >>> relive.explain("leaky_relu:0.2", [-1, 2])["table"]
    [{'z': -1, 'f': -0.2, 'slope': 0.2}, {'z': 2, 'f': 2, 'slope': 1}]
    """
    if what == "dosage":
        return _dosage()
    points = np.ascontiguousarray(z, dtype=np.float32).ravel()
    return document(lib.rl_curve_json, curves.parse(what)[0], pointer(points), len(points))


def _dosage() -> dict:
    points = {}
    for name in ("relu", "softplus"):
        points[name] = ffi.new("rl_dosage_point[11]")
        with Errors() as err:
            lib.rl_dosage_lesson(curves.CURVES[name]._c, [i / 10 for i in range(11)], 11, points[name], err)
    return document(lib.rl_dosage_json, points["relu"], points["softplus"], 11)
