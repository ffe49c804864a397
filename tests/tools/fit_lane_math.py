#!/usr/bin/python3
"""Fits the polynomials of src/kernel/lane_math_f32.h and prints them as C.

Each is a minimax fit in the relative error of the function it serves, found by Lawson's iteratively
reweighted least squares on a Chebyshev grid in double precision. Coefficients are rounded to float32 one
by one from the constant term up, the rest fitted again after each, so that rounding costs next to nothing.
References come from mpmath with 40 digits.

    /usr/bin/python3 tests/tools/fit_lane_math.py
"""
import numpy as np
import mpmath as mp

mp.mp.dps = 40


def lawson(x, target, weight, powers):
    """Coefficients c with max |weight · (target - Σ c_i x^powers_i)| least."""
    basis = np.stack([x**p for p in powers], axis=1)
    emphasis = np.ones_like(x)
    best, least = None, np.inf
    for _ in range(60):
        root = weight * np.sqrt(emphasis)
        c = np.linalg.lstsq(basis * root[:, None], target * root, rcond=None)[0]
        error = np.abs(weight * (target - basis @ c))
        if error.max() < least:
            best, least = c, error.max()
        emphasis = emphasis * (error + 1e-3 * error.max())
        emphasis /= emphasis.sum()
    return best, least


def fit(name, what, low, high, degree, target, weight):
    """target and weight take an mpf; weight turns an error of the polynomial into a relative error."""
    nodes = np.cos((np.arange(1500) + 0.5) * np.pi / 1500)
    x = (low + high) / 2 + (high - low) / 2 * nodes
    f = np.array([float(target(mp.mpf(float(v)))) for v in x])
    w = np.array([float(weight(mp.mpf(float(v)))) for v in x])
    fixed = []
    for i in range(degree + 1):
        rest = f - sum((c * x**j for j, c in enumerate(fixed)), np.zeros_like(x))
        c, _ = lawson(x, rest, w, range(i, degree + 1))
        fixed.append(float(np.float32(c[0])))
    error = np.abs(w * (f - sum(c * x**j for j, c in enumerate(fixed)))).max()
    print(f"/* {what} on [{low:.4g}, {high:.4g}]: relative error 2^{np.log2(error):.1f} */")
    print(f"static const real {name}[] = {{ " + ", ".join(short(c) for c in reversed(fixed)) + " };\n")


def short(c):
    digits, power = c.hex().split("p")
    return f"{digits.rstrip('0').rstrip('.')}p{power}f"


def exponential():
    fit("EXP", "(e^r - 1 - r)/r²", -0.3475, 0.3475, 4,
        lambda r: (mp.expm1(r) - r) / r**2, lambda r: r**2 / mp.expm1(r) if abs(r) > 1e-3 else abs(r))


def logarithm():
    fit("LOG", "(log(1 + f) - f + f²/2)/f³", 0.5**0.5 - 1, 2**0.5 - 1, 7,
        lambda f: (mp.log1p(f) - f + f**2 / 2) / f**3, lambda f: f**3 / mp.log1p(f))


def logarithm_of_one_plus():
    fit("LOG1P", "(log(1 + e) - e)/e²", 0.0, 1.0, 9,
        lambda e: (mp.log1p(e) - e) / e**2, lambda e: e**2 / mp.log1p(e))


def normal_tail():
    k = 3  # 2 and 4 do worse

    def g(u):
        t = k / u - k
        return mp.erfc(t / mp.sqrt(2)) / 2 * mp.exp(t**2 / 2)

    fit("TAIL", f"Φ(-t)·e^(t²/2) in u = {k}/({k} + t)", k / (k + 15.0), 1.0, 10, g, lambda u: 1 / g(u))


def error_function():
    fit("ERF", "(erf(x)/x - 1) in x²", 0.0, 1.0, 6,
        lambda y: mp.erf(mp.sqrt(y)) / mp.sqrt(y) - 1, lambda y: mp.sqrt(y) / mp.erf(mp.sqrt(y)))


if __name__ == "__main__":
    exponential()
    logarithm()
    logarithm_of_one_plus()
    normal_tail()
    error_function()
