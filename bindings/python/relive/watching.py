"""The vital signs of a PyTorch module. What goes into each activation module, seen by a hook, is examined by the library
as a layer of its own: the curve with nothing behind it, as `relive scan --dump --pre` does. Of weights it knows nothing,
so of nobody is said whether it is starved or severed."""
from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator

import numpy as np

from . import curves
from ._library import Errors, bytes_of, dataset, document, ffi, floats, lib

if TYPE_CHECKING:
    import torch

# By the class's name, so that PyTorch need not be there: the curve as the program writes it.
CURVES: dict[str, Callable[[Any], str]] = {
    "ReLU": lambda m: "relu", "LeakyReLU": lambda m: f"leaky_relu:{m.negative_slope}", "ReLU6": lambda m: "relu6",
    "ELU": lambda m: f"elu:{m.alpha}", "CELU": lambda m: f"celu:{m.alpha}", "SELU": lambda m: "selu",
    "GELU": lambda m: "gelu_tanh" if m.approximate == "tanh" else "gelu", "SiLU": lambda m: "silu",
    "Mish": lambda m: "mish", "Hardswish": lambda m: "hard_swish", "Softplus": lambda m: "softplus",
    "Softsign": lambda m: "softsign", "Sigmoid": lambda m: "sigmoid", "Tanh": lambda m: "tanh",
    "RReLU": lambda m: "rrelu", "PReLU": lambda m: "prelu",
}
BY_CHANNEL = ("Conv", "BatchNorm", "InstanceNorm", "GroupNorm", "LazyConv", "LazyBatchNorm")  # units lie along axis 1 …
BY_FEATURE = ("Linear", "LazyLinear", "Bilinear", "LayerNorm", "Embedding")                   # … or along the last
UNTOLD = lib.RL_STARVED | lib.RL_SEVERED | lib.RL_PROVED_DEAD


def _curve_of(module: Any) -> str | None:
    kind = type(module)
    if not kind.__module__.startswith("torch.nn") or kind.__name__ not in CURVES:
        return None
    if kind.__name__ == "Softplus" and module.beta != 1:
        raise ValueError(f"Softplus(beta={module.beta}): expected beta 1, the only one that relive has")
    return CURVES[kind.__name__](module)


class _Layer:
    """What one activation module is given at one place of the forward pass, being examined."""

    def __init__(self, name: str, module: Any, units: int, thresholds: Any):
        self.name, self.module, self.units, self.thresholds = name, module, units, thresholds
        self.curve, self.rows, self.result = _curve_of(module), 0, None
        self.arm = curves.parse(self.curve)
        if self.curve == "rrelu":
            self.arm.alpha = (module.lower + module.upper) / 2  # the slope in evaluation mode
        alpha = ffi.new("float *", self.arm.alpha)
        with Errors() as err:
            self.net = ffi.gc(lib.rl_net_new(ffi.new("rl_net_config *")[0], err), lib.rl_net_free)
            x = lib.rl_input(self.net, ffi.new("rl_shape *", dict(rank=1, size=[units]))[0], err)
            curve = ffi.new("rl_activation_config *", dict(curve=self.arm.curve, alpha=alpha))
            x = lib.rl_activate_with(self.net, x, curve[0], err)
            lib.rl_dropout(self.net, x, 0, err)  # passes everything on, and makes the curve's a hidden node
        if self.curve == "prelu":
            slopes = np.ascontiguousarray(np.resize(_floats(module.weight), units))
            ffi.memmove(lib.rl_parameters(self.net, ffi.new("size_t *")), slopes, slopes.nbytes)
        with Errors() as err:
            self.examination = ffi.gc(lib.rl_examine_new(self.net, thresholds, err), lib.rl_examination_free)

    def examine(self, z: np.ndarray) -> None:
        """z: float32 [rows, units]."""
        if z.shape[1] != self.units:
            raise ValueError(f"{self.name}: {z.shape[1]} units now, {self.units} before")
        with Errors() as err:
            lib.rl_examine_rows(self.examination, self.net, dataset(z), err)
        self.rows += len(z)

    def tell(self, layer: Any) -> Any:
        """Fills an rl_scanned_layer; returns what must outlive it."""
        with Errors() as err:
            lib.rl_examine_end(self.examination, self.net, err)
        signs = ffi.new("rl_signs[]", [lib.rl_examination_signs(self.examination, i, 0) for i in range(self.units)])
        layer.known = ((1 << lib.RL_WORDS) - 1) & ~UNTOLD
        for one in signs:
            one.words &= layer.known
        layer.name = self.name.encode()[:lib.RL_NAME_ROOM - 1]
        layer.activation = (self.curve if self.curve == "prelu" else curves.label(self.arm[0])).encode()
        layer.units, layer.signs = self.units, signs
        whole = [one for one in signs if not one.counts.broken]
        layer.sparsity = sum(one.zeros for one in whole) / len(whole) if whole else float("nan")
        layer.dispersion = float(np.std([one.counts.fired / self.rows for one in whole])) if whole else float("nan")
        return signs


