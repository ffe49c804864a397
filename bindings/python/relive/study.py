"""The study: the same nets with different activations, paired by seed."""
from __future__ import annotations

import os
from typing import Any, Sequence

from . import _settings, curves
from ._interrupt import Stop, interruptible
from ._library import NULL, Errors, bytes_of, document, ffi, lib, text_of
from .errors import ConfigError


def compare(data: str = "digits", *, model: str = "mlp", layers: str | None = None,
            activations: Sequence[str] | None = None, regimes: Sequence[str] | str | None = None,
            seeds: int | None = None, seed: int = 0, data_seed: int = 0,
            census: int = 0, threads: int = 0, lanes: int = 0, out: str | os.PathLike | None = None,
            **settings: Any) -> dict:
    """Trains every activation in every regime with every seed and compares them, as `relive compare` does.

    data: "digits", "moons:500:0.2", "FILE.csv", … as `--data` takes it. model: "mlp", "cnn" or "rnn"; or layers, "conv 8 3;
    curve; pool 2; flatten; outputs", as `--layers` takes them. activations: NAME[:ALPHA][+redo], in recurrent layers also
    "gru" and "lstm"; the first is the one that the others are compared with. activations, regimes (names) and seeds are the
    model's where they are None. settings: hidden, lr, epochs, batch,
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
    spec = ffi.new("char[]", bytes_of(os.fspath(data)))
    architecture, text = _nets(model, layers, spec, settings)
    names = _list(regimes) if regimes is not None else _choice(architecture)
    each = ffi.new("rl_setting[]", max(len(names), 1))
    for i, name in enumerate(names):
        with Errors() as err:
            each[i].regime = lib.rl_architecture_regime(architecture, bytes_of(name), err)
        recipe = _settings.default()
        each[i].regime.apply(recipe)
        if text != NULL:
            recipe.layers = text
        _settings.apply(recipe, settings)
        each[i].recipe = recipe[0]
    if activations is None:
        activations = text_of(architecture.activations).split(",")
    arms = ffi.new("rl_arm[]", [curves.parse_arm(text)[0] for text in _list(activations)])
    labels = [curves.label(arm) for arm in arms]
    if not names or not labels or len({*names}) < len(names) or len({*labels}) < len(labels):
        raise ConfigError(f"expected at least one regime and one activation, each once; found {names} and {labels}")
    if lanes and not lib.rl_lanes_supported(lanes):
        raise ConfigError(f"lanes: expected 0, 1, 4, 8 or 16 as far as the processor goes, found {lanes}")
    seeds = _settings.whole("seeds", architecture.seeds if seeds is None else seeds, 1, 999999)
    threads = _settings.whole("threads", threads, 0, 2**31 - 1)
    census = _settings.whole("census", census, 0, 2**63 - 1)
    study = dict(architecture=architecture, data=spec, data_seed=_settings.seed("data_seed", data_seed), settings=each,
                 setting_count=len(names), arms=arms, arm_count=len(arms), first_seed=_settings.seed("seed", seed),
                 seeds=seeds, census=census, threads=threads, lanes=lanes, boundaries=out is not None)
    folder = None if out is None else bytes_of(os.fspath(out))
    return interruptible(lambda stop: _run(study, folder, stop, text))


def _nets(model: str, layers: str | None, spec: Any, settings: dict[str, Any]) -> tuple[Any, Any]:
    """What the nets are, and the layers' text, which C borrows, or NULL."""
    if (model != "mlp" or layers is not None) and "hidden" in settings or (model != "mlp" and layers is not None):
        raise ConfigError("model, layers and hidden: expected one of them, all say what the nets are")
    if layers is not None:
        return lib.rl_architecture_own(), ffi.new("char[]", bytes_of(layers))
    with Errors() as err:
        found = lib.rl_architecture_named(bytes_of(model), spec, err)
    return found, NULL


def _choice(architecture: Any) -> list[str]:
    """The regimes that are compared unless others are asked for."""
    choice = text_of(architecture.choice)
    if choice != "all":
        return choice.split(",")
    return [text_of(architecture.regimes[i].name) for i in range(architecture.regime_count)]


def _run(study: dict, folder: bytes | None, stop: Stop, _layers: Any) -> dict:
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


def _list(words: Any) -> list[str]:
    """One word, or several; activations may be curves."""
    return [str(words)] if isinstance(words, (str, curves.Curve)) else [str(word) for word in words]
