"""A net itself: its parameters as NumPy arrays, forward and backward by hand. Training is the estimators'."""
from __future__ import annotations

from typing import Any

import numpy as np

from ._library import NULL, Errors, bytes_of, ffi, floats, lib, named, pointer, text_of, view
from .errors import ConfigError, ShapeError

DESCRIPTION_ROOM = 16384  # bytes, as a saved model has them


class Net:
    """A net, written as the layers it is made of; weights are drawn with the seed.

    layers: "input 2; dense 3; relu; dense 1"; a curve's α follows a colon ("leaky_relu:0.2"), "add K" adds node K, "@K"
    reads node K instead of the previous one. Nodes count from 0, the input. init: a name, or normal:SD. bias: of all
    dense layers at the start. ConfigError and ShapeError tell what is wrong.

    >>> import relive
    >>> net = relive.Net("input 2; dense 1; relu", seed=7)
    >>> net.tensors["0.weight"][:] = [[2, -1]]  # the net's own memory
    >>> net.forward([[1, 0.5], [0, 3]])
    array([[1.5],
           [0. ]], dtype=float32)
    >>> loss, dloss = net.loss([1, 1], "squared")
    >>> loss, net.backward(dloss)["0.weight"]
    (0.625, array([[0.5 , 0.25]], dtype=float32))
    """

    def __init__(self, layers: str, *, seed: int = 0, init: str = "he", bias: float = 0):
        from . import _settings
        recipe = _settings.default()
        _settings.apply(recipe, {"init": init, "bias": bias})
        dense = ffi.new("rl_dense_config *", dict(init=recipe.init, sd=recipe.init_sd, bias=recipe.bias))
        with Errors() as err:
            net = lib.rl_net_new(ffi.new("rl_net_config *", dict(seed=_settings.seed("seed", seed)))[0], err)
            self._c = ffi.gc(net, lib.rl_net_free)
            lib.rl_net_append(net, bytes_of(layers), dense[0], err)
        if lib.rl_net_nodes(net) < 2:
            raise ConfigError(f"layers: expected an input and a layer behind it, found {layers!r}")
        self._begin()

    @classmethod
    def _of(cls, c: Any) -> Net:
        """Around an rl_net of one lane, which is this object's from now on."""
        self = cls.__new__(cls)
        self._c = ffi.gc(c, lib.rl_net_free)
        self._begin()
        return self

    def _begin(self) -> None:
        self.seed = int(lib.rl_net_seed(self._c, 0))
        self._pass, self._room = None, 0
        self._x = np.empty((0, 0), np.float32)  # of the last forward: backward reads it again

    def __reduce__(self) -> tuple:
        return _rebuilt, (self.layers, self.seed, self.parameters.copy())

    def __repr__(self) -> str:
        return f"<relive net {self.layers}>"

    @property
    def layers(self) -> str:
        """The net as text, from which it can be made again."""
        room = ffi.new("char[]", DESCRIPTION_ROOM)
        with Errors() as err:
            lib.rl_net_describe(self._c, 0, room, len(room), err)
        return text_of(room)

    @property
    def inputs(self) -> int:
        """How many numbers a row of x has."""
        return lib.rl_net_inputs(self._c)

    @property
    def outputs(self) -> int:
        """How many numbers the net gives for a row."""
        return lib.rl_net_outputs(self._c)

    @property
    def parameters(self) -> np.ndarray:
        """All of them, float32 [count], node by node: the net's own memory, to be read and written."""
        count = ffi.new("size_t *")
        values = lib.rl_parameters(self._c, count)
        return view(values, [count[0]], self)

    @property
    def tensors(self) -> dict[str, np.ndarray]:
        """The same by the names that the equal torch.nn.Sequential has: "0.weight" [units, inputs], "0.bias" [units]."""
        return self._named(self.parameters)

    def forward(self, x: Any) -> np.ndarray:
        """x: [rows, inputs]. Returns float32 [rows, outputs], without dropout; rows of float32 are read in place."""
        x = floats(x, 2, "x")
        if x.shape[1] != self.inputs:
            raise ShapeError(f"x: expected {self.inputs} columns, the net's inputs, found {x.shape[1]}")
        if len(x) == 0:
            raise ShapeError("x: expected at least one row")
        if len(x) > self._room:
            with Errors() as err:
                self._pass = ffi.gc(lib.rl_pass_new(self._c, len(x), err), lib.rl_pass_free)
            self._room = len(x)
        lib.rl_forward(self._c, self._pass, pointer(x), len(x))
        self._x = x
        return self.values(lib.rl_net_nodes(self._c) - 1)

    def values(self, node: int) -> np.ndarray:
        """What a node gave in the last forward: float32 [rows, units]."""
        if not 0 < node < lib.rl_net_nodes(self._c):
            raise ConfigError(f"node {node}: expected 1 to {lib.rl_net_nodes(self._c) - 1}")
        units = lib.rl_net_node(self._c, node).units
        return view(lib.rl_values(self._forwarded(), node), [self._rows, units], self).copy()

    def loss(self, y: Any, loss: str = "cross_entropy") -> tuple[float, np.ndarray]:
        """The mean loss of the last forward, and its gradient by the outputs, float32 [rows, outputs].

        y: [rows] class numbers (cross_entropy; binary: 0 or 1), or [rows] or [rows, outputs] of real targets (squared,
        whose mean is over rows and outputs)."""
        kernel, given = named("loss", loss), self._forwarded()
        width = 1 if kernel.classes else self.outputs
        y = floats(y, what="y")
        if y.shape not in ((self._rows, width), (self._rows,) * (width == 1)):
            raise ShapeError(f"y: expected the shape {(self._rows, width)}, found {y.shape}")
        if text_of(kernel.name) == "binary" and self.outputs != 1:
            raise ShapeError(f"loss binary: expected a net of 1 output, found {self.outputs}")
        classes = max(self.outputs, 2)
        if kernel.classes and not ((y >= 0) & (y < classes) & (y == np.floor(y))).all():
            raise ShapeError(f"y: expected class numbers from 0 to {classes - 1}")
        mean, gradient = ffi.new("float *"), np.empty((self._rows, self.outputs), np.float32)
        lib.rl_loss_mean(self._c, given, kernel, pointer(y), mean, pointer(gradient))
        return mean[0], gradient

    def backward(self, dloss: Any) -> dict[str, np.ndarray]:
        """dloss: [rows, outputs], the loss's gradient by the outputs of the last forward. Returns its gradient by every
        parameter, with names and shapes as in tensors."""
        given, dloss = self._forwarded(), floats(dloss, 2, "dloss")
        if dloss.shape != (self._rows, self.outputs):
            raise ShapeError(f"dloss: expected the shape {(self._rows, self.outputs)}, found {dloss.shape}")
        lib.rl_backward(self._c, given, pointer(dloss))
        count = ffi.new("size_t *")
        lib.rl_parameters(self._c, count)
        return self._named(view(lib.rl_gradients(given), [count[0]], self).copy())

    @property
    def _rows(self) -> int:
        return len(self._x)

    def _forwarded(self) -> Any:
        if not self._rows:
            raise ConfigError("expected a forward before")
        return self._pass

    def _named(self, flat: np.ndarray) -> dict[str, np.ndarray]:
        found = {}
        for node in range(1, lib.rl_net_nodes(self._c)):
            info = lib.rl_net_node(self._c, node)
            rows = flat[info.offset:info.offset + info.parameters]
            if info.curve != NULL and len(rows):  # learned slopes
                found[f"{node - 1}.weight"] = rows
            elif len(rows):
                found[f"{node - 1}.weight"] = rows[:info.weights].reshape(info.units, -1)
                if info.parameters > info.weights:
                    found[f"{node - 1}.bias"] = rows[info.weights:]
        return found


def _rebuilt(layers: str, seed: int, parameters: np.ndarray) -> Net:
    net = Net(layers, seed=seed)
    net.parameters[:] = parameters
    return net
