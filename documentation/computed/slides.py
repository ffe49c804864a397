"""slides.md: its pictures, its tables, its quiz. Each picture is of a run of our own; slide_pictures.py says how it looks."""
import csv
import io
import itertools
import math

import choice
import contested
import exam
import library
import numerical
import study
import vital
from pictures import quoted
from slide_pictures import DARK, GREY, INK, LEAKY, LINE, OTHER, PAPER, PLAIN_SIGNS, RELU, SOFT, bars, drawn, estimates, lines
from writing import n, table

REGIMES = ("healthy", "high-rate", "low-bias", "raw-inputs", "deep")
LIVES = "build/relive compare --regime raw-inputs --seeds 4 --census 1 --out lives"


# ---- lives and deaths ----
def lives(seeds):
    """When the ReLU units of some raw-inputs nets died, in steps, the first first; None: never."""
    rows = csv.DictReader(io.StringIO(study.run(LIVES).file("lives/events.csv")))
    died = {(int(row["seed"]), int(row["unit"])): int(row["step"]) for row in rows if row["activation"] == "relu" and int(row["seed"]) < seeds}
    units = [died.get(key) for key in itertools.product(range(seeds), range(32))]
    return sorted(units, key=lambda step: math.inf if step is None else step)


def life_lines(paper, living, gone, last, seeds, width, height, script):
    """A line a unit: living until its step of death, gone after it."""
    units = lives(seeds)
    rows = [f"{i} {last if step is None else min(step, last)} {last}" for i, step in enumerate(units)]
    ends = [f"{i} {step}" for i, step in enumerate(units) if step is not None and step < last]
    thick = 0.5 * height / len(units)
    return drawn("\n".join(rows) + "\n\n\n" + "\n".join(ends), f"""set xrange [0:{last}]
set yrange [{len(units)}:-1]
{script}
plot 'plot.dat' index 0 using 2:1:($3-$2):(0) with vectors nohead linewidth {thick * 0.35:.3g} linecolor rgb '{gone}', \\
  '' index 0 using (0):1:2:(0) with vectors nohead linewidth {thick:.3g} linecolor rgb '{living}', \\
  '' index 1 using 2:1 with points pointtype 7 pointsize {thick / 5:.3g} linecolor rgb '{RELU}'
""", height, width, paper)


def cover():
    return life_lines("#1d2126", "#e9b48e", "#3d434b", 300, 2, 640, 720, """unset border
unset tics
set lmargin at screen 0.02
set rmargin at screen 0.98
set tmargin at screen 0.93
set bmargin at screen 0.07""")


def raw_inputs():
    dead = sum(step is not None for step in lives(1))
    epoch = math.ceil(study.default()["study"]["data"]["train_rows"] / 32)
    return life_lines(PAPER, LEAKY, LINE, 200, 1, 1120, 450, f"""set border 1
unset ytics
set xtics {epoch}
set xlabel 'steps of training; an epoch has {epoch}' textcolor rgb '{SOFT}'
set label 'dead' at 204, {dead / 2} left textcolor rgb '{DARK[RELU]}'
set label 'alive' at 204, {(dead + 31) / 2} left textcolor rgb '{DARK[LEAKY]}'
set lmargin at screen 0.03
set rmargin at screen 0.9
set tmargin at screen 0.97
set bmargin at screen 0.22""")


