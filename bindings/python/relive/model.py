"""Saved models: what they say, and the vital signs of their units."""
from __future__ import annotations

import os
import pathlib
import tempfile
from typing import Any

import numpy as np

from ._library import NULL, Errors, dataset, document, ffi, floats, lib, pointer, text_of


class Model:
    """A model that `relive train --save`, or an estimator's save, wrote; it takes raw data (standardisation is in it).

    >>> import relive
    >>> net = relive.MLPClassifier(hidden=[8], epochs=2, random_state=0).fit([[0, 0], [1, 1]] * 20, [0, 1] * 20)
    >>> net.save("/tmp/relive_doctest.safetensors")
    >>> relive.Model("/tmp/relive_doctest.safetensors").predict_proba([[0, 0]]).shape
    (1, 2)
    """

    def __init__(self, path: str | os.PathLike):
        self.path = os.fspath(path)
        self._c = ffi.gc(ffi.new("rl_model *"), lib.rl_model_free)
        with Errors() as err:
            lib.rl_model_load(self._c, self.path.encode(), ffi.new("rl_memory *")[0], err)
        self.classes = [text_of(self._c.class_names[i]) for i in range(self._c.classes)] if self._c.class_names else None

    @property
    def features(self) -> int:
        """How many numbers a row of data has."""
        return lib.rl_net_inputs(self._c.net)

    def predict_proba(self, x: Any) -> np.ndarray:
        """x: [rows, features], raw. Returns float32 [rows, outputs]: probabilities of classes, or real outputs."""
        x = floats(x, 2)
        if x.shape[1] != self.features:
            raise ValueError(f"x: expected {self.features} features, found {x.shape[1]}")
        if self._c.scaling.features:
            x = x.copy()
            lib.rl_scaling_apply(ffi.addressof(self._c, "scaling"), dataset(x))
        outputs = np.empty((len(x), lib.rl_net_outputs(self._c.net)), np.float32)
        data = dataset(x)
        with Errors() as err:
            lib.rl_predict(self._c.net, 0, data, self._c.loss, pointer(outputs), NULL, err)
        return outputs


def scan(model: str | os.PathLike | Model, data: Any = "digits", *, box: str | None = None, data_seed: int = 0,
         dormant: float = 0, saturated: float = 0, nearly_dead: float = 0) -> dict:
    """The vital signs of a model's hidden units on a data set, as `relive scan` gives them.

    model: a file or a Model. data: as `--data` takes it, or an array [rows, features] of raw numbers (written to a
    temporary file, since a scan streams its data). box: "LO,HI", "data" or a CSV of them, on which to prove units dead.
    The last three are thresholds; 0 is the program's own. Returns the program's JSON document as a dict without
    "schema". Raises FileError, ShapeError, ConfigError.

    >>> import relive
    >>> net = relive.MLPClassifier(hidden=[8], epochs=2, random_state=0).fit([[0, 0], [1, 1]] * 20, [0, 1] * 20)
    >>> net.save("/tmp/relive_doctest.safetensors")
    >>> relive.scan("/tmp/relive_doctest.safetensors", [[0, 0], [1, 1]])["reference"]
    {'data': 'array', 'rows': 2}
    """
    model = model if isinstance(model, Model) else Model(model)
    with tempfile.TemporaryDirectory(prefix="relive-") as folder:
        given = isinstance(data, (str, os.PathLike))
        path = os.fspath(data) if given else str(pathlib.Path(folder, "array.npy"))
        if not given:
            np.save(path, floats(data, 2, "data"))
        words = [NULL if text is None else ffi.new("char[]", text.encode()) for text in (path, box)]
        config = ffi.new("rl_scan_config *", dict(data=words[0], box=words[1], reading=dict(seed=data_seed),
                         thresholds=dict(dormant=dormant, saturated=saturated, nearly_dead=nearly_dead)))
        found = ffi.new("rl_scan *")
        try:
            with Errors() as err:
                lib.rl_scan_model(found, model._c, model.path.encode(), config[0], err)
            told = document(lib.rl_scan_json, found)
        finally:
            lib.rl_scan_free(found)
    if not given:
        told["reference"]["data"] = "array"
    return told
