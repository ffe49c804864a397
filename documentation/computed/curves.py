"""activation_functions.md: a section for every curve in the library's list. The words are those of curves.toml, every
number is the library's."""
import math
import pathlib
import subprocess
import tempfile
import tomllib

import library
from writing import n, p, table, tex

WORDS = tomllib.loads(pathlib.Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
POINTS = (-4, -2, -1, -0.5, 0, 0.5, 1, 2, 4)


def title(name):
    return WORDS.get(name, {}).get("title", name)


def interval(ends):
    """[0, ∞): bounds that are only rounding away from 0 are 0."""
    low, high = (end if end is None or abs(end) > 1e-30 else 0.0 for end in ends)
    left = "(−∞" if low is None else f"[{n(low, 4)}"
    right = "∞)" if high is None else f"{n(high, 4)}]"
    return f"{left},\u00a0{right}"


def dies(name):
    """Where the exact slope is 0 over a whole stretch, as a reader would say it: by the library's answer on a grid."""
    grid = [i / 8 for i in range(-80, 81)]
    silent = [not library.conducts(name, z) for z in grid]
    parts = []
    if silent[0]:
        parts += [f"z ≤ {n(grid[silent.index(False) - 1])}"]
    if silent[-1]:
        parts += [f"z ≥ {n(grid[-silent[::-1].index(False)])}"]
    return " and ".join(parts) or "nowhere"


def flat(name):
    """The same, for a reader: of a curve that learns its slope it is not the last word."""
    return dies(name) + (" (while α ≠ 0)" if library.curves()[name].learned else "")


def overview():
    """All curves in one table."""
    rows = []
    for name, curve in library.curves().items():
        rows.append([f"[{title(name)}](#{anchor(name)})", f"`{curve.formula}`".replace("|", "\\|"),
                     interval(curve.range), interval(curve.slopes), flat(name),
                     "–" if curve.alpha is None else n(curve.alpha)])
    return table(["curve", "formula", "values in", "slopes in", "slope exactly 0", "α here"], rows, "llllll")


def anchor(name):
    kept = "".join(c for c in heading(name).lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def heading(name):
    return title(name) if title(name) == name else f"{title(name)}: `{name}`"


def drawn(name):
    """The plot that `relive explain NAME --out DIR` draws."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([library.PROGRAM, "explain", name, "--out", folder], check=True, capture_output=True)
        return (pathlib.Path(folder) / "activations.svg").read_text(encoding="utf-8")


def worked(name):
    """One value forward, one gradient back."""
    z, gradient = -2.0, 0.5
    value, slope = library.f(name, z), library.slope(name, z)
    return (f"Worked example: a unit has $z = {tex(z)}$. Forward it gives $f({tex(z)}) = {tex(value)}$. Backward, a gradient "
            f"of $\\partial L/\\partial a = {tex(gradient)}$ arrives and "
            f"$\\partial L/\\partial z = {tex(gradient)} \\cdot {p(slope)} = {tex(gradient * slope)}$ goes on.")


def section(name, picture):
    curve, words = library.curves()[name], WORDS.get(name, {})
    lines = [f"### {heading(name)}", ""]
    if "sentence" in words:
        lines += [words["sentence"], ""]
    if "math" in words:
        lines += ["$$", words["math"], "$$", "", "$$", words["slope"], "$$", ""]
    lines += [f"In the library: value `{curve.formula}`, slope `{curve.slope_formula}`.", ""]
    lines += [picture(f"curve_{name}.svg", drawn(name), f"{title(name)} and its slope, from −4 to 4"), ""]
    lines += [table(["z", *[n(z) for z in POINTS]],
                    [["f(z)", *[n(library.f(name, z)) for z in POINTS]],
                     ["f′(z)", *[n(library.slope(name, z)) for z in POINTS]]]), ""]
    lines += [f"- **At the kink:** {curve.kink or 'there is none; the curve is smooth'}.",
              f"- **Range:** values lie in {interval(curve.range)}, slopes in {interval(curve.slopes)}.",
              f"- **Slope exactly 0:** {flat(name)}" +
              (", so a unit of it cannot die." if dies(name) == "nowhere" else ": a unit that stays there on all data is dead.")]
    if curve.alpha is not None:
        lines += [f"- **α here:** {n(curve.alpha)}" + (" to start with; it is learned." if curve.learned else
                                                        " in evaluation; drawn anew in training." if curve.drawn else ".")]
    if "defaults" in words:
        lines += [f"- **In other libraries:** {words['defaults']}"]
    if "pros" in words:
        lines += [f"- **For it:** {' '.join(words['pros'])}", f"- **Against it:** {' '.join(words['cons'])}"]
    if "where" in words:
        lines += [f"- **Where it is used:** {words['where']}"]
    return "\n".join([*lines, "", worked(name)])


def sections(picture):
    return "\n\n".join(section(name, picture) for name in library.curves())


def lowest(name, low=-4.0, high=0.0):
    """Where a curve that dips below 0 is lowest: (z, value), by the library's values on ever finer grids."""
    for _ in range(4):
        step = (high - low) / 200
        grid = [low + i * step for i in range(201)]
        values = library.ask(f"curve {name} -", z=grid)["f"]
        best = grid[min(range(201), key=values.__getitem__)]
        low, high = best - 2 * step, best + 2 * step
    return best, library.f(name, best)


def same(a, b):
    return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9)
