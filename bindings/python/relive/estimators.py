"""Nets behind scikit-learn's estimator protocol, trained and watched by the library."""
from __future__ import annotations

import contextlib
import os
import warnings
from typing import Any, Iterator, Sequence

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from . import _settings
from ._interrupt import interruptible
from ._training import train
from .errors import ConfigError, DivergedWarning
from .model import Model
from .net import Net

try:
    from sklearn.utils.validation import validate_data  # from 1.6 on
except ImportError:
    def validate_data(estimator: Any, X: Any, **how: Any) -> Any:
        return estimator._validate_data(X, **how)

SETTINGS = """
    Settings are the program's options, with its defaults:

    hidden: widths of the hidden layers. activation: NAME[:ALPHA], any of the library's curves, or NAME[:ALPHA]+redo, which
    revives dead units before each epoch. init, bias: how weights are drawn (a name, or normal:SD), and every hidden bias at
    the start. optimizer (sgd, momentum, nesterov, rmsprop, adam, adamw), lr, momentum (of momentum and nesterov),
    schedule (constant, step, cosine), epochs. batch: rows a step, "full", or None: 32; all rows where there are fewer.
    l1, l2, decay_biases, dropout, clip: as there. standardize: features by the training rows. early_stop: epochs without
    a better validation loss before it ends and takes its best weights back; 0: never. validation_share: of the rows, for
    that (None: 0.1 with early_stop, else none). threads: of one wide net; 0: all processors. random_state: the program's
    seed; the same int gives the same bits, None another net each time. data_seed: draws the validation part.

    After fit: n_features_in_, feature_names_in_ (of a table with column names), n_iter_ (epochs); on the training rows
    before the first step and after each epoch, [epochs + 1]: loss_curve_, accuracy_curve_ (None for real targets),
    dead_curve_ and silent_curve_ (shares of the hidden units); validation_loss_curve_ and validation_accuracy_curve_, or
    None; best_epoch_ (of early stopping) and diverged_at_ (the step), or None; dead_units_ and silent_units_ (ids, layer
    by layer), evidence_rows_ (on how many training rows they were), events_ (each unit born dead, each death and revival
    with its cause); model_ (a relive.Model) and net_ (its relive.Net).

    ConfigError (a ValueError) for a setting that has no meaning; DivergedWarning where the loss was no longer finite;
    Ctrl-C leaves the estimator as it was. sample_weight is not taken: the library has no weights of rows.
"""


