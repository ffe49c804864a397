"""What `relive prune` and `relive revive` do to a model, done to one in memory; Model's methods are the door."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable

import numpy as np

from . import _settings, curves
from ._interrupt import interruptible
from ._library import NULL, Errors, bytes_of, dataset, document, ffi, floats, lib
from .errors import ConfigError
from .loading import read
from .net import Net

if TYPE_CHECKING:
    from .model import Model


def prune(model: Model, data: Any, box: str | None, data_seed: int) -> tuple[Model, dict]:
    """data: None leaves the box alone as evidence."""
    sides = NULL if box is None else ffi.new("char[]", bytes_of(box))
    config = ffi.new("rl_prune_config *", dict(box=sides, seed=_settings.seed("data_seed", data_seed)))

    def work(_: Any) -> tuple[Model, dict]:
        rows = None if data is None else _rows(model, data, data_seed)  # kept as long as C reads it
        config.data = NULL if rows is None else rows
        return _treated(model, "prune", "pruned", config[0])

    return interruptible(work)


def revive(model: Model, data: Any, units: str, how: str, init: str | None, seed: int, data_seed: int) -> tuple[Model, dict]:
    treatment = ffi.new("rl_treatment *", dict(round=_settings.seed("seed", seed), tau=_tau(str(units))))
    _set_cure(treatment, str(how))
    if init is not None:
        recipe = _settings.default()
        _settings.apply(recipe, {"init": init})
        treatment.init, treatment.sd = recipe.init, recipe.init_sd

    def work(_: Any) -> tuple[Model, dict]:
        rows = _rows(model, data, data_seed)
        return _treated(model, "revive", "revived", rows, treatment[0])

    return interruptible(work)


def _treated(model: Model, verb: str, word: str, *arguments: Any) -> tuple[Model, dict]:
    """rl_VERB_model on the arguments: the new model, which has all but its net from the old one, and the document."""
    found, (c, kept), source = ffi.new(f"rl_{word} *"), model._c(), ffi.new("char[]", bytes_of(model.source))
    try:
        with Errors() as err:
            getattr(lib, f"rl_{verb}_model")(found, c, source, *arguments, err)
        told = document(getattr(lib, f"rl_{word}_json"), found)
        net, found.net = Net._of(found.net), NULL  # whose it is from now on
    finally:
        getattr(lib, f"rl_{word}_free")(found)
    return type(model)._of(f"{model.source}, {word}", net, model.loss, model.classes, model.scaling), told


def _rows(model: Model, data: Any, data_seed: int) -> Any:
    """A data set, labels numbered by the model's classes; of an array only the rows are known."""
    if isinstance(data, (str, os.PathLike)):
        return read(data, data_seed, model.classes)
    x = floats(data, 2, "data")
    if len(x) == 0:
        raise ConfigError("data: expected at least one row")
    return dataset(x)


def _tau(units: str) -> float:
    """Of "dormant[:TAU]"; below 0 for "dead"."""
    name, colon, tau = units.partition(":")
    if units == "dead":
        return -1
    if name != "dormant":
        raise ConfigError(f"units: expected dead or dormant[:TAU], found {units!r}")
    if not colon:
        return 0.025
    return _number(tau, lambda x: 0 <= x < np.inf, "units: expected dormant:TAU with a number of at least 0")


def _set_cure(treatment: Any, how: str) -> None:
    name, colon, amount = how.partition(":")
    if how == "redraw":
        treatment.cure = lib.RL_CURE_REDRAW
    elif name == "leaky":
        treatment.cure, treatment.alpha = lib.RL_CURE_LEAKY, curves.CURVES["leaky_relu"].alpha
        if colon:
            treatment.alpha = _number(amount, lambda x: 0 < np.float32(x) < np.inf,
                                      "how: expected leaky:ALPHA with a number above 0")
    elif name == "lift":
        treatment.cure = lib.RL_CURE_LIFT
        treatment.share = _number(amount, lambda x: 0 < x <= 1,
                                  "how: expected lift:SHARE with a number above 0 and at most 1")
    else:
        raise ConfigError(f"how: expected redraw, leaky[:ALPHA] or lift:SHARE, found {how!r}")


def _number(text: str, fits: Callable[[float], bool], expected: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not fits(value):
        raise ConfigError(f"{expected}, found {text!r}")
    return value
