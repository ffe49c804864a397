"""Activation functions on arrays, by the library's own kernels: the bits are those of a net."""
from __future__ import annotations

from typing import Any

import numpy as np

from ._library import Errors, ffi, floats, lib, pointer, text_of


class Curve:
    """One activation function, called as f(z) or f(z, alpha).

    z: numbers of any shape; the answer is float32 of the same shape. float32 arrays in C order are read in place.

    >>> import relive
    >>> relive.leaky_relu([-2, 0, 3], alpha=0.5).tolist()
    [-1.0, 0.0, 3.0]
    >>> relive.leaky_relu.derivative([-2, 0, 3], alpha=0.5).tolist()
    [0.5, 0.5, 1.0]
    >>> relive.relu.formula
    'z > 0 ? z : 0'
    """

    def __init__(self, c: Any):
        self._c = c
        self.__name__ = self.name = text_of(c.name)
        self.formula = text_of(c.formula)
        self.slope_formula = text_of(c.slope_formula)
        self.kink = text_of(c.kink)  #: what the slope is where none exists; None for a smooth curve
        self.alpha = float(c.alpha)  #: the default of its one parameter
        self.has_alpha = bool(c.has_alpha)

    def __call__(self, z: Any, alpha: float | None = None) -> np.ndarray:
        z = floats(z)
        a = np.empty_like(z)
        lib.rl_activation_forward(self._c, z.size, self._alpha(alpha), pointer(z), pointer(a))
        return a

    def derivative(self, z: Any, alpha: float | None = None) -> np.ndarray:
        """f'(z), in z's shape; at a kink what `kink` says."""
        z = floats(z)
        da, dz = np.ones_like(z), np.zeros_like(z)
        lib.rl_activation_backward(self._c, z.size, self._alpha(alpha), pointer(z), pointer(da), pointer(dz))
        return dz

    def conducts(self, z: Any, alpha: float | None = None) -> np.ndarray:
        """Where the exact slope is not 0, whatever float32 rounds it to: bool, in z's shape."""
        z, alpha = floats(z), self._alpha(alpha)
        found = [lib.rl_activation_conducts(self._c, alpha, value) for value in z.ravel().tolist()]
        return np.array(found, dtype=bool).reshape(z.shape)

    def _alpha(self, alpha: float | None) -> float:
        if alpha is not None and not self.has_alpha and self.name != "relu":
            raise TypeError(f"{self.name} has no alpha")
        return self.alpha if alpha is None else float(alpha)

    def __repr__(self) -> str:
        return f"<relive curve {self.name}>"


def _all() -> dict[str, Curve]:
    count = ffi.new("size_t *")
    every = lib.rl_activations(count)
    return {curve.name: curve for curve in (Curve(every[i]) for i in range(count[0]))}


CURVES = _all()  #: by name


def parse(text: str) -> Any:
    """NAME[:ALPHA][+redo[:EVERY]] as an rl_arm."""
    arm = ffi.new("rl_arm *")
    with Errors() as err:
        lib.rl_arm_parse(str(text).encode(), arm, err)
    return arm


def label(arm: Any) -> str:
    """An rl_arm as text."""
    room = ffi.new("char[]", lib.RL_NAME_ROOM)
    lib.rl_arm_label(arm, room, len(room))
    return text_of(room)