class _MLP(BaseEstimator):
    """What both have in common."""

    _losses: tuple[str, ...]  # that make sense, the default first

    def __init__(self, hidden=(32,), activation="relu", *, init="he", bias=0.0, optimizer="sgd", lr=0.1, epochs=20,
                 batch=None, momentum=0.9, schedule="constant", loss=None, l1=0.0, l2=0.0, decay_biases=False,
                 dropout=0.0, clip=0.0, standardize=True, early_stop=0, validation_share=None, threads=0,
                 random_state=None, data_seed=0):
        self.hidden = hidden
        self.activation = activation
        self.init = init
        self.bias = bias
        self.optimizer = optimizer
        self.lr = lr
        self.epochs = epochs
        self.batch = batch
        self.momentum = momentum
        self.schedule = schedule
        self.loss = loss
        self.l1 = l1
        self.l2 = l2
        self.decay_biases = decay_biases
        self.dropout = dropout
        self.clip = clip
        self.standardize = standardize
        self.early_stop = early_stop
        self.validation_share = validation_share
        self.threads = threads
        self.random_state = random_state
        self.data_seed = data_seed

    @property
    def net_(self) -> Net:
        """The fitted net."""
        return self.model_.net

    def save(self, path: str | os.PathLike) -> None:
        """Writes a model (safetensors) that the program, relive.Model and PyTorch read; whole or not at all."""
        check_is_fitted(self, "model_")
        self.model_.save(path)

    # ---- fitting ----

    def _learn(self, x: np.ndarray, y: np.ndarray, classes: Sequence[str], part: bool) -> None:
        """x: float32 [rows, features], y: [rows], class numbers or real targets. part: one epoch, from where it is."""
        recipe = _settings.default()
        _settings.apply(recipe, {name: value for name, value in self.get_params().items() if name in _settings.SETTERS})
        recipe.test_share = 0
        start = getattr(self, "model_", None) if part else None
        calls = self._calls + 1 if start else 0
        seed = self._seed if start else self._draw_seed()
        if part:
            recipe.training.epochs, recipe.training.patience, recipe.validation_share = 1, 0, 0
        if self.loss not in (None, *self._losses):
            raise ConfigError(f"loss: expected {' or '.join(self._losses)}, found {self.loss!r}")
        threads = _settings.whole("threads", self.threads, 0, 2**31 - 1)
        data_seed = _settings.seed("data_seed", self.data_seed)
        y = np.ascontiguousarray(y, dtype=np.float32)
        # Order of rows and dropout are functions of seed and epoch: a call's own seed makes them its own.
        model, seen = interruptible(lambda stop: train(
            recipe, str(self.activation), x, y, list(classes), seed=(seed + (calls << 32)) % 2**64,
            data_seed=data_seed, threads=threads, start=start, stop=stop))
        if start:
            seen["n_iter_"] += self.n_iter_
            for name in ("loss_curve_", "accuracy_curve_", "dead_curve_", "silent_curve_"):
                seen[name] = seen[name] and getattr(self, name) + seen[name][1:]
        self.model_, self._seed, self._calls = model, seed, calls
        vars(self).update(seen)
        if self.diverged_at_ is not None:
            warnings.warn(f"diverged at step {self.diverged_at_}: loss or weights were no longer finite; a smaller lr, or "
                          "targets of size 1, may help", DivergedWarning, stacklevel=3)

    def _draw_seed(self) -> int:
        if isinstance(self.random_state, (int, np.integer)):
            return _settings.seed("random_state", self.random_state)
        return int(check_random_state(self.random_state).randint(2**31))

    @contextlib.contextmanager
    def _whole(self) -> Iterator[None]:
        """Fitted whole or left as it was, also by Ctrl-C."""
        before = vars(self).copy()
        try:
            yield
        except BaseException:
            vars(self).clear()
            vars(self).update(before)
            raise

    def _rows(self, X: Any, reset: bool) -> np.ndarray:
        """X as float32 [rows, features], checked in scikit-learn's words; X itself where it is that already."""
        return validate_data(self, X, reset=reset, dtype=np.float32, order="C")

    def _outputs(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        check_is_fitted(self, "model_")
        return self.model_.predict(self._rows(X, reset=False))


class MLPClassifier(ClassifierMixin, _MLP):
    __doc__ = f"""A dense net that says classes.
    {SETTINGS}
    loss: cross_entropy, or binary: one output and a sigmoid, for two classes. classes_: the labels.

    >>> import relive
    >>> net = relive.MLPClassifier(hidden=[8], epochs=30, random_state=0).fit([[0, 0], [1, 1]] * 20, ["no", "yes"] * 20)
    >>> net.predict([[0, 0], [1, 1]]).tolist()
    ['no', 'yes']
    >>> net.dead_units_, net.evidence_rows_
    ([[0]], 40)
    """

    _losses = ("cross_entropy", "binary")

    def fit(self, X: Any, y: Any) -> MLPClassifier:
        """X: [rows, features], y: [rows] of labels. Starts anew. ValueError where they do not fit."""
        with self._whole():
            return self._fit(X, y, None, part=False)

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> MLPClassifier:
        """One epoch over these rows, going on from what was learned. classes: all labels, needed in the first call.
        The first rows decide standardisation. An optimiser's moments start at 0 in each call; no early stopping."""
        with self._whole():
            return self._fit(X, y, classes, part=True)

    def predict_proba(self, X: Any) -> np.ndarray:
        """X: [rows, features]. Returns probabilities, float32 [rows, classes], in the order of classes_."""
        outputs, _ = self._outputs(X)
        return outputs if outputs.shape[1] > 1 else np.hstack([1 - outputs, outputs])

    def predict(self, X: Any) -> np.ndarray:
        """X: [rows, features]. Returns labels, [rows]."""
        _, decided = self._outputs(X)
        return self.classes_[decided]

    def _fit(self, X: Any, y: Any, classes: Any, part: bool) -> MLPClassifier:
        again = part and hasattr(self, "model_")
        x, labels = _pair(self, X, y, reset=not again)
        check_classification_targets(labels)
        if not again:
            if part and classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            self.classes_ = np.unique(labels if classes is None else classes)
        if len(self.classes_) < 2:
            raise ValueError(f"Classifier can't train when only one class is present: {self.classes_[0]!r}")
        unknown = np.setdiff1d(labels, self.classes_)
        if len(unknown):
            raise ValueError(f"y has labels that classes has not: {unknown.tolist()}")
        self._learn(x, np.searchsorted(self.classes_, labels), [_word(label) for label in self.classes_], part)
        return self


class MLPRegressor(RegressorMixin, _MLP):
    __doc__ = f"""A dense net that says one real number, trained on the mean squared error.
    {SETTINGS}
    Targets are learned as they are. Where they are far from 0 ± 1, sklearn.compose.TransformedTargetRegressor(net,
    transformer=StandardScaler()) helps.

    >>> import relive
    >>> net = relive.MLPRegressor(epochs=100, lr=0.03, random_state=0).fit([[0], [1], [2], [3]] * 10, [0, 2, 4, 6] * 10)
    >>> net.score([[0], [1], [2], [3]], [0, 2, 4, 6]) > 0.99
    True
    """

    _losses = ("squared",)

    def fit(self, X: Any, y: Any) -> MLPRegressor:
        """X: [rows, features], y: [rows] of real targets. Starts anew. ValueError where they do not fit."""
        return self._fit(X, y, part=False)

    def partial_fit(self, X: Any, y: Any) -> MLPRegressor:
        """One epoch over these rows, going on from what was learned. The first rows decide standardisation. An
        optimiser's moments start at 0 in each call; no early stopping."""
        return self._fit(X, y, part=True)

    def predict(self, X: Any) -> np.ndarray:
        """X: [rows, features]. Returns float32 [rows]."""
        return self._outputs(X)[0][:, 0]

    def _fit(self, X: Any, y: Any, part: bool) -> MLPRegressor:
        with self._whole():
            x, targets = _pair(self, X, y, reset=not (part and hasattr(self, "model_")), numeric=True)
            self._learn(x, targets, [], part)
        return self


def _pair(estimator: _MLP, X: Any, y: Any, reset: bool, numeric: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """X and y, checked in scikit-learn's words."""
    least = 2 if estimator.early_stop or estimator.validation_share else 1  # rows: one of them for validation
    return validate_data(estimator, X, y=y, reset=reset, dtype=np.float32, order="C", y_numeric=numeric,
                         ensure_min_samples=least)


def _word(label: Any) -> str:
    """As the program writes the class: 1.0 is "1"."""
    return str(int(label)) if isinstance(label, (float, np.floating)) and label == int(label) else str(label)
