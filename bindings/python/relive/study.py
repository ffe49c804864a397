"""The study: the same nets with different activations, paired by seed."""
from __future__ import annotations

import os
from typing import Any, Sequence

from . import _settings, curves
from ._interrupt import Stop, interruptible
from ._library import Errors, bytes_of, document, ffi, lib, named, text_of
from .errors import ConfigError


def compare(data: str = "digits", *, activations: Sequence[str] = ("relu", "leaky_relu"),
            regimes: Sequence[str] | str | None = None, seeds: int = 64, seed: int = 0, data_seed: int = 0,
            census: int = 0, threads: int = 0, lanes: int = 0, out: str | os.PathLike | None = None,
            **settings: Any) -> dict:
    """Trains every activation in every regime with every seed and compares them, as `relive compare` does.

    data: "digits", "moons:500:0.2", "FILE.csv", … as `--data` takes it. activations: NAME[:ALPHA][+redo]; the first is
    the one that the others are compared with. regimes: names, or None for all. settings: hidden, lr, epochs, batch,
    init, bias, optimizer, l2, dropout, … with the program's meanings; they win over a regime's. out: a folder for the
    report (needs gnuplot); None writes nothing.

    Returns the program's JSON document: "study", "arms" (shares and accuracies are between 0 and 1), "pairs", "timing".
    pandas.json_normalize(found["arms"]) is a table. Raises ConfigError (a ValueError), FileError, MissingError; Ctrl-C
    ends it with KeyboardInterrupt, and nothing is written.

    >>> import relive
    >>> found = relive.compare("moons", regimes="healthy", seeds=2, epochs=2, hidden=[8])
    >>> [(arm["activation"], arm["n"]) for arm in found["arms"]]
    [('relu', 2), ('leaky_relu', 2)]
    """
    names = _list(regimes) if regimes is not None else all_regimes()
    each = ffi.new("rl_setting[]", max(len(names), 1))
    for i, name in enumerate(names):
        each[i].regime = named("regime", name)
        recipe = _settings.default()
        each[i].regime.apply(recipe)
        _settings.apply(recipe, settings)
        each[i].recipe = recipe[0]
    arms = ffi.new("rl_arm[]", [curves.parse(text)[0] for text in _list(activations)])
    labels = [curves.label(arm) for arm in arms]
    if not names or not labels or len({*names}) < len(names) or len({*labels}) < len(labels):
        raise ConfigError(f"expected at least one regime and one activation, each once; found {names} and {labels}")
    if lanes and not lib.rl_lanes_supported(lanes):
        raise ConfigError(f"lanes: expected 0, 1, 4, 8 or 16 as far as the processor goes, found {lanes}")
    seeds = _settings.whole("seeds", seeds, 1, 999999)
    threads = _settings.whole("threads", threads, 0, 2**31 - 1)
    census = _settings.whole("census", census, 0, 2**63 - 1)
    spec = ffi.new("char[]", bytes_of(os.fspath(data)))
    study = dict(data=spec, data_seed=_settings.seed("data_seed", data_seed), settings=each, setting_count=len(names),
                 arms=arms, arm_count=len(arms), first_seed=_settings.seed("seed", seed), seeds=seeds, census=census,
                 threads=threads, lanes=lanes, boundaries=out is not None)
    folder = None if out is None else bytes_of(os.fspath(out))
    return interruptible(lambda stop: _run(study, folder, stop))


def _run(study: dict, folder: bytes | None, stop: Stop) -> dict:
    results, summary = ffi.new("rl_results *"), ffi.new("rl_summary *")
    try:
        with Errors() as err:
            lib.rl_study_run(ffi.new("rl_study *", dict(study, keep_going=stop.keep_going)), results, err)
            if stop.is_set():
                raise KeyboardInterrupt
            lib.rl_summarise(results, summary, err)
            if folder is not None and not stop.is_set():
                lib.rl_report_write(results, summary, folder, err)
        return document(lib.rl_results_json, results, summary)
    finally:
        lib.rl_summary_free(summary)
        lib.rl_results_free(results)


def all_regimes() -> list[str]:
    """The names of the ways to live or die."""
    count = ffi.new("size_t *")
    found = lib.rl_regimes(count)
    return [text_of(found[i].name) for i in range(count[0])]


def _list(words: Any) -> list[str]:
    """One word, or several; activations may be curves."""
    return [str(words)] if isinstance(words, (str, curves.Curve)) else [str(word) for word in words]
