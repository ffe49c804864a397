"""One training, as `relive train` does it: parts of the data, the net, its steps, and what was seen on the way."""
from __future__ import annotations

import contextlib
import os
import time
from typing import Any

import numpy as np

from . import _settings, curves
from ._interrupt import Stop
from ._library import Errors, dataset, document, ffi, lib, text_of
from .errors import ConfigError
from .model import Model, scaling_of
from .net import Net

SLICE = 0.05  # seconds of training between two looks at whether to stop


def train(recipe: Any, activation: str, x: np.ndarray, y: np.ndarray, classes: list[str], *, seed: int, data_seed: int,
          threads: int, start: Model | None, stop: Stop) -> tuple[Model, dict]:
    """x: float32 [rows, features], raw; y: float32 [rows]. start: a model to go on from, whose standardisation stays.
    Returns the model and an estimator's attributes."""
    with contextlib.ExitStack() as freed:
        if start:
            recipe.standardize, x = False, start.standardised(x)
        parts = ffi.new("rl_parts *")
        freed.callback(lib.rl_parts_free, parts)
        arm = curves.parse(activation)
        with Errors() as err:
            lib.rl_parts_make(recipe, dataset(x, y, classes), data_seed, parts, err)
            c = lib.rl_recipe_net(recipe, arm, [seed], 1, parts.train, ffi.new("rl_memory *")[0], err)
        net = Net._of(c)
        if start:
            if _shapes(net) != _shapes(start.net):
                raise ConfigError(f"expected the layers that were fitted, {start.net.layers}; found {net.layers}")
            net.parameters[:] = start.net.parameters
        if stop.is_set():
            raise KeyboardInterrupt
        seen = _steps(net, recipe, arm, parts, threads, stop, freed)
        loss = text_of(recipe.training.loss.name) if recipe.training.loss else "cross_entropy" if classes else "squared"
        scaling = start.scaling if start else scaling_of(parts.scaling)
        return Model._of("model", net, loss, classes, scaling), seen


def _shapes(net: Net) -> dict:
    return {name: tensor.shape for name, tensor in net.tensors.items()}


