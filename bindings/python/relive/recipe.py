"""How a net is built and trained: Python's words, which are the program's options, as the library's rl_recipe."""
from __future__ import annotations

from typing import Any, Sequence

from ._library import NULL, Errors, ffi, lib, text_of


def named(kind: str, name: str) -> Any:
    with Errors() as err:
        found = getattr(lib, f"rl_{kind}_named")(str(name).encode(), err)
    return found


def default() -> Any:
    """The program's defaults: 32 hidden, He, standardised, SGD 0.1, batch 32, 20 epochs, 0.2 test."""
    return ffi.new("rl_recipe *", lib.rl_recipe_default())


SCHEDULES = {"constant": lib.RL_CONSTANT, "step": lib.RL_STEP, "cosine": lib.RL_COSINE}


def _set_hidden(recipe: Any, widths: int | Sequence[int]) -> None:
    widths = [int(width) for width in (widths if hasattr(widths, "__len__") else [widths])]
    if len(widths) > lib.RL_MOST_HIDDEN or any(not 0 < width <= 1_000_000 for width in widths):
        raise ValueError(f"hidden: expected at most {lib.RL_MOST_HIDDEN} widths of at least 1, found {widths}")
    recipe.hidden_count = len(widths)
    for i, width in enumerate(widths):
        recipe.hidden[i] = width


def _set_init(recipe: Any, text: str) -> None:
    name, _, sd = text.partition(":")
    recipe.init = named("initialiser", name)
    if (name == "normal") != bool(sd):
        raise ValueError(f'init: expected a name, or normal:SD, found "{text}"')
    recipe.init_sd = float(sd or 0)


def _set_schedule(recipe: Any, name: str) -> None:
    if name not in SCHEDULES:
        raise ValueError(f'schedule: expected one of {", ".join(SCHEDULES)}, found "{name}"')
    recipe.training.schedule = SCHEDULES[name]


def _set_batch(recipe: Any, rows: int | str | None) -> None:
    if rows is not None and rows != "full" and int(rows) < 1:
        raise ValueError(f'batch: expected at least 1 row, "full" or None, found {rows}')
    recipe.training.batch = 0 if rows is None else -1 if rows == "full" else int(rows)


def _set_loss(recipe: Any, name: str | None) -> None:
    recipe.training.loss = NULL if name is None else named("loss", name)


def _training(name: str, kind: type):
    return lambda recipe, value: setattr(recipe.training, name, kind(value))


def _own(name: str, kind: type):
    return lambda recipe, value: setattr(recipe, name, kind(value))


SETTERS = {
    "hidden": _set_hidden, "init": _set_init, "bias": _own("bias", float), "dropout": _own("dropout", float),
    "standardize": _own("standardize", bool), "test_share": _own("test_share", float),
    "validation_share": _own("validation_share", float), "epochs": _training("epochs", int), "batch": _set_batch,
    "lr": _training("rate", float), "momentum": _training("momentum", float), "schedule": _set_schedule,
    "optimizer": lambda recipe, name: setattr(recipe.training, "optimiser", named("optimiser", name)),
    "clip": _training("clip", float), "l1": _training("l1", float), "l2": _training("l2", float),
    "decay_biases": _training("decay_biases", bool), "loss": _set_loss, "early_stop": _training("patience", int),
}


def apply(recipe: Any, settings: dict[str, Any]) -> None:
    """Sets what is named; TypeError for a word that is no setting."""
    for name, value in settings.items():
        if name not in SETTERS:
            raise TypeError(f'unknown setting "{name}"; expected some of {", ".join(SETTERS)}')
        SETTERS[name](recipe, value)


def regimes() -> dict[str, Any]:
    """The named ways to live or die, by name."""
    count = ffi.new("size_t *")
    every = lib.rl_regimes(count)
    return {text_of(every[i].name): every + i for i in range(count[0])}
