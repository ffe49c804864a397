/* Names and numbers as a reader wants them; the words for units and their meanings as the glossary has them. */
import { STATES, type Config, type Curve, type State, type Twin, type Word, type World } from "../engine/api";

const CURVES: Record<string, string> = {
    identity: "Identity",
    relu: "ReLU",
    leaky_relu: "Leaky ReLU",
    prelu: "PReLU",
    rrelu: "RReLU",
    relu6: "ReLU6",
    elu: "ELU",
    celu: "CELU",
    selu: "SELU",
    gelu: "GELU",
    gelu_tanh: "GELU (tanh)",
    silu: "SiLU",
    mish: "Mish",
    hard_swish: "Hard Swish",
    softplus: "SoftPlus",
    softsign: "SoftSign",
    sigmoid: "Sigmoid",
    tanh: "tanh",
};

export function curveTitle(name: string): string {
    return CURVES[name] ?? name;
}

/** Three significant digits and a true minus: "0.0123", "1.2e-5"; what is not finite is "–". */
export function number(value: number): string {
    if (!Number.isFinite(value)) return "–";
    const size = Math.abs(value);
    const minus = value < 0 ? "−" : "";
    if (size === 0) return "0";
    if (size < 0.0005 || size >= 100000) return minus + size.toExponential(1).replace("e+", "e");
    return minus + size.toFixed(Math.max(0, 2 - Math.floor(Math.log10(size))));
}

export function signed(value: number): string {
    return value > 0 ? `+${number(value)}` : number(value);
}

export function percent(share: number): string {
    return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "–";
}

export function count(n: number, one: string, many = `${one}s`): string {
    return `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;
}

/** "ReLU", "ReLU and tanh". Twins of the same curves are told apart by α, or else by where they stand. */
export function twinTitle(twin: Twin, config: Config): string {
    const names = [...new Set(twin.curves.map((curve) => curveTitle(curve.name)))];
    const title = names.length > 2 ? "Mixed curves" : names.join(" and ");
    const key = (each: Twin, alpha: boolean) => each.curves.map((curve) => curve.name + (alpha ? `:${curve.alpha}` : "")).join();
    const alike = config.twins.filter((each) => key(each, false) === key(twin, false));
    if (alike.length < 2) return title;
    const same = alike.filter((each) => key(each, true) === key(twin, true));
    return same.length > 1 || names.length > 1 ? `${title}, no. ${config.twins.indexOf(twin) + 1}` : `${title} (α = ${number(twin.curves[0].alpha)})`;
}

export function sameCurve(a: Curve, b: Curve): boolean {
    return a.name === b.name && a.alpha === b.alpha;
}

/** What a count of dead units rests on. */
export function evidence(world: World): string {
    const rows = world.trainRows.length;
    return world.testRows.length ? `${count(rows, "training row")}` : `${count(rows, "row")}`;
}

export function unitName(layer: number, unit: number): string {
    return `layer ${layer + 1}, unit ${unit + 1}`;
}

export function state(index: number): State {
    return STATES[index] ?? "alive";
}

/** The order in which the legend shows them: from life to death. */
export const LEGEND: readonly State[] = [
    "alive",
    "always on",
    "dormant",
    "nearly dead",
    "silent",
    "saturated",
    "starved",
    "dead",
    "broken",
];

export const MEANINGS: Record<State | Word, string> = {
    alive: "none of the other words fits",
    broken: "z is not finite on some row; never counted as dead",
    dead: "it conducts on no row: the exact slope of its curve is 0 on all of them, so no gradient reaches its incoming weights",
    starved: "it conducts somewhere, but nothing downstream listens: no path of nonzero weights and slopes leads from there to an output",
    saturated: "not dead, but the largest slope over all rows is below 0.001",
    silent: "z ≤ 0 on every row. A silent ReLU unit is dead; a silent Leaky ReLU unit still learns",
    "nearly dead": "it conducts on some rows, but on fewer than 1 %",
    dormant: "its mean |a| is at most 0.025 of the layer's average",
    "always on": "z > 0 on every row: a ReLU unit that is merely linear",
    constant: "its value a does not vary over the rows",
    severed: "all its outgoing weights are 0",
};

const OPTIMIZERS: Record<string, string> = {
    sgd: "SGD",
    momentum: "SGD with momentum",
    nesterov: "SGD with Nesterov momentum",
    rmsprop: "RMSProp",
    adam: "Adam",
    adamw: "AdamW",
};
const INITIALISERS: Record<string, string> = {
    he: "He",
    he_uniform: "He, uniform",
    xavier: "Xavier",
    xavier_uniform: "Xavier, uniform",
    lecun: "LeCun",
    orthogonal: "Orthogonal",
    normal: "Normal",
    asymmetric: "Asymmetric",
    identity: "Identity",
    zeros: "Zeros",
};
const DATA: Record<string, string> = {
    moons: "Moons",
    circles: "Circles",
    spirals: "Spirals",
    xor: "XOR",
    blobs: "Blobs",
    ring: "Ring",
    digits: "Digits",
    iris: "Iris",
    breast_cancer: "Breast cancer",
    dosage: "Dosage (3 points)",
};

export const optimizerTitle = (name: string): string => OPTIMIZERS[name] ?? name;
export const initialiserTitle = (name: string): string => INITIALISERS[name] ?? name;
export const dataTitle = (name: string): string => DATA[name] ?? name;