def _steps(net: Net, recipe: Any, arm: Any, parts: Any, threads: int, stop: Stop, freed: contextlib.ExitStack) -> dict:
    how = ffi.new("rl_training *", recipe.training)
    how.validation = parts.validation
    how.threads = threads or len(os.sched_getaffinity(0))
    how.batch = min(how.batch, parts.train.rows)
    observers, made = ffi.new("rl_observer[2]"), []

    def make(kind: str, *arguments: Any) -> Any:
        with Errors() as err:
            thing = getattr(lib, f"rl_{kind}_new")(net._c, *arguments, err)
        freed.callback(getattr(lib, f"rl_{kind}_free"), thing)
        return thing

    monitor = make("monitor", parts.train, 0)
    made.append(lib.rl_monitor_observer(monitor))
    if arm.redo_every:
        made.append(lib.rl_redo_observer(make("redo", parts.train, [arm.redo_every])))
    for i, observer in enumerate(made):
        observers[i] = observer
    how.observers, how.observer_count = observers, len(made)
    trainer = make("trainer", parts.train, how)

    curve = _Curves(net, parts, how.loss)
    curve.look()
    batch = how.batch if how.batch > 0 else parts.train.rows if how.batch < 0 else min(32, parts.train.rows)
    epoch, steps, going = -(-parts.train.rows // batch), 1, True
    while going:
        if stop.is_set():
            raise KeyboardInterrupt
        began, before = time.monotonic(), lib.rl_trainer_epochs(trainer)
        going = lib.rl_trainer_step(trainer, min(steps, epoch - lib.rl_trainer_steps(trainer) % epoch))
        if lib.rl_trainer_epochs(trainer) > before:
            curve.look(lib.rl_trainer_fate(trainer, 0).state == lib.RL_DIVERGED)
        steps = 2 * steps if time.monotonic() - began < SLICE / 2 else max(1, steps // 2)
    with Errors() as err:
        lib.rl_monitor_check(monitor, err)
    fate = lib.rl_trainer_fate(trainer, 0)
    diverged = fate.state == lib.RL_DIVERGED
    return {**curve.found(), **_units_seen(net, recipe, arm, parts, monitor, fate),
            "n_iter_": lib.rl_trainer_epochs(trainer), "diverged_at_": fate.diverged_at if diverged else None,
            "best_epoch_": fate.best_epoch if fate.best_epoch >= 0 else None}


class _Curves:
    """Loss and accuracy before the first step and after each epoch, in evaluation mode, without penalties."""

    def __init__(self, net: Net, parts: Any, loss: Any):
        self.net, self.loss = net, loss
        self.parts = {"": parts.train, "validation_": parts.validation}
        self.values: dict[str, list[float] | None] = {f"{part}{what}_curve_": [] if self.parts[part] else None
                                                      for part in self.parts for what in ("loss", "accuracy")}

    def look(self, diverged: bool = False) -> None:
        loss, accuracy = ffi.new("double *"), ffi.new("double *")
        for name, part in self.parts.items():
            if not part:
                continue
            with Errors() as err:
                lib.rl_evaluate(self.net._c, part, self.loss, loss, accuracy, err)
            self.values[f"{name}loss_curve_"].append(float("nan") if diverged else loss[0])
            self.values[f"{name}accuracy_curve_"].append(float("nan") if diverged else accuracy[0])

    def found(self) -> dict:
        """None for what there is not: validation, or accuracy of real targets."""
        return {name: None if not values or np.isnan(values[0]) and "accuracy" in name else values
                for name, values in self.values.items()}


def _units_seen(net: Net, recipe: Any, arm: Any, parts: Any, monitor: Any, fate: Any) -> dict:
    """Who is dead and silent, layer by layer, when they died and of what; the evidence are the training rows."""
    units = [(lib.rl_monitor_unit(monitor, i, 0), lib.rl_monitor_state(monitor, i, 0))
             for i in range(lib.rl_monitor_units(monitor))]
    layers = sorted({unit.node for unit, _ in units})
    looks = range(lib.rl_monitor_censuses(monitor))
    share = max(len(units), 1)
    count = ffi.new("size_t *")
    events = lib.rl_monitor_events(monitor, count)
    if fate.state == lib.RL_DIVERGED:  # what came after is no history of its own
        while count[0] and events[count[0] - 1].step > fate.diverged_at:
            count[0] -= 1
    return {"dead_units_": [[u.unit for u, s in units if u.node == node and s.dead] for node in layers],
            "silent_units_": [[u.unit for u, s in units if u.node == node and s.silent] for node in layers],
            "dead_curve_": [lib.rl_monitor_dead(monitor, k, 0) / share for k in looks],
            "silent_curve_": [lib.rl_monitor_silent(monitor, k, 0) / share for k in looks],
            "evidence_rows_": int(parts.train.rows), "events_": _events(recipe, arm, parts, layers, events, count[0])}


def _events(recipe: Any, arm: Any, parts: Any, nodes: list[int], events: Any, count: int) -> list[dict]:
    """As the program tells them; the document lists at most a thousand at a time. nodes: those that have units."""
    told: list[dict] = []
    name = ffi.new("char[]", b"array")  # C only points to these
    layers = ffi.new("rl_layer_state[]", [dict(node=node) for node in nodes])
    for first in range(0, count, 1000):
        seed = ffi.new("rl_trained *", dict(events=events + first, event_count=min(1000, count - first),
                                                layers=layers, layer_count=len(nodes)))
        found = ffi.new("rl_training_found *", dict(data=name, recipe=recipe, arm=arm[0], seeds=seed,
                                                    seed_count=1, train_rows=parts.train.rows))
        told += document(lib.rl_training_json, found)["seeds"][0]["events"]
    return told
