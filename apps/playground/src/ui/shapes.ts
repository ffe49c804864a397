/* The shape of a unit's state, so that no one has to rely on its colour:
 *
 *     alive ●   always on ▲   silent ▼   dead ■ with a cross   starved ◆   saturated ⬣   broken ✶
 *     nearly dead ● with a broken rim   dormant ● with a dotted rim                                                   */
import type { State } from "../engine/api";
import { h, sharp } from "./dom";
import { onTheme, palette } from "./palette";

type Draw = CanvasRenderingContext2D;

function polygon(draw: Draw, x: number, y: number, radius: number, corners: number, turn: number): void {
    for (let i = 0; i < corners; i++) {
        const angle = turn + (2 * Math.PI * i) / corners;
        draw[i ? "lineTo" : "moveTo"](x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
    draw.closePath();
}

function star(draw: Draw, x: number, y: number, radius: number): void {
    for (let i = 0; i < 16; i++) {
        const angle = (Math.PI * i) / 8;
        const at = i % 2 ? radius * 0.72 : radius * 1.08;
        draw[i ? "lineTo" : "moveTo"](x + at * Math.cos(angle), y + at * Math.sin(angle));
    }
    draw.closePath();
}

/** Begins a path with the outline. */
export function outline(draw: Draw, state: State, x: number, y: number, radius: number): void {
    draw.beginPath();
    if (state === "dead") draw.rect(x - radius * 0.88, y - radius * 0.88, radius * 1.76, radius * 1.76);
    else if (state === "always on") polygon(draw, x, y + radius * 0.14, radius * 1.18, 3, -Math.PI / 2);
    else if (state === "silent") polygon(draw, x, y - radius * 0.14, radius * 1.18, 3, Math.PI / 2);
    else if (state === "starved") polygon(draw, x, y, radius * 1.1, 4, 0);
    else if (state === "saturated") polygon(draw, x, y, radius * 1.05, 6, 0);
    else if (state === "broken") star(draw, x, y, radius);
    else draw.arc(x, y, radius, 0, 2 * Math.PI);
}

/** The rim, and for a dead unit the cross. */
export function rim(draw: Draw, state: State, x: number, y: number, radius: number): void {
    const colours = palette();
    const quiet = state === "alive";
    draw.strokeStyle = colours.states[state];
    draw.lineWidth = quiet ? Math.min(1.2, radius / 6) : Math.max(1, Math.min(2.4, radius / 5));
    draw.setLineDash(state === "nearly dead" ? [radius * 0.5, radius * 0.3] : state === "dormant" ? [1.5, 2.5] : []);
    outline(draw, state, x, y, radius);
    draw.stroke();
    draw.setLineDash([]);
    if (state !== "dead") return;
    const arm = radius * 0.5;
    draw.beginPath();
    draw.moveTo(x - arm, y - arm);
    draw.lineTo(x + arm, y + arm);
    draw.moveTo(x + arm, y - arm);
    draw.lineTo(x - arm, y + arm);
    draw.stroke();
}

/** A small picture of the state, beside its word. */
export function glyph(state: State, size = 16): HTMLCanvasElement {
    const canvas = h("canvas", { class: "glyph", "aria-hidden": "true" });
    canvas.style.width = `${size}px`;
    const redraw = () => {
        const draw = sharp(canvas, size, size);
        outline(draw, state, size / 2, size / 2, size * 0.36);
        draw.fillStyle = state === "alive" ? palette().plus : palette().card;
        draw.fill();
        rim(draw, state, size / 2, size / 2, size * 0.36);
    };
    redraw();
    onThemeWhileThere(canvas, redraw);
    return canvas;
}

function onThemeWhileThere(canvas: HTMLCanvasElement, redraw: () => void): void {
    const ref = new WeakRef(canvas);
    onTheme(() => ref.deref()?.isConnected && redraw());
}
