"""Nets whose units can die, and the instruments that watch them.

>>> import relive
>>> study = relive.compare("moons", regimes="healthy", seeds=2, epochs=2, hidden=[8])
>>> [arm["activation"] for arm in study["arms"]]
['relu', 'leaky_relu']
"""
from __future__ import annotations

from ._library import lib as _lib, text_of as _text_of
from .curves import CURVES, Curve
from .errors import ConfigError, DivergedWarning, Error, FileError, MissingError, OutOfMemory, ShapeError

from .model import Model, scan
from .study import compare, explain
from .watching import watch

__version__ = _text_of(_lib.rl_version())
globals().update(CURVES)  # relive.relu, relive.leaky_relu, …


def __getattr__(name):
    """The estimators are imported when first asked for: scikit-learn, where it is there, takes a second."""
    if name in ("MLPClassifier", "MLPRegressor"):
        from . import estimators
        return getattr(estimators, name)
    raise AttributeError(f"module 'relive' has no attribute {name!r}")
