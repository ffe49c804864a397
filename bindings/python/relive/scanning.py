"""The vital signs of a model's hidden units on a data set."""
from __future__ import annotations

import os
import pathlib
import tempfile
from typing import Any

import numpy as np

from . import _settings
from ._interrupt import interruptible
from ._library import NULL, Errors, bytes_of, document, ffi, floats, lib
from .model import Model


def scan(model: Any, data: Any = "digits", *, box: str | None = None, data_seed: int = 0, dormant: float = 0,
         saturated: float = 0, nearly_dead: float = 0) -> dict:
    """The vital signs of a model's hidden units on a data set, as `relive scan` gives them.

    model: a file, a Model or a fitted estimator. data: as `--data` takes it, or an array [rows, features] of raw numbers
    (it goes through a temporary file, since a scan streams its data). box: "LO,HI", "data" or a CSV of them, on which to
    prove units dead. The last three are thresholds; 0 is the program's own. Returns the program's JSON document.
    Raises FileError, ShapeError, ConfigError.

    >>> import relive
    >>> net = relive.MLPClassifier(hidden=[8], epochs=2, random_state=0).fit([[0, 0], [1, 1]] * 20, [0, 1] * 20)
    >>> found = relive.scan(net, [[0, 0], [1, 1]])
    >>> found["reference"], found["totals"]["units"]
    ({'data': 'array', 'rows': 2}, 8)
    """
    data_seed = _settings.seed("data_seed", data_seed)
    model = getattr(model, "model_", model)
    model = model if isinstance(model, Model) else Model(model)
    if isinstance(data, (str, os.PathLike)):
        return interruptible(lambda _: _scan(model, os.fspath(data), box, data_seed, dormant, saturated, nearly_dead))
    rows = floats(data, 2, "data")

    def through_a_file(_: Any) -> dict:
        with tempfile.TemporaryDirectory(prefix="relive-") as folder:
            path = pathlib.Path(folder, "array.npy")
            np.save(path, rows)
            found = _scan(model, str(path), box, data_seed, dormant, saturated, nearly_dead)
        found["reference"]["data"] = "array"
        return found

    return interruptible(through_a_file)


def _scan(model: Model, data: str, box: str | None, data_seed: int, dormant: float, saturated: float,
          nearly_dead: float) -> dict:
    spec = ffi.new("char[]", bytes_of(data))
    sides = NULL if box is None else ffi.new("char[]", bytes_of(box))
    thresholds = dict(dormant=dormant, saturated=saturated, nearly_dead=nearly_dead)
    config = ffi.new("rl_scan_config *", dict(data=spec, box=sides, reading=dict(seed=data_seed), thresholds=thresholds))
    c, kept = model._c()
    found = ffi.new("rl_scan *")
    try:
        with Errors() as err:
            lib.rl_scan_model(found, c, bytes_of(model.source), config[0], err)
        return document(lib.rl_scan_json, found)
    finally:
        lib.rl_scan_free(found)
