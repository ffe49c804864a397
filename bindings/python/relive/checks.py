"""What scikit-learn's protocol asks of an estimator's inputs, with its words, so that it holds with and without it."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import DataConversionWarning, NotFittedError
except ImportError:
    from .plain import BaseEstimator, ClassifierMixin, DataConversionWarning, NotFittedError, RegressorMixin

__all__ = ["BaseEstimator", "ClassifierMixin", "RegressorMixin", "NotFittedError", "rows_of", "names_of", "check_names",
           "column_of"]


def _finite(array: np.ndarray, what: str) -> None:
    if np.isnan(array).any():
        raise ValueError(f"Input {what} contains NaN.")
    if np.isinf(array).any() or (np.abs(array) > np.finfo(np.float32).max).any():
        raise ValueError(f"Input {what} contains infinity or a value too large for dtype('float64').")


def rows_of(x: Any) -> np.ndarray:
    """x as finite float32 [rows, features] in C order; x itself where it is that already."""
    if hasattr(x, "toarray"):
        raise TypeError("A sparse matrix was passed, but dense data is required. Use X.toarray() to convert it.")
    array = np.asarray(x)
    if np.iscomplexobj(array):
        raise ValueError("Complex data not supported")
    if array.dtype != np.float32:
        array = np.asarray(array, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(f"Expected 2D array, got {array.ndim}D array instead. Reshape your data: (rows, features).")
    if len(array) == 0:
        raise ValueError(f"Found array with 0 sample(s) (shape={array.shape}) while a minimum of 1 is required.")
    if array.shape[1] == 0:
        raise ValueError(f"Found array with 0 feature(s) (shape={array.shape}) while a minimum of 1 is required.")
    _finite(array, "X")
    return np.ascontiguousarray(array, dtype=np.float32)


def column_of(estimator: Any, y: Any, rows: int) -> np.ndarray:
    """y as it came, [rows]; a column is taken as that, with a warning."""
    if y is None:
        raise ValueError(f"This {type(estimator).__name__} estimator requires y to be passed, but the target y is None.")
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] == 1:
        warnings.warn("A column-vector y was passed when a 1d array was expected.", DataConversionWarning, stacklevel=3)
        y = y.ravel()
    if y.ndim != 1:
        raise ValueError(f"y should be a 1d array, got an array of shape {y.shape} instead.")
    if len(y) != rows:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: [{rows}, {len(y)}]")
    if y.dtype.kind == "f":
        _finite(y, "y")
    return y


def names_of(x: Any) -> np.ndarray | None:
    """A table's column names, where all are strings."""
    columns = getattr(x, "columns", None)
    if columns is None or not all(isinstance(name, str) for name in columns):
        return None
    return np.asarray(columns, dtype=object)


def check_names(estimator: Any, x: Any) -> None:
    """Columns must be those of fit, in that order."""
    seen, now = getattr(estimator, "feature_names_in_", None), names_of(x)
    name = type(estimator).__name__
    if seen is None and now is None:
        return
    if now is None:
        warnings.warn(f"X does not have valid feature names, but {name} was fitted with feature names", stacklevel=4)
    elif seen is None:
        warnings.warn(f"X has feature names, but {name} was fitted without feature names", stacklevel=4)
    elif list(seen) != list(now):
        words = "The feature names should match those that were passed during fit.\n"
        unseen, missing = sorted(set(now) - set(seen)), sorted(set(seen) - set(now))
        for title, names in (("Feature names unseen at fit time", unseen),
                             ("Feature names seen at fit time, yet now missing", missing)):
            if names:
                words += f"{title}:\n" + "".join(f"- {each}\n" for each in names)
        if not unseen and not missing:
            words += "Feature names must be in the same order as they were in fit.\n"
        raise ValueError(words)
