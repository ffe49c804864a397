"""Data sets as NumPy arrays: those that ship, generated ones and files."""
from __future__ import annotations

import os
from typing import Any, NamedTuple, Sequence

import numpy as np

from . import _settings
from ._library import NULL, Errors, bytes_of, ffi, lib, text_of, view


class Data(NamedTuple):
    """What load gives."""

    x: np.ndarray  #: float32 [rows, features], raw
    y: np.ndarray  #: int64 [rows], numbers of classes; or real targets, float32 [rows] or [rows, targets]
    classes: list[str]  #: their names; empty for real targets


def load(data: str | os.PathLike = "digits", *, data_seed: int = 0) -> Data:
    """A data set as the program's `--data` takes it.

    data: digits, iris, breast_cancer, dosage; moons[:ROWS[:NOISE]], circles, spirals, xor, blobs, ring, drawn with
    data_seed; fashion-mnist; FILE.csv[:regression], X.npy,Y.npy, IMAGES.idx,LABELS.idx. Returns arrays as Data says. Raises
    ConfigError for an unknown name, FileError.

    >>> import relive
    >>> x, y, classes = relive.load("iris")
    >>> x.shape, y.shape, classes
    ((150, 4), (150,), ['setosa', 'versicolor', 'virginica'])
    """
    return arrays(read(data, data_seed))


def read(data: str | os.PathLike, data_seed: int = 0, classes: Sequence[str] = ()) -> Any:
    """The same as an rl_dataset. classes: those of a model, by which labels are numbered."""
    names = [ffi.new("char[]", bytes_of(name)) for name in classes]
    words = ffi.new("char *[]", names) if names else NULL
    seed = _settings.seed("data_seed", data_seed)
    how = ffi.new("rl_data_config *", dict(seed=seed, class_names=words, classes=len(names)))
    with Errors() as err:
        found = lib.rl_data_load(bytes_of(os.fspath(data)), how[0], err)
    return ffi.gc(found, lib.rl_data_free)


def arrays(data: Any) -> Data:
    """x is the data set's own memory, and keeps it."""
    y = view(data.y, [data.rows] if data.targets == 1 else [data.rows, data.targets], data)
    return Data(view(data.x, [data.rows, data.features], data), y.astype(np.int64) if data.classes else y,
                [text_of(data.class_names[i]) for i in range(data.classes)])
