"""How a net is built and trained: Python's words, which are the program's options, as the library's rl_recipe."""
from __future__ import annotations

import operator
from typing import Any, Callable, Sequence

import numpy as np

from ._library import NULL, ffi, lib, named
from .errors import ConfigError

MOST_UNITS = 65536  # in a layer, as the program has it
SCHEDULES = {"constant": lib.RL_CONSTANT, "step": lib.RL_STEP, "cosine": lib.RL_COSINE}


def default() -> Any:
    """The program's defaults: 32 hidden, He, standardised, SGD 0.1, batch 32, 20 epochs, 0.2 test."""
    return ffi.new("rl_recipe *", lib.rl_recipe_default())


def _set_hidden(recipe: Any, widths: int | Sequence[int]) -> None:
    if isinstance(widths, str):
        raise TypeError(f"expected widths as in [32, 16], found {widths!r}")
    widths = [operator.index(width) for width in (widths if hasattr(widths, "__iter__") else [widths])]
    if len(widths) > lib.RL_MOST_HIDDEN or not all(0 < width <= MOST_UNITS for width in widths):
        raise ValueError(f"expected at most {lib.RL_MOST_HIDDEN} widths from 1 to {MOST_UNITS}, found {widths}")
    recipe.hidden_count = len(widths)
    for i, width in enumerate(widths):
        recipe.hidden[i] = width


def _set_init(recipe: Any, text: str) -> None:
    name, colon, sd = str(text).partition(":")
    if (name == "normal") != bool(colon):
        raise ValueError(f"expected a name, or normal:SD, found {text!r}")
    recipe.init = named("initialiser", name)
    recipe.init_sd = float(sd or 0)


def _set_recurrent_init(recipe: Any, name: str | None) -> None:
    recipe.recurrent_init = NULL if name is None else named("initialiser", name)


def _set_standardize(recipe: Any, how: bool | str) -> None:
    if isinstance(how, str) and how != "center":
        raise ValueError(f'expected True, False or "center", found {how!r}')
    recipe.standardize = lib.RL_CENTRED if how == "center" else lib.RL_STANDARDISED if how else lib.RL_AS_THEY_ARE


def _set_schedule(recipe: Any, name: str) -> None:
    if name not in SCHEDULES:
        raise ValueError(f"expected one of {', '.join(SCHEDULES)}, found {name!r}")
    recipe.training.schedule = SCHEDULES[name]


def _set_batch(recipe: Any, rows: int | str | None) -> None:
    if rows == "full":
        recipe.training.batch = -1
    elif rows is None:
        recipe.training.batch = 0
    else:
        recipe.training.batch = _at_least(1, rows)


def _set_momentum(recipe: Any, value: float) -> None:
    if not value > 0:
        raise ValueError(f"expected a number above 0 (without momentum the optimizer is sgd), found {value}")
    recipe.training.momentum = value


def _set_loss(recipe: Any, name: str | None) -> None:
    recipe.training.loss = NULL if name is None else named("loss", name)


def _at_least(least: int, value: Any) -> int:
    if operator.index(value) < least:
        raise ValueError(f"expected at least {least}, found {value}")
    return operator.index(value)


def _share(value: float | None) -> float:
    if value is None:
        return 0
    if not 0 <= value < 1:
        raise ValueError(f"expected a share of at least 0 and below 1, found {value}")
    return float(value)


def whole(name: str, value: Any, least: int, most: int) -> int:
    """value, for a C integer that holds no more; ConfigError says which argument it was."""
    if not isinstance(value, (int, np.integer)) or not least <= value <= most:
        raise ConfigError(f"{name}: expected a whole number from {least} to {most}, found {value!r}")
    return int(value)


def seed(name: str, value: Any) -> int:
    return whole(name, value, 0, 2**64 - 1)


def _own(name: str, kind: Callable[[Any], Any]) -> Callable[[Any, Any], None]:
    return lambda recipe, value: setattr(recipe, name, kind(value))


def _training(name: str, kind: Callable[[Any], Any]) -> Callable[[Any, Any], None]:
    return lambda recipe, value: setattr(recipe.training, name, kind(value))


SETTERS: dict[str, Callable[[Any, Any], None]] = {
    "hidden": _set_hidden, "recurrent_init": _set_recurrent_init, "init": _set_init,
    "bias": _own("bias", float), "dropout": _own("dropout", _share),
    "standardize": _set_standardize, "test_share": _own("test_share", _share),
    "validation_share": _own("validation_share", _share),
    "epochs": _training("epochs", lambda n: _at_least(1, n)), "batch": _set_batch, "lr": _training("rate", float),
    "optimizer": _training("optimiser", lambda name: named("optimiser", name)), "momentum": _set_momentum,
    "schedule": _set_schedule, "clip": _training("clip", float), "l1": _training("l1", float),
    "l2": _training("l2", float), "decay_biases": _training("decay_biases", bool), "loss": _set_loss,
    "early_stop": _training("patience", lambda epochs: _at_least(0, epochs)),
}


def apply(recipe: Any, settings: dict[str, Any]) -> None:
    """Sets what is named. TypeError for a word that is no setting, ConfigError for a value that has no meaning."""
    for name, value in settings.items():
        if name not in SETTERS:
            raise TypeError(f"unknown setting {name!r}; expected some of {', '.join(SETTERS)}")
        try:
            SETTERS[name](recipe, value)
        except (TypeError, ValueError, OverflowError) as error:
            raise ConfigError(f"{name}: {error}") from None
    if recipe.training.patience > 0 and recipe.validation_share == 0:
        if settings.get("validation_share") is not None:
            raise ConfigError("early_stop needs validation rows: a validation_share above 0")
        recipe.validation_share = 0.1
