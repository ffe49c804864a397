"""Nets whose units can die, and the instruments that watch them.

>>> import relive
>>> study = relive.compare("moons", regimes="healthy", seeds=2, epochs=2, hidden=[8])
>>> [arm["activation"] for arm in study["arms"]]
['relu', 'leaky_relu']

Curves are functions on arrays (relive.relu, relive.leaky_relu, … all in relive.CURVES); relive.MLPClassifier and
relive.MLPRegressor are scikit-learn estimators; relive.Net is a net by hand; relive.load gives a data set; relive.compare,
explain and scan give what the program's verbs give, as do prune and revive of a relive.Model; relive.watch examines a
PyTorch module.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._library import lib as _lib, text_of as _text_of
from .curves import CURVES, Curve
from .errors import ConfigError, DivergedWarning, Error, FileError, MissingError, OutOfMemory, ShapeError
from .explaining import explain
from .loading import Data, load
from .model import Model
from .net import Net
from .scanning import scan
from .study import compare
from .watching import watch

if TYPE_CHECKING:
    from .estimators import MLPClassifier, MLPRegressor

__version__ = _text_of(_lib.rl_version())
__all__ = ["CURVES", "Curve", "Data", "Model", "Net", "MLPClassifier", "MLPRegressor", "compare", "explain", "load", "scan",
           "watch",
           "Error", "ConfigError", "ShapeError", "FileError", "MissingError", "OutOfMemory", "DivergedWarning", *CURVES]
globals().update(CURVES)


def __getattr__(name: str) -> Any:
    """The estimators are imported when first asked for: they need scikit-learn, which takes a second."""
    if name in ("MLPClassifier", "MLPRegressor"):
        try:
            from . import estimators
        except ImportError as error:
            raise ImportError(f"relive.{name} needs scikit-learn (Debian: python3-sklearn): {error}") from error
        return getattr(estimators, name)
    raise AttributeError(f"module 'relive' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
