"""The few parts of scikit-learn's bases that the estimators use, for where it is not installed."""
from __future__ import annotations

import inspect
from typing import Any

import numpy as np


class DataConversionWarning(UserWarning):
    """Data were taken in another shape than they came in."""


class NotFittedError(ValueError, AttributeError):
    """The estimator was asked before fit."""


class BaseEstimator:
    @classmethod
    def _get_param_names(cls) -> list[str]:
        return sorted(name for name in inspect.signature(cls.__init__).parameters if name != "self")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The settings, by name."""
        return {name: getattr(self, name) for name in self._get_param_names()}

    def set_params(self, **settings: Any):
        """Changes settings; ValueError for a word that is none."""
        for name, value in settings.items():
            if name not in self._get_param_names():
                raise ValueError(f"Invalid parameter {name!r} for estimator {self}. "
                                 f"Valid parameters are: {self._get_param_names()}.")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self).__init__).parameters
        changed = [f"{name}={value!r}" for name, value in self.get_params().items()
                   if repr(value) != repr(defaults[name].default)]
        return f"{type(self).__name__}({', '.join(changed)})"


class ClassifierMixin:
    _estimator_type = "classifier"

    def score(self, X: Any, y: Any) -> float:
        """Share of right answers."""
        return float(np.mean(self.predict(X) == np.asarray(y)))


class RegressorMixin:
    _estimator_type = "regressor"

    def score(self, X: Any, y: Any) -> float:
        """R²: 1 minus the squared error over the variance's sum."""
        y = np.asarray(y, dtype=float)
        return float(1 - np.sum((y - self.predict(X)) ** 2) / np.sum((y - y.mean()) ** 2))
