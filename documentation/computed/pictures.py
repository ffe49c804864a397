"""Bars, drawn by gnuplot in the look of the program's own plots: a group of bars a setting, one bar a series."""
import pathlib
import subprocess
import tempfile

COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
HATCHES = ("solid 0.85", "pattern 4", "solid 0.35", "pattern 5", "solid 0.6", "pattern 7")


def quoted(text):
    return '"' + text.replace('"', "”").replace("\n", "\\n") + '"'


def bars(title, subtitle, ylabel, series, groups, top=100):
    """series: names. groups: [(label, [share, …])] with a share (0 to 1), an estimate {"mean", "ci95"} or None each."""
    def estimate(value):
        if value is None or isinstance(value, dict) and value["mean"] is None:
            return "NaN NaN NaN"
        if isinstance(value, dict):
            low, high = value["ci95"] if value["ci95"][0] is not None else (value["mean"], value["mean"])
            return f"{100 * value['mean']:.4g} {max(0, 100 * low):.4g} {min(100, 100 * high):.4g}"
        return f"{100 * value:.4g} {100 * value:.4g} {100 * value:.4g}"
    bottom = 0.15 if any("\n" in label for label, _ in groups) else 0.11
    width, each = 0.8, 0.8 / len(series)
    tics = ", ".join(f"{quoted(label)} {i}" for i, (label, _) in enumerate(groups))
    data = "\n\n\n".join("\n".join(f"{i - width / 2 + (k + 0.5) * each:.4g} {estimate(values[k])}"
                                   for i, (_, values) in enumerate(groups)) for k in range(len(series)))
    plots = []
    for k, name in enumerate(series):
        look = f"fillstyle {HATCHES[k]} border rgb '{COLOURS[k]}' linecolor rgb '{COLOURS[k]}' linewidth 1.2"
        plots.append(f"'bars.dat' index {k} using 1:2:({each * 0.86:.4g}) with boxes {look} title {quoted(name)}")
    for k in range(len(series)):
        plots.append(f"'bars.dat' index {k} using 1:3:(0):($4-$3) with vectors nohead linewidth 1.6 linecolor rgb '#333333' notitle")
    script = f"""set encoding utf8
set minussign
set terminal svg enhanced standalone size 800,420 dynamic font 'Helvetica,Arial,sans-serif,13' background '#ffffff' name 'bars'
set output 'bars.svg'
set border 3 linewidth 1 linecolor rgb '#9A9A9A'
set tics nomirror out scale 0.5 textcolor rgb '#6B6B6B'
set xtics ({tics}) scale 0 noenhanced textcolor rgb '#333333'
set xrange [-0.6:{len(groups) - 0.4}]
set yrange [0:{top}]
set grid ytics linetype 1 linewidth 0.7 linecolor rgb '#E6E6E6'
set ylabel {quoted(ylabel)} textcolor rgb '#333333'
set lmargin 9
set rmargin 3
set tmargin at screen 0.76
set bmargin at screen {bottom}
set label {quoted("{/:Bold " + title + "}")} at screen 0.09, screen 0.945 left enhanced font ',16' textcolor rgb '#333333'
set label {quoted(subtitle)} at screen 0.09, screen 0.888 left noenhanced font ',12' textcolor rgb '#6B6B6B'
set key at screen 0.085, screen 0.845 left top horizontal Left reverse noenhanced samplen 1.6 width -3 maxrows 1 textcolor rgb '#333333'
plot {', '.join(plots)}
"""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "bars.dat").write_text(data + "\n", encoding="utf-8")
        (pathlib.Path(folder) / "bars.gnuplot").write_text(script, encoding="utf-8")
        subprocess.run(["gnuplot", "bars.gnuplot"], cwd=folder, check=True, capture_output=True)
        return (pathlib.Path(folder) / "bars.svg").read_text(encoding="utf-8")
