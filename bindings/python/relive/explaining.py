"""One curve, or one lesson, explained."""
from __future__ import annotations

from typing import Any

from . import curves
from ._library import Errors, document, ffi, floats, lib, named, pointer

TABLE_POINTS = (-8, -4, -3, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, 3, 4, 6, 8)  # those of `relive explain`
DOSAGES = [i / 10 for i in range(11)]


def explain(what: Any, z: Any = TABLE_POINTS) -> dict:
    """A curve, NAME[:ALPHA], with its formula and a table at the points z; or the worked lesson "dosage".

    z: numbers of any shape. Returns the program's JSON document; pandas.DataFrame(found["table"]) is the table. Raises
    ConfigError.

    >>> import relive
    >>> relive.explain("leaky_relu:0.2", [-1, 2])["table"]
    [{'z': -1, 'f': -0.2, 'slope': 0.2}, {'z': 2, 'f': 2, 'slope': 1}]
    """
    if str(what) == "dosage":
        return _dosage()
    points = floats(z, what="z").ravel()
    return document(lib.rl_curve_json, curves.parse(what)[0], pointer(points), len(points))


def _dosage() -> dict:
    found = []
    for curve in ("relu", "softplus"):
        found.append(ffi.new("rl_dosage_point[]", len(DOSAGES)))
        with Errors() as err:
            lib.rl_dosage_lesson(named("activation", curve), DOSAGES, len(DOSAGES), found[-1], err)
    return document(lib.rl_dosage_json, *found, len(DOSAGES))
