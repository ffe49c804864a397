/* Colours on canvases. Classes and twins wear those of the program's plots: Okabe and Ito's palette (2008), which people
 * with any common colour blindness can tell apart. What the theme changes is read from the style sheet, once a theme. */
import type { State } from "../engine/api";

export type Rgb = [number, number, number];

const CLASSES = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#7A7A7A", "#8C6D1F", "#5B4FA2", "#B0B000"];
const NAMES = ["paper", "card", "ink", "soft", "line", "wash", "link", "twin0", "twin1", "twin2", "twin3", "plus", "minus"] as const;
const STATE_NAMES: Record<State, string> = {
    alive: "soft",
    "always on": "always",
    dormant: "dormant",
    "nearly dead": "nearly",
    silent: "silent",
    saturated: "dormant",
    starved: "starved",
    dead: "dead",
    broken: "broken",
};

export type Palette = Record<(typeof NAMES)[number], string> & { dark: boolean; states: Record<State, string> };

/** Twins' lines in charts differ in dashes too, for those who print in black. */
export const DASHES: number[][] = [[], [7, 3], [2, 3], [8, 3, 2, 3]];

let known: Palette | null = null;
const listeners: (() => void)[] = [];

export function palette(): Palette {
    if (known) return known;
    const style = getComputedStyle(document.documentElement);
    const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const states = Object.fromEntries(Object.entries(STATE_NAMES).map(([state, name]) => [state, read(name)]));
    known = {
        ...(Object.fromEntries(NAMES.map((name) => [name, read(name)])) as Record<(typeof NAMES)[number], string>),
        dark: style.colorScheme.trim() === "dark",
        states: states as Record<State, string>,
    };
    return known;
}

/** After a change of theme. */
export function onTheme(redraw: () => void): void {
    listeners.push(redraw);
}

export function themeChanged(): void {
    known = null;
    for (const redraw of listeners) redraw();
}

export function classColour(index: number): string {
    return CLASSES[index % CLASSES.length];
}

export function rgb(colour: string): Rgb {
    const value = Number.parseInt(colour.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
}

export function mix(from: Rgb, to: Rgb, share: number): Rgb {
    return [0, 1, 2].map((i) => from[i] + (to[i] - from[i]) * share) as Rgb;
}
