"""The vital signs of a PyTorch module. What goes into each activation module, seen by a hook, is examined by the library
as a layer of its own: the curve with nothing behind it, as `relive scan --dump --pre` does. Of weights it knows nothing,
so nobody is called starved or severed."""
from __future__ import annotations

import contextlib
from typing import Any, Iterable

import numpy as np

from . import curves
from ._library import NULL, Errors, dataset, document, ffi, floats, lib, pointer

# By the class's name, so that PyTorch need not be there: the curve as the program writes it.
CURVES = {
    "ReLU": lambda m: "relu", "LeakyReLU": lambda m: f"leaky_relu:{m.negative_slope}", "ReLU6": lambda m: "relu6",
    "ELU": lambda m: f"elu:{m.alpha}", "CELU": lambda m: f"celu:{m.alpha}", "SELU": lambda m: "selu",
    "GELU": lambda m: "gelu_tanh" if m.approximate == "tanh" else "gelu", "SiLU": lambda m: "silu",
    "Mish": lambda m: "mish", "Hardswish": lambda m: "hard_swish", "Softplus": lambda m: "softplus",
    "Softsign": lambda m: "softsign", "Sigmoid": lambda m: "sigmoid", "Tanh": lambda m: "tanh",
    "RReLU": lambda m: f"rrelu:{(m.lower + m.upper) / 2}", "PReLU": lambda m: "prelu",
}


def _curve_of(module: Any) -> str | None:
    kind = type(module)
    if not kind.__module__.startswith("torch.nn") or kind.__name__ not in CURVES:
        return None
    if kind.__name__ == "Softplus" and module.beta != 1:
        raise ValueError(f"Softplus(beta={module.beta}): expected beta 1, the only one that relive has")
    return CURVES[kind.__name__](module)


class _Layer:
    """One activation module, being examined."""

    def __init__(self, name: str, module: Any, curve: str, thresholds: Any, unit_axis: int):
        self.name, self.module, self.curve = name, module, curve
        self.thresholds, self.unit_axis = thresholds, unit_axis
        self.net, self.rows, self.units, self.output = NULL, 0, 0, None

    def look(self, module: Any, given: tuple) -> None:
        z = given[0].detach().float().cpu().numpy()
        z = z[:, None] if z.ndim == 1 else np.moveaxis(z, self.unit_axis, -1)
        z = floats(z).reshape(-1, z.shape[-1])
        if self.net == NULL:
            self.begin(z.shape[1])
        with Errors() as err:
            lib.rl_examine_rows(self.examination, self.net, dataset(z), err)
        self.rows += len(z)

    def begin(self, units: int) -> None:
        self.units, self.arm = units, curves.parse(self.curve)
        with Errors() as err:
            self.net = ffi.gc(lib.rl_net_new(ffi.new("rl_net_config *")[0], err), lib.rl_net_free)
            alpha = ffi.new("float *", self.arm.alpha)
            x = lib.rl_input(self.net, ffi.new("rl_shape *", dict(rank=1, size=[units]))[0], err)
            x = lib.rl_activate_with(self.net, x, ffi.new("rl_activation_config *", dict(curve=self.arm.curve,
                                                                                       alpha=alpha))[0], err)
            lib.rl_dropout(self.net, x, 0, err)  # passes everything on, and makes the curve's a hidden node
        if self.curve == "prelu":
            slopes = lib.rl_parameters(self.net, ffi.new("size_t *"))
            learned = np.resize(self.module.weight.detach().float().cpu().numpy(), units)
            ffi.memmove(slopes, np.ascontiguousarray(learned), learned.nbytes)
        with Errors() as err:
            self.examination = ffi.gc(lib.rl_examine_new(self.net, self.thresholds, err), lib.rl_examination_free)

    def end(self, layer: Any) -> Any:
        """Fills an rl_scanned_layer; returns what must outlive it."""
        with Errors() as err:
            lib.rl_examine_end(self.examination, self.net, err)
        signs = ffi.new("rl_signs[]", [lib.rl_examination_signs(self.examination, i, 0) for i in range(self.units)])
        layer.known = (1 << lib.RL_WORDS) - 1 & ~(lib.RL_STARVED | lib.RL_SEVERED | lib.RL_PROVED_DEAD)
        for one in signs:
            one.words &= layer.known
        layer.name = self.name.encode()[:lib.RL_NAME_ROOM - 1]
        layer.activation = (self.curve if self.curve == "prelu" else curves.label(self.arm[0])).encode()
        layer.units, layer.signs = self.units, signs
        whole = [one for one in signs if not one.counts.broken]
        fires = [one.counts.fired / self.rows for one in whole]
        layer.sparsity = sum(one.zeros for one in whole) / len(whole) if whole else float("nan")
        layer.dispersion = float(np.std(fires)) if whole else float("nan")
        return signs