class _Watch:
    """The hooks. A module that is called several times in a forward pass is a layer each time."""

    def __init__(self, module: Any, unit_axis: int | None, thresholds: Any):
        self.unit_axis, self.thresholds = unit_axis, thresholds
        self.layers: dict[tuple[str, int], _Layer] = {}
        self.calls: dict[str, int] = {}
        self.axis = 1
        self.hooks = []
        for name, part in module.named_modules():
            if _curve_of(part) is not None:
                self.hooks.append(part.register_forward_pre_hook(lambda m, given, name=name: self.see(name, m, given[0])))
                self.hooks.append(part.register_forward_hook(lambda m, _, out, name=name: self.keep(name, out)))
            elif type(part).__name__.startswith(BY_CHANNEL + BY_FEATURE):
                axis = 1 if type(part).__name__.startswith(BY_CHANNEL) else -1
                self.hooks.append(part.register_forward_hook(lambda *_, axis=axis: setattr(self, "axis", axis)))

    def begin(self) -> None:
        """Before each forward pass."""
        self.calls.clear()
        self.axis = 1

    def see(self, name: str, module: Any, given: torch.Tensor) -> None:
        z = _floats(given)
        axis = self.axis if self.unit_axis is None else self.unit_axis
        z = z.reshape(-1, 1) if z.ndim < 2 else np.moveaxis(z, axis, -1)
        z = floats(z.reshape(-1, z.shape[-1]))
        call = self.calls.get(name, 0)
        self.calls[name] = call + 1
        layer = self.layers.get((name, call))
        if layer is None:
            title = (name or type(module).__name__) + (f" call {call + 1}" if call else "")
            layer = self.layers[name, call] = _Layer(title, module, z.shape[1], self.thresholds)
        layer.examine(z)

    def keep(self, name: str, out: torch.Tensor) -> None:
        self.layers[name, self.calls[name] - 1].result = out

    def hidden(self, result: Any) -> list[_Layer]:
        """Those whose output is not the module's own, nor a view of it; called after a forward pass."""
        last = {each.data_ptr() for each in _tensors(result)}
        found = [layer for layer in self.layers.values() if layer.result is None or layer.result.data_ptr() not in last]
        for layer in self.layers.values():
            layer.result = None
        return found


