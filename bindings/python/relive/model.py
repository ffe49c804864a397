"""Models: a net and all that it needs to be used on raw data, in memory or in a file."""
from __future__ import annotations

import os
from typing import Any, Sequence

import numpy as np

from . import _treatment
from ._library import NULL, Errors, bytes_of, dataset, ffi, floats, lib, named, pointer, text_of
from .errors import ShapeError
from .net import Net


class Model:
    """A model that `relive train --save` or an estimator's save wrote. It takes raw data: standardisation is in it.

    FileError where the file is not there or is no model of relive's.

    >>> import relive, tempfile
    >>> net = relive.MLPClassifier(hidden=[8], epochs=2, random_state=0).fit([[0, 0], [1, 1]] * 20, [0, 1] * 20)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     net.save(f"{folder}/net.safetensors")
    ...     model = relive.Model(f"{folder}/net.safetensors")
    >>> model.predict_proba([[0, 0]]).shape
    (1, 2)
    """

    def __init__(self, path: str | os.PathLike):
        self.source = os.fspath(path)  #: the file, or what made it
        c = ffi.new("rl_model *")
        with Errors() as err:
            lib.rl_model_load(c, bytes_of(self.source), ffi.new("rl_memory *")[0], err)
        self.net = Net._of(c.net)
        self.loss = None if c.loss == NULL else text_of(c.loss.name)
        self.classes = [text_of(c.class_names[i]) if c.class_names else str(i) for i in range(c.classes)]
        self.scaling = scaling_of(c.scaling)  #: means and deviations, float32 [features] each, or None
        c.net = NULL
        lib.rl_model_free(c)

    @classmethod
    def _of(cls, source: str, net: Net, loss: str, classes: Sequence[str], scaling: tuple | None) -> Model:
        self = cls.__new__(cls)
        self.source, self.net, self.loss, self.classes, self.scaling = source, net, loss, list(classes), scaling
        return self

    def __repr__(self) -> str:
        return f"<relive model {self.source}: {self.net.layers}>"

    def predict_proba(self, x: Any) -> np.ndarray:
        """x: [rows, features], raw. Returns float32 [rows, outputs]: probabilities of classes, or real outputs."""
        return self.predict(x)[0]

    def predict(self, x: Any) -> tuple[np.ndarray, np.ndarray]:
        """x: [rows, features], raw. Returns float32 [rows, outputs], and the numbers of the classes decided, [rows] (0 for
        real targets)."""
        x = self.standardised(x)
        outputs, decided = np.empty((len(x), self.net.outputs), np.float32), np.zeros(len(x), np.int32)
        loss = named("loss", self.loss or ("cross_entropy" if self.classes else "squared"))
        with Errors() as err:
            lib.rl_predict(self.net._c, 0, dataset(x, None, self.classes), loss, pointer(outputs),
                           pointer(decided, "int *"), err)
        return outputs, decided

    def standardised(self, x: Any) -> np.ndarray:
        """x as the net takes it, float32 [rows, features]: a copy, or x itself where nothing is to be done."""
        x = floats(x, 2)
        if x.shape[1] != self.net.inputs:
            raise ShapeError(f"x: expected {self.net.inputs} features, found {x.shape[1]}")
        if self.scaling:
            x, scaling = x.copy(), ffi.new("rl_scaling *", self._scaling_of_c())
            lib.rl_scaling_apply(scaling, dataset(x))
        return x

    def prune(self, data: Any = "digits", *, box: str | None = None, data_seed: int = 0) -> tuple[Model, dict]:
        """A smaller model that says the same, and the document of `relive prune`. What is constant on the rows of data goes,
        or, with a box of raw inputs ("LO,HI", "data" or a CSV of them), what is proved constant everywhere in it.

        data: as relive.load takes it, or an array [rows, features] of raw numbers; None: the box alone. Outputs of both nets
        are compared; ConfigError where they differ by more than rounding explains. This model stays as it is.

        >>> import relive
        >>> net = relive.MLPClassifier(hidden=[8], bias=-9, epochs=1, random_state=0).fit([[0, 0], [1, 1]] * 20, [0, 1] * 20)
        >>> smaller, found = net.model_.prune([[0, 0], [1, 1]])
        >>> smaller.net.layers, found["before"]["units"], found["after"]["units"]
        ('input 2; dense 1; relu; dense 2', 8, 1)
        """
        return _treatment.prune(self, data, box, data_seed)

    def revive(self, data: Any = "digits", *, units: str = "dead", how: str = "redraw", init: str | None = None,
               seed: int = 0, data_seed: int = 0) -> tuple[Model, dict]:
        """A model whose units get another chance, and the document of `relive revive`.

        data: as prune takes it. units: whom to treat, "dead" or "dormant[:TAU]". how: "redraw" (weights drawn anew with the
        seed, by init or the layer's own initialiser), "leaky[:ALPHA]" (another curve) or "lift:SHARE" (the bias raised to
        fire on that share of the rows). This model stays as it is.

        >>> import relive
        >>> net = relive.MLPClassifier(hidden=[8], bias=-9, epochs=1, random_state=0).fit([[0, 0], [1, 1]] * 20, [0, 1] * 20)
        >>> awake, found = net.model_.revive([[0, 0], [1, 1]])
        >>> found["before"]["dead"], found["after"]["dead"], found["same_expected"]
        (8, 0, True)
        """
        return _treatment.revive(self, data, units, how, init, seed, data_seed)

    def save(self, path: str | os.PathLike) -> None:
        """Writes a file (safetensors) that the program and PyTorch read; whole or not at all."""
        c, kept = self._c()
        with Errors() as err:
            lib.rl_model_save(c, bytes_of(os.fspath(path)), err)

    def _c(self) -> tuple[Any, tuple]:
        """An rl_model, and what must live as long."""
        words = [ffi.new("char[]", bytes_of(name)) for name in self.classes]
        names = ffi.new("char *[]", words) if words else NULL
        c = ffi.new("rl_model *", dict(net=self.net._c, loss=named("loss", self.loss) if self.loss else NULL,
                                       classes=len(words), class_names=names, seed=self.net.seed))
        if self.scaling:
            c.scaling = self._scaling_of_c()
        return c, (words, names)

    def _scaling_of_c(self) -> dict:
        mean, deviation = self.scaling
        return dict(features=len(mean), mean=pointer(mean), deviation=pointer(deviation))


def scaling_of(c: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """An rl_scaling's means and deviations, copied; None where there are none."""
    if c.features == 0:
        return None
    return tuple(np.frombuffer(ffi.buffer(part, 4 * c.features), np.float32).copy() for part in (c.mean, c.deviation))