@contextlib.contextmanager
def _evaluating(module: Any):
    """Every part in evaluation mode, and afterwards each in the mode it had."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode


def watch(module: Any, loader: Iterable, *, unit_axis: int = 1, dormant: float = 0, saturated: float = 0,
          nearly_dead: float = 0) -> dict:
    """The vital signs of a torch.nn.Module on all that loader gives, in the words of `relive scan`.

    loader: batches, tensors [rows, …] or tuples whose first is one. Every activation module (nn.ReLU, nn.LeakyReLU, …)
    is a layer, unless it gives the module's own result. A unit is one index of unit_axis of what goes in: a feature, or
    a channel, over all its positions and examples. torch.nn.functional.relu cannot be seen. The watch is in evaluation
    mode; modes are restored and hooks removed, also after an error.

    Returns scan's document as a dict without "schema"; a layer's "rows" is its evidence, examples times positions.
    Raises ValueError where there is nothing to look at.

        found = relive.watch(model, loader)
        print(found["totals"]["dead"], "dead units on", found["reference"]["rows"], "examples")
    """
    import torch  # PyTorch is optional: asked for only here

    thresholds = ffi.new("rl_thresholds *", dict(dormant=dormant or 0.025, saturated=saturated or 1e-3,
                                                 nearly_dead=nearly_dead or 0.01))
    layers = [_Layer(name, part, curve, thresholds[0], unit_axis) for name, part in module.named_modules()
              if (curve := _curve_of(part)) is not None]
    if not layers:
        raise ValueError(f"{type(module).__name__} has no activation modules (torch.nn.ReLU and the like) to watch")
    where = next((each.device for each in module.parameters()), torch.device("cpu"))
    hooks, results = [], []
    for layer in layers:
        hooks.append(layer.module.register_forward_pre_hook(layer.look))
        hooks.append(layer.module.register_forward_hook(lambda _, __, out, layer=layer: setattr(layer, "output", out)))
    rows = 0
    try:
        with _evaluating(module), torch.no_grad():
            for batch in loader:
                x = batch[0] if isinstance(batch, (tuple, list)) else batch
                last = module(x.to(where))
                results = [layer for layer in layers if layer.output is last]
                rows += len(x)
    finally:
        for hook in hooks:
            hook.remove()
    hidden = [layer for layer in layers if layer.rows and layer not in results]
    if not hidden:
        raise ValueError("no hidden activation was evaluated: the loader gave no rows, or every activation is an output")
    return _document(type(module).__name__, hidden, rows, thresholds[0])


def _document(name: str, hidden: list[_Layer], rows: int, thresholds: Any) -> dict:
    each = ffi.new("rl_scanned_layer[]", len(hidden))
    kept = [layer.end(each[i]) for i, layer in enumerate(hidden)]
    source = ffi.new("char[]", name.encode())
    found = ffi.new("rl_scan *", dict(source=source, dump=True, rows=rows, thresholds=thresholds, layers=each,
                                      layer_count=len(hidden)))
    told = document(lib.rl_scan_json, found)
    del kept  # the document is written: signs may go
    for layer, words in zip(hidden, told["layers"]):
        words["rows"] = layer.rows
    return told
