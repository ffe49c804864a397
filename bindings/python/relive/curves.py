"""Activation functions on arrays, by the library's own kernels: the bits are those of a net."""
from __future__ import annotations

from typing import Any

import numpy as np

from ._library import Errors, bytes_of, every, ffi, floats, lib, named, pointer, text_of


class Curve:
    """One activation function, called as f(z) or f(z, alpha).

    z: numbers, a list or an array of any shape and order. The answer is float32 of the same shape, since nets compute in
    float32; a number gives a number. float32 arrays in C order are read in place, all else is rounded to float32 first
    (beyond its range to infinity). NaN gives NaN, in the value as in the slope. TypeError for what are no real numbers.

    >>> import relive
    >>> relive.leaky_relu([-2, 0, 3], alpha=0.5)
    array([-1.,  0.,  3.], dtype=float32)
    >>> relive.leaky_relu.derivative([-2, 0, 3], alpha=0.5)
    array([0.5, 0.5, 1. ], dtype=float32)
    >>> relive.relu.formula, relive.relu.kink
    ('z > 0 ? z : 0', '0 at 0, the slope from the left; 1 can be asked for')
    >>> print(relive.leaky_relu, relive.leaky_relu.alpha)
    leaky_relu 0.009999999776482582
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
        z, alpha = floats(z, what="z"), self._alpha(alpha)
        a = np.empty_like(z)
        lib.rl_activation_forward(self._c, z.size, alpha, pointer(z), pointer(a))
        return a[()]

    def derivative(self, z: Any, alpha: float | None = None) -> np.ndarray:
        """f'(z), in z's shape; at a kink what `kink` says."""
        z, alpha = floats(z, what="z"), self._alpha(alpha)
        da, dz = np.ones_like(z), np.zeros_like(z)
        lib.rl_activation_backward(self._c, z.size, alpha, pointer(z), pointer(da), pointer(dz))
        return dz[()]

    def conducts(self, z: Any, alpha: float | None = None) -> np.ndarray:
        """Where the exact slope is not 0, whatever float32 rounds it to: bool, in z's shape."""
        z, alpha = floats(z, what="z"), self._alpha(alpha)
        found = [lib.rl_activation_conducts(self._c, alpha, value) for value in z.ravel().tolist()]
        return np.array(found, dtype=bool).reshape(z.shape)[()]

    def _alpha(self, alpha: float | None) -> float:
        if alpha is None:
            return self.alpha
        if not self.has_alpha and self.name != "relu":  # there it is the slope at 0
            raise TypeError(f"{self.name} has no alpha")
        try:
            return float(alpha)
        except (TypeError, ValueError):
            raise TypeError(f"alpha: expected a number, found {alpha!r}") from None

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<relive curve {self.name}>"

    def __reduce__(self) -> tuple:
        return by_name, (self.name,)


CURVES = {curve.name: curve for curve in map(Curve, every("activations"))}  #: all, by name


def by_name(name: str) -> Curve:
    """A curve; ConfigError names the nearest where there is none of that name."""
    return CURVES[text_of(named("activation", name).name)]


def parse(text: Any) -> Any:
    """NAME[:ALPHA][+redo[:EVERY]], or a Curve, as an rl_arm."""
    arm = ffi.new("rl_arm *")
    with Errors() as err:
        lib.rl_curve_parse(bytes_of(text), arm, err)
    return arm


def parse_arm(text: Any) -> Any:
    """What parse takes, or a gated cell ("gru", "lstm"), as an rl_arm."""
    arm = ffi.new("rl_arm *")
    with Errors() as err:
        lib.rl_arm_parse(bytes_of(text), arm, err)
    return arm


def label(arm: Any) -> str:
    """An rl_arm as text."""
    room = ffi.new("char[]", lib.RL_NAME_ROOM)
    lib.rl_arm_label(arm, room, len(room))
    return text_of(room)
