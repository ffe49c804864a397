"""Pictures drawn by gnuplot in the look of the program's own plots: bars (a group a setting, a bar a series), and lines on
a logarithmic scale."""
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
    tics = ", ".join(f"{quoted(label.replace('%', '%%'))} {i}" for i, (label, _) in enumerate(groups))
    data = "\n\n\n".join("\n".join(f"{i - width / 2 + (k + 0.5) * each:.4g} {estimate(values[k])}"
                                   for i, (_, values) in enumerate(groups)) for k in range(len(series)))
    plots = []
    for k, name in enumerate(series):
        look = f"fillstyle {HATCHES[k]} border rgb '{COLOURS[k]}' linecolor rgb '{COLOURS[k]}' linewidth 1.2"
        plots.append(f"'plot.dat' index {k} using 1:2:({each * 0.86:.4g}) with boxes {look} title {quoted(name)}")
    for k in range(len(series)):
        plots.append(f"'plot.dat' index {k} using 1:3:(0):($4-$3) with vectors nohead linewidth 1.6 linecolor rgb '#333333' notitle")
    script = f"""set border 3 linewidth 1 linecolor rgb '#9A9A9A'
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
set key at screen 0.085, screen 0.845 left top horizontal Left reverse noenhanced samplen 1.6 width -3 maxrows 1 textcolor rgb '#333333'
{'unset key' if len(series) == 1 else ''}
plot {', '.join(plots)}
"""
    return drawn(title, subtitle, data, script)


def lines(title, subtitle, xlabel, ylabel, series):
    """series: [(name, [(x, y), …])]; y is shown on a logarithmic scale, so it must be above 0."""
    data = "\n\n\n".join("\n".join(f"{x:.6g} {y:.4g}" for x, y in points) for _, points in series)
    plots = [f"'plot.dat' index {k} using 1:2 with linespoints linewidth 2.2 pointtype {7 if k == 0 else 8 + k} pointsize 0.8 "
             f"dashtype {k + 1} linecolor rgb '{COLOURS[k]}' title {quoted(name)}" for k, (name, _) in enumerate(series)]
    return drawn(title, subtitle, data, f"""set border 3 linewidth 1 linecolor rgb '#9A9A9A'
set tics nomirror out scale 0.5 textcolor rgb '#6B6B6B'
set logscale y
set format y '10^{{%L}}'
set grid ytics linetype 1 linewidth 0.7 linecolor rgb '#E6E6E6'
set xlabel {quoted(xlabel)} textcolor rgb '#333333'
set ylabel {quoted(ylabel)} noenhanced textcolor rgb '#333333'
set offsets 0.3, 0.3, 0, 0
set lmargin 9
set rmargin 3
set tmargin at screen 0.76
set bmargin at screen 0.15
set key at screen 0.085, screen 0.845 left top horizontal Left reverse noenhanced samplen 2.4 width 2 maxrows 1 textcolor rgb '#333333'
plot {', '.join(plots)}
""")


def drawn(title, subtitle, data, script):
    """The SVG that a script draws from plot.dat."""
    head = f"""set encoding utf8
set minussign
set terminal svg enhanced standalone size 800,420 dynamic font 'Helvetica,Arial,sans-serif,13' background '#ffffff' name 'plot'
set output 'plot.svg'
set label {quoted("{/:Bold " + title + "}")} at screen 0.09, screen 0.945 left enhanced font ',16' textcolor rgb '#333333'
set label {quoted(subtitle)} at screen 0.09, screen 0.888 left noenhanced font ',12' textcolor rgb '#6B6B6B'
"""
    return by_gnuplot(data, head + script)


def by_gnuplot(data, script):
    """The plot.svg that a whole script makes of plot.dat."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "plot.dat").write_text(data + "\n", encoding="utf-8")
        (pathlib.Path(folder) / "plot.gnuplot").write_text(script, encoding="utf-8")
        subprocess.run(["gnuplot", "plot.gnuplot"], cwd=folder, check=True, capture_output=True)
        return (pathlib.Path(folder) / "plot.svg").read_text(encoding="utf-8")