# ---- the neuron and its curves ----
def unit():
    """One unit at work: two inputs, weights, bias, curve; every number by the library."""
    w, b, x = (0.5, -1.0), 0.25, (2.0, 1.0)
    net = library.net("input 2; dense 1; relu; dense 1", parameters=[*w, b, 1, 0], x=x)
    z, a = net.values[1]["values"][0], net.values[2]["values"][0]
    font = "font-family=\"Inter,Helvetica,Arial,sans-serif\""

    def words(at, y, text, size=24, colour=INK, anchor="middle", weight=400):
        return f'<text x="{at}" y="{y}" {font} font-size="{size}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">{text}</text>'

    def ball(at, y, radius, stroke, fill="#ffffff"):
        return f'<circle cx="{at}" cy="{y}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="3"/>'

    def arrow(x1, y1, x2, y2):
        return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{GREY}" stroke-width="3" marker-end="url(#head)"/>'
    parts = [f'<svg {PLAIN_SIGNS} xmlns="http://www.w3.org/2000/svg" width="1120" height="390" viewBox="0 0 1120 390"><title>One unit</title>',
             f'<defs><marker id="head" markerWidth="8" markerHeight="8" refX="6" refY="3" orient="auto"><path d="M0,0 L7,3 L0,6 z" fill="{GREY}"/></marker></defs>',
             f'<rect width="1120" height="390" fill="{PAPER}"/>']
    for i, y in enumerate((95, 245)):
        parts += [arrow(190, y, 418, 152 + 36 * i), ball(145, y, 44, LEAKY), words(145, y + 9, n(x[i]), 28),
                  words(145, y - 56, f"x{'₁₂'[i]}", 22, SOFT), words(300, y + (-4 if i == 0 else 5), f"× {n(w[i])}", 24, DARK[LEAKY], weight=600)]
    parts += [ball(480, 170, 60, INK), words(480, 179, "sum", 28), arrow(480, 300, 480, 238), words(480, 335, f"+ {n(b)}", 24, DARK[LEAKY], weight=600),
              words(480, 366, "bias", 22, SOFT), arrow(542, 170, 678, 170), words(610, 152, f"z = {n(z)}", 24),
              f'<rect x="686" y="106" width="128" height="128" rx="14" fill="#ffffff" stroke="{RELU}" stroke-width="3"/>',
              f'<polyline points="704,190 750,190 796,130" fill="none" stroke="{RELU}" stroke-width="5"/>', words(750, 270, "the curve f", 22, SOFT),
              arrow(816, 170, 956, 170), words(886, 152, f"a = {n(a)}", 24), words(985, 179, "on to the", 24, SOFT, "start"),
              words(985, 211, "next layer", 24, SOFT, "start"), words(145, 335, "weights and bias", 22, DARK[LEAKY], weight=600),
              words(145, 364, "are learned", 22, SOFT), "</svg>"]
    return "\n".join(parts) + "\n"


def curve_and_slope(name, alpha, colour, text):
    """A curve and its slope side by side."""
    z = [i / 50 for i in range(-150, 151)]
    one = library.ask(f"curve {name} {'-' if alpha is None else alpha}", z=z)
    data = "\n".join(f"{x:.5g} {value:.5g} {slope:.5g}" for x, value, slope in zip(z, one["f"], one["slope"]))

    def half(column):
        look = f"with lines linewidth 6 linecolor rgb '{colour}'"
        return f"plot 'plot.dat' using ($1 <= 0 ? $1 : NaN):{column} {look}, '' using ($1 > 0 ? $1 : NaN):{column} {look}"
    return drawn(data, f"""set multiplot
set border 0
set xrange [-3:3]
set xtics axis ('−2' -2, '−1' -1, '1' 1, '2' 2) scale 0.3 textcolor rgb '{SOFT}'
unset ytics
set xzeroaxis linetype 1 linewidth 1.5 linecolor rgb '{GREY}'
set yzeroaxis linetype 1 linewidth 1.5 linecolor rgb '{GREY}'
set tmargin at screen 0.86
set bmargin at screen 0.12
set yrange [-0.75:3.1]
set ytics axis ('1' 1, '2' 2, '3' 3) scale 0.3 textcolor rgb '{SOFT}'
set lmargin at screen 0.03
set rmargin at screen 0.46
set label 1 'value f(z)' at screen 0.03, screen 0.94 left textcolor rgb '{INK}' font ',22'
{half(2)}
set yrange [-0.3:1.24]
set ytics axis ('1' 1) scale 0.3 textcolor rgb '{SOFT}'
set lmargin at screen 0.55
set rmargin at screen 0.98
set label 1 'slope f′(z)' at screen 0.55, screen 0.94 left textcolor rgb '{INK}' font ',22'
set label 2 {quoted(text)} at -2.95, {one["slope"][0] + 0.1} left noenhanced textcolor rgb '{DARK[colour]}'
{half(3)}
""")



def relu():
    return curve_and_slope("relu", None, RELU, "exactly 0")


def leaky_relu(alpha):
    return curve_and_slope("leaky_relu", alpha, LEAKY, f"α = {n(alpha)}")


def kink(above):
    """What the slope at 0 changes: the dead at the start, and whether anything at all."""
    rows = []
    for regime in ("healthy", "raw-inputs", "deep"):
        zero, one = (study.arm(above.results(out), regime)["dead_share"]["initial"] for out in ("zero", "one"))
        rows.append([f"*{regime}*", study.spread(zero), study.spread(one), "none" if contested.same(above, "zero", "one", regime) else "**yes**"])
    return table(["regime", "dead at the start, %: slope 0", "slope 1", "any difference at the end"], rows)


def one_step():
    """z of a unit with w = 1 and b = 0.4 on its only input 2 after one step towards an outlier."""
    unit_after = numerical.one_unit("relu", 1.0, 0.4, 2.0, target=-30.0, rate=0.1, steps=1).trained
    return unit_after[0] * 2 + unit_after[1]


# ---- zeros and deaths ----
def zeros_and_deaths():
    biases = [-0.5 * i for i in range(17)]
    found = [vital.layer(bias) for bias in biases]
    return lines([(GREY, [(-b, zeros) for b, (zeros, *_) in zip(biases, found)]),
                  (RELU, [(-b, dead / units) for b, (_, dead, units, _) in zip(biases, found)])],
                 "how far below zero the biases of the layer are", [("zeros among the outputs", 1.8, 82, GREY), ("dead units", 4.3, 43, RELU)])


def rates(above):
    names = ("0.1", "0.3", "0.6", "0.9", "1.2")

    def found(activation, what):
        return [(float(name), contested_estimate(above.results(f"rate-{name}"), activation, what)) for name in names]
    return lines([(GREY, found("relu", "dead")), (RELU, found("relu", "test_accuracy")), (LEAKY, found("leaky_relu", "test_accuracy"))],
                 "learning rate", [("accuracy, Leaky ReLU", 0.93, 88, LEAKY), ("accuracy, ReLU", 0.93, 62, RELU), ("dead ReLU units", 0.93, 18, GREY)],
                 extra="set xrange [0.05:1.25]")


def contested_estimate(results, activation, what):
    arm = study.arm(results, activation=activation)
    return arm["dead_share"]["final"] if what == "dead" else arm[what]


BIASES = ("0", "-1", "-2", "-3", "-4", "-5", "-6")


def bias_study(bias):
    return library.relive(f"compare --regime low-bias --bias {bias}")


def low_bias():
    def found(activation, what):
        return [(-float(bias), contested_estimate(bias_study(bias), activation, what)) for bias in BIASES]
    return lines([(GREY, found("relu", "dead")), (RELU, found("relu", "test_accuracy")), (LEAKY, found("leaky_relu", "test_accuracy"))],
                 "how far below zero the first biases are",
                 [("accuracy, Leaky ReLU", 4.55, 82, LEAKY), ("accuracy, ReLU", 2.9, 56, RELU), ("dead ReLU units", 4.95, 14, GREY)],
                 extra="set xrange [-0.1:6.1]")


# ---- births ----
DIMENSIONS = range(1, 9)


def birth(inputs):
    """A first-layer unit whose bias spreads as much as its weights, on the unit ball: counted beside the exact value."""
    return library.relive(f"birth --width 8 --depth 2 --fan-in {inputs} --inputs ball:1 --bias-sd {math.sqrt(2 / inputs):.9g} --trials 20000")


def births():
    counted = birth(1)["trials"] * birth(1)["width"]
    data = "\n".join(f"{d} {100 * birth(d)['dead_units_formula']:.5g} {100 * birth(d)['dead_units']['share']:.5g}" for d in DIMENSIONS)
    return drawn(data, f"""set yrange [0:28]
set xrange [0.6:8.4]
set xtics 1
set ytics 5
set format y '%.0f %%'
set grid ytics linetype 1 linewidth 1 linecolor rgb '{LINE}'
set xlabel 'inputs of the unit' offset 0,0.3 textcolor rgb '{SOFT}'
set lmargin at screen 0.09
set rmargin at screen 0.97
set tmargin at screen 0.96
set bmargin at screen 0.3
set label 'line: the exact probability' at 2.3, 17.5 left textcolor rgb '{SOFT}'
set label 'dots: counted, {counted:,} units each' at 2.3, 20.5 left textcolor rgb '{DARK[RELU]}'
plot 'plot.dat' using 1:2 with lines linewidth 3 linecolor rgb '{GREY}', '' using 1:3 with points pointtype 7 pointsize 1.5 linecolor rgb '{RELU}'
""", 335)


# ---- counting ----
def detection(above):
    whole, few = contested.scan(above, "digits"), contested.scan(above, "few.csv")
    return bars([f"highest z, all {study.default()['study']['data']['rows']} rows", "highest z, one batch of 32", "share of zeros"],
                [("", RELU, [whole["dead"] / whole["units"], few["dead"] / few["units"], whole["sparsity"]])], margin=0.27, height=320)


def causes():
    counted = study.causes(study.run().file("outputs/events.csv"))
    total = sum(counted.values())
    found = sorted(counted.items(), key=lambda each: -each[1])
    return bars([cause for cause, _ in found], [("", RELU, [count / total for _, count in found])], top=70, margin=0.2, height=320)


# ---- dosage ----
SOFTPLUS = "input 1; dense 2; softplus; dense 1"


def dosage_softplus(x):
    return library.net(SOFTPLUS, parameters=[-34.4, -2.52, 2.14, 1.29, -1.30, 2.28, -0.58], x=[x]).values[3]["values"][0]


def dosage():
    xs = [i / 200 for i in range(201)]
    data = "\n".join(f"{x:.4g} {numerical.dosage(x)[4][0]:.5g} {dosage_softplus(x):.5g}" for x in xs)
    return drawn(data, f"""set xrange [-0.03:1.03]
set yrange [-0.15:2.4]
set xtics 0.5
set ytics 1
set xlabel 'dosage' textcolor rgb '{SOFT}'
set ylabel 'effect' textcolor rgb '{SOFT}'
set lmargin at screen 0.15
set rmargin at screen 0.97
set tmargin at screen 0.96
set bmargin at screen 0.23
set label 'ReLU: a point' at 0.53, 1.13 left textcolor rgb '{DARK[OTHER]}'
set label 'SoftPlus: a hump' at 0.27, 1.9 left textcolor rgb '{SOFT}'
$data << DOTS
0 0
0.5 1
1 0
DOTS
plot 'plot.dat' using 1:3 with lines linewidth 3 linecolor rgb '{GREY}', '' using 1:2 with lines linewidth 6 linecolor rgb '{OTHER}', \\
  $data using 1:2 with points pointtype 7 pointsize 1.7 linecolor rgb '{INK}'
""", 400, 600)


def dosage_table():
    rows = []
    for x in (0.0, 0.5, 0.6, 1.0):
        _, _, hidden, _, output = numerical.dosage(x)
        rows.append([n(x), n(hidden[0], 2), n(hidden[1]), n(output[0])])
    return table(["dosage", "top", "bottom", "output"], rows, "rrrr")


# ---- the study ----
def settings():
    rows = []
    for each in study.default()["study"]["regimes"]:
        s = each["settings"]
        shape = f"{len(s['hidden'])} × {s['hidden'][0]}" if len(s["hidden"]) > 1 else str(s["hidden"][0])
        rows.append([f"*{each['name']}*", shape, n(s["lr"]), n(s["bias"]), "yes" if s["standardize"] else "**no**"])
    return table(["regime", "hidden units", "rate", "first bias", "inputs standardised"], rows, "lrrrl")


def fallen():
    base = study.default()
    return bars(REGIMES, [("ReLU: dead", RELU, [study.arm(base, r)["dead_share"]["final"] for r in REGIMES]),
                          ("Leaky ReLU: silent, none dead", LEAKY, [study.arm(base, r, "leaky_relu")["silent_share"]["final"] for r in REGIMES])],
                margin=0.13)


def differences():
    base = study.default()
    return estimates([(r, study.pair(base, r)["test_accuracy_difference"], LEAKY if study.shown(base, r) else GREY) for r in REGIMES],
                     "test accuracy, Leaky ReLU − ReLU, points, with 95 % intervals", -8, 78, 10, 0.13)


SETS = ("digits", "iris", "breast_cancer", "moons", "spirals")


def nothing_to_win(above):
    return estimates([(name, study.pair(above.results(f"on-{name}"))["test_accuracy_difference"], GREY) for name in SETS],
                     "test accuracy, Leaky ReLU − ReLU, points, with 95 % intervals", -1, 1.6, 0.5, 0.18, 340)


def cost():
    rows = list(csv.DictReader(io.StringIO(study.run().file("outputs/results.csv"))))
    data = "\n\n\n".join("\n".join(f"{100 * float(row['dead_share']):.5g} {100 * float(row['test_accuracy']):.5g}" for row in rows
                                   if row["regime"] == regime and row["activation"] == "relu") for regime in ("raw-inputs", "high-rate"))
    return drawn(data, f"""set xrange [-2:102]
set yrange [0:102]
set ytics 25
set format y '%.0f %%'
set grid ytics linetype 1 linewidth 1 linecolor rgb '{LINE}'
set xlabel 'dead units at the end, %' textcolor rgb '{SOFT}'
set lmargin at screen 0.09
set rmargin at screen 0.97
set tmargin at screen 0.91
set bmargin at screen 0.22
set label 'test accuracy' at 0.5, 108 left textcolor rgb '{SOFT}'
set label 'raw-inputs' at 36, 86 left textcolor rgb '{DARK[RELU]}'
set label 'high-rate' at 5, 30 left textcolor rgb '{DARK[OTHER]}'
plot 'plot.dat' index 1 using 1:2 with points pointtype 5 pointsize 0.9 linecolor rgb '{OTHER}', \\
  '' index 0 using 1:2 with points pointtype 7 pointsize 1.0 linecolor rgb '{RELU}'
""")


def recovery(above):
    found = [contested.ledger(above, "ledger", layer) for layer in (1, 2)]
    most = max(each["death"] + each["born dead"] for each in found)
    return bars(["first hidden layer", "second hidden layer"],
                [("deaths", RELU, [(each["death"] + each["born dead"]) / 100 for each in found]),
                 ("revivals", LEAKY, [each["revival"] / 100 for each in found])], top=most, margin=0.22, height=310, unit="")


def cured():
    """The raw-inputs regime as it is, and with one thing changed."""
    ill = library.relive("compare --regime raw-inputs --activations relu,relu+redo,leaky_relu")
    plain, revived, leaky = ill["arms"]
    return [("ReLU", plain), ("with revival (ReDo)", revived), ("with Leaky ReLU", leaky),
            ("inputs standardised", study.arm(study.default(), "healthy"))]


def cures():
    found = cured()
    return bars([words for words, _ in found], [("test accuracy", LEAKY, [arm["test_accuracy"] for _, arm in found]),
                                                ("dead units at the end", RELU, [arm["dead_share"]["final"] for _, arm in found])], margin=0.24)


# ---- speed ----
def benchmark():
    """The last run of the benchmark."""
    with (library.ROOT / "bench/history.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[-1]


def measured():
    """How many times as fast as SoftPlus ReLU was there: for an element, for a step of training; and on which processor."""
    last = benchmark()
    return float(last["lesson_element/softplus"]), float(last["lesson_step/softplus"]), last["processor"]


def leak_is_free():
    """Does Leaky ReLU come as near to the memory's speed as ReLU, forward and backward, on one thread and on all?"""
    last = benchmark()
    return all(abs(float(last[f"leaky_{way}/memory"]) / float(last[f"{way}/memory"]) - 1) < 0.15
               for way in ("relu_forward_one", "relu_backward_one", "relu_forward_all", "relu_backward_all"))


def speed():
    element, step, _ = measured()
    return bars(["the curve alone", "a whole step of training"], [("", RELU, [element / 100, step / 100])], top=6, margin=0.27, height=260, unit=" ×", digits=1)


# ---- the quiz ----
def question(begins):
    found = [each for each in choice.questions() if each[0].startswith(begins)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} questions begin with {begins!r}")
    return found[0]


def quiz(begins):
    asked = question(begins)
    options = [f"{exam.LETTERS[i]}. {option}" for i, (option, _) in enumerate(exam.ordered(asked))]
    return "\n".join([f"**{asked[0].replace('*', '')}**", "", *(f"- {option}" for option in options)])


def answer(begins):
    asked = question(begins)
    return f"{exam.key(asked)[0]}. {asked[2]}"