def _floats(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().cpu().numpy()


def _tensors(result: Any) -> Iterator[torch.Tensor]:
    if hasattr(result, "data_ptr"):
        yield result
    elif isinstance(result, dict):
        for each in result.values():
            yield from _tensors(each)
    elif isinstance(result, (tuple, list)):
        for each in result:
            yield from _tensors(each)


@contextlib.contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    """Every part in evaluation mode, and afterwards each in the mode it had."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode


def watch(module: torch.nn.Module, loader: Iterable[Any], *, unit_axis: int | None = None, dormant: float = 0,
          saturated: float = 0, nearly_dead: float = 0) -> dict:
    """The vital signs of a PyTorch module on all that loader gives, in the words of `relive scan`.

    loader: a DataLoader or any iterable of batches, each a tensor [rows, …] or a tuple whose first is one; or one tensor.
    Every activation module (nn.ReLU, nn.LeakyReLU, …) is a layer, unless it gives the module's own result; one that is
    called several times is a layer each time. torch.nn.functional.relu cannot be seen.

    A unit is a channel, over all its positions and examples, after a convolution; a feature after a linear layer. Which
    of them is told by the layer with weights that was evaluated last (Conv… and BatchNorm…: axis 1; Linear, LayerNorm,
    Embedding: the last axis), unless unit_axis says. The watch is in evaluation mode; modes are restored and hooks
    removed, also after an error.

    Returns a document as relive.scan does, with layers named as the module names its parts; a layer's "rows" is its
    evidence, examples times positions. What only weights can tell (starved, severed) is None. Raises ValueError where there
    is nothing to look at.

    >>> import relive, torch
    >>> net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    >>> with torch.no_grad():
    ...     _ = net[0].bias.fill_(-100)
    >>> found = relive.watch(net, torch.rand(50, 2))
    >>> found["totals"]["dead"], found["reference"], found["layers"][0]["dead"]
    (3, {'data': 'Tensor', 'rows': 50}, [0, 1, 2])
    """
    import torch  # PyTorch is optional: asked for only here

    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"module: expected a torch.nn.Module, found {type(module).__name__}")

    thresholds = ffi.new("rl_thresholds *", dict(dormant=dormant, saturated=saturated, nearly_dead=nearly_dead))
    where = next((each.device for each in module.parameters()), torch.device("cpu"))
    source, rows, hidden = type(loader).__name__, 0, []
    watching = _Watch(module, unit_axis, thresholds[0])
    try:
        if not any(_curve_of(part) for part in module.modules()):
            raise ValueError(f"{type(module).__name__} has no activation modules (torch.nn.ReLU and the like) to watch")
        with _evaluating(module), torch.no_grad():
            for batch in [loader] if isinstance(loader, torch.Tensor) else loader:
                x = batch[0] if isinstance(batch, (tuple, list)) else batch
                if not isinstance(x, torch.Tensor) or x.ndim == 0 or len(x) == 0:
                    raise TypeError(f"expected batches of tensors with rows, or tuples that begin with one; found {type(x)}")
                watching.begin()
                hidden = watching.hidden(module(x.to(where)))
                rows += len(x)
    finally:
        for hook in watching.hooks:
            hook.remove()
    if not hidden:
        raise ValueError("no hidden activation was evaluated: the loader gave no rows, or every activation is an output")
    return _document(type(module).__name__, source, hidden, rows, thresholds[0])


def _document(name: str, source: str, hidden: list[_Layer], rows: int, thresholds: Any) -> dict:
    for word, default in (("dormant", 0.025), ("saturated", 1e-3), ("nearly_dead", 0.01)):  # the library's own
        setattr(thresholds, word, getattr(thresholds, word) or default)
    each = ffi.new("rl_scanned_layer[]", len(hidden))
    kept = [layer.tell(each[i]) for i, layer in enumerate(hidden)]
    words = [ffi.new("char[]", bytes_of(text)) for text in (name, source)]
    found = ffi.new("rl_scan *", dict(source=words[0], data=words[1], rows=rows, thresholds=thresholds, layers=each,
                                      layer_count=len(hidden)))
    told = document(lib.rl_scan_json, found)
    del kept  # the document is written: signs may go
    for layer, words in zip(hidden, told["layers"]):
        words["name"], words["rows"] = layer.name, layer.rows
    return told
