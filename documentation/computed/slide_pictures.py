"""How the slides' pictures look: drawn by gnuplot at the size at which a slide shows them, so that their letters are as
large as the slide's own. Three kinds: bars that lie, estimates with their intervals, and lines. A slide has a title, so
a picture has none. Colours are the program's: ReLU vermillion, Leaky ReLU blue, whatever else green."""
from pictures import by_gnuplot, quoted
from writing import points as in_points

RELU, LEAKY, OTHER, GREY = "#D55E00", "#0072B2", "#009E73", "#8d939b"
INK, SOFT, LINE, PAPER = "#23262b", "#5b616a", "#dcdad3", "#f8f7f3"
DARK = {RELU: "#ad4c00", LEAKY: "#005f94", OTHER: "#00704f", GREY: SOFT, INK: INK, SOFT: SOFT}  # the same for letters
PLAIN_SIGNS = """style="font-feature-settings: 'calt' 0\""""  # Inter's contextual signs lose their meaning in a PDF
WIDTH, HEIGHT = 1120, 450


def drawn(data, script, height=HEIGHT, width=WIDTH, paper=PAPER):
    head = f"""set encoding utf8
set minussign
set terminal svg enhanced standalone size {width},{height} fixed font 'Inter,Helvetica,Arial,sans-serif,20' background '{paper}' name 'plot'
set output 'plot.svg'
set border 3 linewidth 1.2 linecolor rgb '{LINE}'
set tics nomirror out scale 0.4 textcolor rgb '{SOFT}'
set key noenhanced samplen 1.2 textcolor rgb '{INK}'
unset key
"""
    return by_gnuplot(data, head + script).replace("<svg", f"<svg {PLAIN_SIGNS}", 1)


def ends(value):
    """A share or an estimate as (mean, low, high) in per cent, or in points where it is a difference."""
    if isinstance(value, dict):
        low, high = value["ci95"] if value["ci95"][0] is not None else (value["mean"], value["mean"])
        return 100 * value["mean"], 100 * low, 100 * high
    return 100 * value, 100 * value, 100 * value


def tics(labels):
    return ", ".join(f"{quoted(label.replace('%', '%%'))} {i}" for i, label in enumerate(labels))


def bars(labels, series, top=100, margin=0.24, height=HEIGHT, unit=" %", digits=0, width=WIDTH):
    """series: [(name, colour, [share or estimate or None, …])], a bar for each label, its figure at its end."""
    each = 0.78 / len(series)
    data, plots = [], []
    for k, (name, colour, values) in enumerate(series):
        lines = []
        for i, value in enumerate(values):
            y = i - 0.39 + (k + 0.5) * each
            if value is None:
                continue
            mean, low, high = ends(value)
            text = f"{mean:.{digits}f}{unit}".replace("-", "−")
            lines.append(f'{mean:.5g} {max(0, low):.5g} {min(top, high):.5g} {y:.4g} {y - 0.44 * each:.4g} {y + 0.44 * each:.4g} "{text}"')
        data.append("\n".join(lines))
        at = f"'plot.dat' index {k} using"
        plots += [f"{at} ($1/2):4:(0):1:5:6 with boxxyerror fillstyle solid {0.9 if k == 0 else 0.75} noborder linecolor rgb '{colour}' title {quoted(name)}",
                  f"{at} 2:4:($3-$2):(0) with vectors nohead linewidth 2 linecolor rgb '{INK}' notitle",
                  f"{at} 3:4:7 with labels left offset 0.8,0 textcolor rgb '{DARK[colour]}' notitle"]
    named = any(name for name, _, _ in series)
    return drawn("\n\n\n".join(data), f"""set border 2
set yrange [{len(labels) - 0.5}:-0.5]
set ytics ({tics(labels)}) scale 0 noenhanced textcolor rgb '{INK}'
set xrange [0:{top * 1.12}]
unset xtics
set lmargin at screen {margin}
set rmargin at screen 0.99
set tmargin at screen {0.86 if named else 0.98}
set bmargin at screen 0.02
{f"set key at screen {margin}, screen 0.97 left top horizontal Left reverse maxrows 1 width 1" if named else "unset key"}
plot {', '.join(plots)}
""", height, width)


def estimates(rows, xlabel, low, high, step, margin, height=HEIGHT):
    """rows: [(label, estimate of a difference, colour)], each a dot on its interval, beside a line at 0."""
    lines, plots = [], []
    for k, (_, value, colour) in enumerate(rows):
        mean, left, right = ends(value)
        text = "{}  [{}, {}]".format(*(in_points(each / 100, 2) for each in (mean, left, right)))
        lines.append(f'{mean:.5g} {left:.5g} {right:.5g} {k} "{text}"')
        at = f"'plot.dat' every ::{k}::{k} using"
        plots += [f"{at} 2:4:($3-$2):(0) with vectors nohead linewidth 4 linecolor rgb '{colour}'",
                  f"{at} 1:4 with points pointtype 7 pointsize 1.5 linecolor rgb '{colour}'",
                  f"{at} ({high}):4:5 with labels right textcolor rgb '{DARK[colour]}'"]
    return drawn("\n".join(lines), f"""set border 1
set yrange [{len(rows) - 0.4}:-0.6]
set ytics ({tics([label for label, _, _ in rows])}) scale 0 noenhanced textcolor rgb '{INK}'
set xrange [{low}:{high}]
set xtics {step * -(-low // step)}, {step}, {step * (0.72 * high // step)}
set xlabel {quoted(xlabel)} textcolor rgb '{SOFT}'
set arrow from 0, graph 0 to 0, graph 1 nohead linewidth 1.5 linecolor rgb '{GREY}' back
set lmargin at screen {margin}
set rmargin at screen 0.99
set tmargin at screen 0.98
set bmargin at screen {92 / height}
plot {', '.join(plots)}
""", height)


def lines(series, xlabel, words, top=100, extra="", height=HEIGHT, width=WIDTH):
    """series: [(colour, [(x, y or estimate), …])] in per cent; words: [(text, x, y, colour)] beside the lines."""
    data, plots = [], []
    for k, (colour, points) in enumerate(series):
        data.append("\n".join(" ".join(f"{v:.5g}" for v in (x, *ends(y))) for x, y in points))
        plots += [f"'plot.dat' index {k} using 1:3:4 with filledcurves fillstyle solid 0.16 noborder linecolor rgb '{colour}'",
                  f"'plot.dat' index {k} using 1:2 with linespoints linewidth 3.5 pointtype 7 pointsize 0.9 linecolor rgb '{colour}'"]
    labels = "\n".join(f"set label {quoted(text)} at {x}, {y} left noenhanced textcolor rgb '{DARK[colour]}'" for text, x, y, colour in words)
    return drawn("\n\n\n".join(data), f"""set yrange [0:{top}]
set ytics {top / 4}
set format y '%.0f %%'
set grid ytics linetype 1 linewidth 1 linecolor rgb '{LINE}'
set xlabel {quoted(xlabel)} textcolor rgb '{SOFT}'
set lmargin at screen 0.09
set rmargin at screen 0.97
set tmargin at screen 0.96
set bmargin at screen {92 / height}
{labels}
{extra}
plot {', '.join(plots)}
""", height, width)
