"""Nets behind scikit-learn's estimator protocol. A fitted estimator holds numbers and words alone, so that it can be
pickled and copied; the net is made anew from them where it is asked something."""
from __future__ import annotations

import os
import warnings
from typing import Any, Sequence

import numpy as np

from . import curves, recipe
from ._library import NULL, Errors, dataset, ffi, floats, lib, pointer
from .checks import (BaseEstimator, ClassifierMixin, NotFittedError, RegressorMixin, check_names, column_of, names_of,
                     rows_of)
from .errors import DivergedWarning

STEPS_BETWEEN_LOOKS = 256  # at Ctrl-C, while an epoch runs


class _MLP(BaseEstimator):
    """What both have in common."""

    def __init__(self, hidden=(32,), activation="relu", *, init="he", bias=0.0, optimizer="sgd", lr=0.1, epochs=20,
                 batch=None, momentum=0.0, schedule="constant", l1=0.0, l2=0.0, dropout=0.0, clip=0.0,
                 standardize=True, random_state=None):
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
        self.l1 = l1
        self.l2 = l2
        self.dropout = dropout
        self.clip = clip
        self.standardize = standardize
        self.random_state = random_state

    # ---- settings ----

    def _recipe(self, epochs: int | None = None) -> Any:
        made = recipe.default()
        settings = {name: value for name, value in self.get_params().items() if name in recipe.SETTERS}
        recipe.apply(made, settings)
        made.test_share = 0
        if epochs is not None:
            made.training.epochs = epochs
        if made.training.epochs < 1:
            raise ValueError(f"epochs: expected at least 1, found {self.epochs}")
        return made

    def _draw_seed(self) -> int:
        state = self.random_state
        if state is None:
            return int(np.random.randint(2**31))
        return int(state.randint(2**31)) if hasattr(state, "randint") else int(state)

    # ---- fitting ----

    def _fit(self, x: np.ndarray, y: np.ndarray, classes: int, again: bool, epochs: int | None) -> None:
        """x [rows, features] raw, y [rows]: class numbers, or real targets. again: goes on from what was learned."""
        made = self._recipe(epochs)
        if not again:
            self._seed = self._draw_seed()
            self.loss_curve_ = []
            self.n_iter_ = 0
            self._scaling = None
        scaled = self._scale(x, measure=not again)
        data = dataset(scaled, floats(y), classes)
        net = self._net(made, data)
        if again:
            self._restore(net)
        how = made.training
        how.in_order = False
        if how.batch > len(x):
            how.batch = -1
        self._train(net, data, how)
        count = ffi.new("size_t *")
        values = lib.rl_parameters(net, count)
        self._parameters = np.frombuffer(ffi.buffer(values, 4 * count[0]), np.float32).copy()
        self._sizes = (x.shape[1], classes)
        self._examine(net, data)

    def _scale(self, x: np.ndarray, measure: bool = False) -> np.ndarray:
        """A standardised copy, by the statistics of fit; x itself where that is not wanted."""
        if not self.standardize:
            return x
        if measure:
            scaling = ffi.gc(ffi.new("rl_scaling *"), lib.rl_scaling_free)
            with Errors() as err:
                lib.rl_scaling_measure(dataset(x), scaling, ffi.new("rl_memory *")[0], err)
            self._scaling = [np.frombuffer(ffi.buffer(part, 4 * x.shape[1]), np.float32).copy()
                             for part in (scaling.mean, scaling.deviation)]
        x = x.copy()
        lib.rl_scaling_apply(self._scaling_of_c(), dataset(x))
        return x

    def _scaling_of_c(self) -> Any:
        mean, deviation = self._scaling
        return ffi.new("rl_scaling *", dict(features=len(mean), mean=pointer(mean), deviation=pointer(deviation)))

    def _net(self, made: Any, data: Any) -> Any:
        arm = curves.parse(self.activation)
        if arm.redo_every:
            raise ValueError(f'activation: revival is no part of an estimator, found "{self.activation}"')
        with Errors() as err:
            net = lib.rl_recipe_net(made, arm, [self._seed], 1, data, ffi.new("rl_memory *")[0], err)
        return ffi.gc(net, lib.rl_net_free)

    def _restore(self, net: Any) -> None:
        ffi.memmove(lib.rl_parameters(net, ffi.new("size_t *")), self._parameters, self._parameters.nbytes)

    def _train(self, net: Any, data: Any, how: Any) -> None:
        """Few steps at a time, so that Ctrl-C is heard; the loss after each epoch, as the program's loss_curve has it."""
        with Errors() as err:
            trainer = ffi.gc(lib.rl_trainer_new(net, data, ffi.addressof(how), err), lib.rl_trainer_free)
        batch = len_of(data) if how.batch < 0 else how.batch or min(32, len_of(data))
        an_epoch = -(-len_of(data) // batch)
        if not self.loss_curve_:
            self.loss_curve_ = [self._loss(net, data, how)]
        going = True
        while going:
            left = an_epoch - lib.rl_trainer_steps(trainer) % an_epoch
            before = lib.rl_trainer_epochs(trainer)
            going = lib.rl_trainer_step(trainer, min(left, STEPS_BETWEEN_LOOKS))
            if lib.rl_trainer_epochs(trainer) > before:
                self.loss_curve_.append(self._loss(net, data, how))
        self.n_iter_ += lib.rl_trainer_epochs(trainer)
        fate = lib.rl_trainer_fate(trainer, 0)
        self.diverged_at_ = fate.diverged_at if fate.state == lib.RL_DIVERGED else None
        if self.diverged_at_ is not None:
            warnings.warn(f"diverged at step {self.diverged_at_}: loss or weights were no longer finite; a smaller lr "
                          "may help", DivergedWarning, stacklevel=4)

    def _loss(self, net: Any, data: Any, how: Any) -> float:
        mean = ffi.new("double *")
        with Errors() as err:
            lib.rl_evaluate(net, data, how.loss, mean, NULL, err)
        return mean[0]

    def _examine(self, net: Any, data: Any) -> None:
        """The vital signs on the training set, as attributes."""
        with Errors() as err:
            census = ffi.gc(lib.rl_census_new(net, err), lib.rl_census_free)
            lib.rl_census_take(census, net, data, err)
        units = [(lib.rl_census_unit(census, i, 0), lib.rl_census_vitals(census, i, 0))
                 for i in range(lib.rl_census_units(census))]
        nodes = sorted({unit.node for unit, _ in units})
        self.dead_units_ = [[u.unit for u, v in units if u.node == node and lib.rl_is_dead(v)] for node in nodes]
        self.silent_units_ = [[u.unit for u, v in units if u.node == node and lib.rl_is_silent(v)] for node in nodes]
        self.dead_share_ = lib.rl_census_dead_share(census, 0) if units else 0.0
        self.silent_share_ = lib.rl_census_silent_share(census, 0) if units else 0.0
        self.evidence_rows_ = len_of(data)

    # ---- asking ----

    def _check_input(self, X: Any) -> np.ndarray:
        if not hasattr(self, "_parameters"):
            raise NotFittedError(f"This {type(self).__name__} instance is not fitted yet. Call 'fit' first.")
        check_names(self, X)
        x = rows_of(X)
        self._check_width(x)
        return x

    def _check_width(self, x: np.ndarray) -> None:
        if x.shape[1] != self.n_features_in_:
            raise ValueError(f"X has {x.shape[1]} features, but {type(self).__name__} is expecting "
                             f"{self.n_features_in_} features as input.")

    def _learned(self, data: Any) -> Any:
        net = self._net(self._recipe(), data)
        self._restore(net)
        return net

    def _outputs(self, x: np.ndarray, loss: Any, outputs: int) -> np.ndarray:
        data = dataset(self._scale(x), None, self._sizes[1])
        net = self._learned(data)
        found = np.empty((len(x), outputs), np.float32)
        with Errors() as err:
            lib.rl_predict(net, 0, data, loss, pointer(found), NULL, err)
        return found

    def _begin(self, X: Any, again: bool) -> np.ndarray:
        """X checked, and its names and width remembered, or compared."""
        if again:
            check_names(self, X)
        x = rows_of(X)
        if again:
            self._check_width(x)
            return x
        self.n_features_in_ = x.shape[1]
        names = names_of(X)
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        return x

    def _save(self, path: str | os.PathLike, loss: Any, names: Sequence[Any]) -> None:
        x = np.zeros((1, self.n_features_in_), np.float32)
        net = self._learned(dataset(x, None, self._sizes[1]))
        words = [ffi.new("char[]", str(name).encode()) for name in names]
        each = ffi.new("char *[]", words) if words else NULL
        model = ffi.new("rl_model *", dict(net=net, loss=loss, classes=len(words), class_names=each, seed=self._seed))
        if self._scaling is not None:
            model.scaling = self._scaling_of_c()[0]
        with Errors() as err:
            lib.rl_model_save(model, os.fspath(path).encode(), err)


def len_of(data: Any) -> int:
    """The rows of an rl_dataset."""
    return int(data.rows)


class MLPClassifier(ClassifierMixin, _MLP):
    """A dense net that says classes, trained and watched by the library.

    Settings are the program's options: hidden widths, activation NAME[:ALPHA], init, bias (the initial one), optimizer,
    lr, epochs, batch (None: 32, or all rows if fewer), momentum, schedule, l1, l2, dropout, clip, standardize,
    random_state (the seed; None: another each time).

    After fit: classes_ [classes], n_features_in_, feature_names_in_ (of a table with column names), n_iter_ (epochs),
    loss_curve_ [epochs + 1] (training loss before the first step and after each epoch), diverged_at_ (a step, or None),
    dead_units_ and silent_units_ (ids, layer by layer), dead_share_, silent_share_, and evidence_rows_: on how many
    training rows that was seen.

    >>> import relive
    >>> net = relive.MLPClassifier(hidden=[8], epochs=30, random_state=0).fit([[0, 0], [1, 1]] * 20, ["no", "yes"] * 20)
    >>> net.predict([[0, 0], [1, 1]]).tolist()
    ['no', 'yes']
    """

    def fit(self, X: Any, y: Any) -> "MLPClassifier":
        """X: [rows, features], y: [rows] of labels. ValueError where they do not fit."""
        x = self._begin(X, again=False)
        labels = self._labels(y, len(x))
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"Classifier can't train when only one class is present: {self.classes_[0]!r}")
        self._fit(x, numbers, len(self.classes_), again=False, epochs=None)
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> "MLPClassifier":
        """One epoch over these rows, going on from what was learned. classes: all labels, needed in the first call.
        The first rows decide standardisation; momentum starts at 0 in each call."""
        again = hasattr(self, "_parameters")
        x = self._begin(X, again)
        labels = self._labels(y, len(x))
        if not again:
            if classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            self.classes_ = np.unique(classes)
            if len(self.classes_) < 2:
                raise ValueError("classes: expected at least 2 labels")
        unknown = np.setdiff1d(labels, self.classes_)
        if len(unknown):
            raise ValueError(f"y has labels that classes has not: {unknown.tolist()}")
        self._fit(x, np.searchsorted(self.classes_, labels), len(self.classes_), again, epochs=1)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """X: [rows, features]. Returns probabilities, float32 [rows, classes], in the order of classes_."""
        x = self._check_input(X)
        return self._outputs(x, recipe.named("loss", "cross_entropy"), len(self.classes_))

    def predict(self, X: Any) -> np.ndarray:
        """X: [rows, features]. Returns labels, [rows]."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)] if hasattr(self, "classes_") else self._check_input(X)

    def save(self, path: str | os.PathLike) -> None:
        """Writes a model that the program, relive.Model and PyTorch read (safetensors)."""
        self._save(path, recipe.named("loss", "cross_entropy"), self.classes_.tolist())

    def _labels(self, y: Any, rows: int) -> np.ndarray:
        y = column_of(self, y, rows)
        if y.dtype.kind == "f" and (y != np.floor(y)).any():
            raise ValueError("Unknown label type: continuous")
        return y


class MLPRegressor(RegressorMixin, _MLP):
    """A dense net that says one real number, trained on the mean squared error and watched by the library.

    Settings and attributes are MLPClassifier's without classes. With standardize, targets are standardised too, and what
    predict gives is carried back; loss_curve_ is of the standardised targets.

    >>> import relive
    >>> net = relive.MLPRegressor(epochs=50, random_state=0).fit([[0], [1], [2], [3]] * 10, [0, 2, 4, 6] * 10)
    >>> net.score([[0], [1], [2], [3]], [0, 2, 4, 6]) > 0.95
    True
    """

    def fit(self, X: Any, y: Any) -> "MLPRegressor":
        """X: [rows, features], y: [rows] of real targets. ValueError where they do not fit."""
        x = self._begin(X, again=False)
        self._fit(x, self._targets(y, len(x), measure=True), 0, again=False, epochs=None)
        return self

    def partial_fit(self, X: Any, y: Any) -> "MLPRegressor":
        """One epoch over these rows, going on from what was learned. The first rows decide standardisation."""
        again = hasattr(self, "_parameters")
        x = self._begin(X, again)
        self._fit(x, self._targets(y, len(x), measure=not again), 0, again, epochs=1)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """X: [rows, features]. Returns float64 [rows]."""
        x = self._check_input(X)
        said = self._outputs(x, recipe.named("loss", "squared"), 1).ravel().astype(np.float64)
        return said * self._target_deviation + self._target_mean

    def save(self, path: str | os.PathLike) -> None:
        """Writes a model that the program, relive.Model and PyTorch read; without standardize only, since a model
        carries no statistics of targets."""
        if self.standardize:
            raise ValueError("a saved model has no place for the targets' statistics: fit with standardize=False")
        self._save(path, recipe.named("loss", "squared"), [])

    def _targets(self, y: Any, rows: int, measure: bool) -> np.ndarray:
        y = column_of(self, y, rows).astype(np.float64)
        if measure:
            self._target_mean = float(y.mean()) if self.standardize else 0.0
            self._target_deviation = float(y.std()) or 1.0 if self.standardize else 1.0
        return (y - self._target_mean) / self._target_deviation
