/* A twin's network: weights as lines (width: size; full: positive, dashed: negative), units as shapes with what they give
 * over the input plane inside. A canvas to look at; over it one button a unit, for pointers, keys and screen readers. */
import type { TwinFrame } from "../engine/api";
import type { App } from "./app";
import { h, onResize, seldom, sharp } from "./dom";
import { place, type Placed, type Spot } from "./layout";
import { classColour, onTheme, palette, rgb, type Rgb } from "./palette";
import { outline, rim } from "./shapes";
import { state, unitName } from "./words";

const MOST_LINES = 1200; // in all layers together: more is a grey block
const BUCKETS = 5;

export class Network {
    readonly element = h("div", { class: "network", role: "group" });
    readonly canvas = h("canvas", { "aria-hidden": "true" });
    private buttons: HTMLButtonElement[] = [];
    private readonly atlas = document.createElement("canvas");
    private placed: Placed | null = null;
    private readonly name: () => void;

    constructor(
        private readonly app: App,
        private readonly twin: number,
    ) {
        this.element.append(this.canvas);
        this.element.addEventListener("keydown", (event) => this.key(event));
        this.name = seldom(700, () => this.nameUnits());
        onResize(this.element, () => this.rebuild());
        onTheme(() => this.draw());
    }

    /** For another world or another width. */
    rebuild(): void {
        const width = this.element.clientWidth;
        if (!width || !this.app.world) return;
        this.placed = place(this.app.world, width);
        this.element.style.height = `${this.placed.height}px`;
        for (const each of this.buttons) each.remove();
        const size = Math.max(8, 2 * this.placed.radius + 4);
        this.buttons = this.placed.hidden.flatMap((spots, layer) =>
            spots.map((spot, unit) => {
                const each = h("button", { type: "button", class: "unit", tabindex: "-1", "data-layer": layer, "data-unit": unit });
                each.style.cssText = `left:${spot.x - size / 2}px;top:${spot.y - size / 2}px;width:${size}px;height:${size}px`;
                each.onclick = () => this.app.select({ twin: this.twin, layer, unit });
                return each;
            }),
        );
        this.element.append(...this.buttons);
        this.nameUnits();
        this.draw();
    }

    draw(): void {
        const { placed } = this;
        const frame = this.app.frame?.twins[this.twin];
        if (!placed || !frame || frame.states.length !== this.buttons.length) return;
        const draw = sharp(this.canvas, placed.width, placed.height);
        this.drawLines(draw, frame, placed);
        this.drawUnits(draw, frame, placed);
        this.drawEnds(draw, placed);
        this.name();
    }

    private nameUnits(): void {
        const frame = this.app.frame?.twins[this.twin];
        const { selection } = this.app;
        let first = true;
        this.buttons.forEach((each, i) => {
            const [layer, unit] = [Number(each.dataset.layer), Number(each.dataset.unit)];
            const label = `${unitName(layer, unit)}: ${state(frame?.states[i] ?? 0)}`;
            if (each.ariaLabel !== label) {
                each.ariaLabel = label;
                each.title = label;
            }
            const chosen = selection?.twin === this.twin && selection.layer === layer && selection.unit === unit;
            each.setAttribute("aria-pressed", String(chosen));
            each.tabIndex = chosen || (first && selection?.twin !== this.twin) ? 0 : -1;
            first = false;
        });
    }

    /** Arrow keys walk through the network: up and down in a layer, left and right between layers. */
    private key(event: KeyboardEvent): void {
        const at = this.buttons.indexOf(event.target as HTMLButtonElement);
        const moves: Record<string, [number, number]> = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
        const move = moves[event.key];
        if (at < 0 || !move || !this.placed) return;
        event.preventDefault();
        const [layer, unit] = [Number(this.buttons[at].dataset.layer), Number(this.buttons[at].dataset.unit)];
        const { hidden } = this.placed;
        const to = Math.max(0, Math.min(hidden.length - 1, layer + move[0]));
        const where = to === layer ? unit + move[1] : Math.round((unit * (hidden[to].length - 1)) / Math.max(1, hidden[layer].length - 1));
        const there = Math.max(0, Math.min(hidden[to].length - 1, where));
        const first = hidden.slice(0, to).reduce((sum, spots) => sum + spots.length, 0);
        for (const each of this.buttons) each.tabIndex = -1;
        this.buttons[first + there].tabIndex = 0;
        this.buttons[first + there].focus();
    }

    /* ---- Weights ---- */

    private drawLines(draw: CanvasRenderingContext2D, frame: TwinFrame, placed: Placed): void {
        const { world } = this.app;
        const { parameters } = frame;
        const layout = world.layouts[this.twin];
        if (!parameters || parameters.length !== layout.parameters) return;
        const columns = [placed.inputs, ...placed.hidden, placed.outputs];
        let before = 0; // units in hidden layers so far
        layout.layers.forEach((layer, l) => {
            const from = columns[l];
            const to = columns[l + 1];
            const dead = (unit: number, start: number) => state(frame.states[start + unit]) === "dead";
            if (l === 0 && placed.bundled) this.drawBundle(draw, parameters, layer, from[0], to);
            else {
                const reads = l > 0 ? before - world.config.hidden[l - 1] : -1;
                const lost = (unit: number, input: number) =>
                    (reads >= 0 && dead(input, reads)) || (l < placed.hidden.length && dead(unit, before));
                this.drawLayer(draw, parameters, layer, from, to, lost);
            }
            before += l < placed.hidden.length ? to.length : 0;
        });
        draw.globalAlpha = 1;
        draw.setLineDash([]);
    }

    private drawLayer(
        draw: CanvasRenderingContext2D,
        parameters: Float32Array,
        layer: { weights: number; inputs: number; units: number },
        from: Spot[],
        to: Spot[],
        lost: (unit: number, input: number) => boolean,
    ): void {
        const count = layer.inputs * layer.units;
        const weights = parameters.subarray(layer.weights, layer.weights + count);
        let largest = 1e-9;
        for (const weight of weights) largest = Math.max(largest, Number.isFinite(weight) ? Math.abs(weight) : 0);
        const most = Math.round(MOST_LINES / this.app.world!.layouts[this.twin].layers.length);
        const least = count > most ? strongest(weights, most) : 0;
        const thin = Math.min(1, Math.max(0.4, 10 / to.length)); // many units stand close
        const paths = Array.from({ length: 2 * BUCKETS + 1 }, () => new Path2D());
        for (let unit = 0, i = 0; unit < layer.units; unit++)
            for (let input = 0; input < layer.inputs; input++, i++) {
                const size = Math.abs(weights[i]);
                if (!(size >= least) || size === 0) continue;
                const bucket = Math.min(BUCKETS - 1, Math.floor((BUCKETS * size) / largest));
                const path = paths[lost(unit, input) ? 2 * BUCKETS : weights[i] > 0 ? bucket : BUCKETS + bucket];
                const [a, b] = [from[input], to[unit]];
                const bend = (b.x - a.x) * 0.4;
                path.moveTo(a.x, a.y);
                path.bezierCurveTo(a.x + bend, a.y, b.x - bend, b.y, b.x, b.y);
            }
        const colours = palette();
        paths.forEach((path, i) => {
            const bucket = i % BUCKETS;
            const cut = i === 2 * BUCKETS;
            draw.strokeStyle = cut ? colours.soft : i < BUCKETS ? colours.plus : colours.minus;
            draw.globalAlpha = cut ? 0.16 : 0.2 + (0.65 * thin * bucket) / (BUCKETS - 1);
            draw.lineWidth = cut ? 0.7 : 0.5 + 0.75 * thin * bucket;
            draw.setLineDash(!cut && i >= BUCKETS ? [5, 3] : []);
            draw.stroke(path);
        });
    }

    /** Many inputs: one line a unit, as wide as the norm of what comes in. */
    private drawBundle(
        draw: CanvasRenderingContext2D,
        parameters: Float32Array,
        layer: { weights: number; inputs: number; units: number },
        from: Spot,
        to: Spot[],
    ): void {
        const norms = to.map((_, unit) => {
            const start = layer.weights + unit * layer.inputs;
            return Math.hypot(...parameters.subarray(start, start + layer.inputs));
        });
        const largest = Math.max(...norms.filter(Number.isFinite), 1e-9);
        draw.strokeStyle = palette().soft;
        draw.globalAlpha = 0.35;
        to.forEach((spot, unit) => {
            draw.lineWidth = 0.3 + 1.5 * ((norms[unit] || 0) / largest);
            draw.beginPath();
            draw.moveTo(from.x, from.y);
            draw.bezierCurveTo(from.x + (spot.x - from.x) * 0.4, from.y, spot.x - (spot.x - from.x) * 0.4, spot.y, spot.x, spot.y);
            draw.stroke();
        });
    }

    /* ---- Units ---- */

    private drawUnits(draw: CanvasRenderingContext2D, frame: TwinFrame, placed: Placed): void {
        const tiles = this.paintTiles(frame);
        const { selection } = this.app;
        const colours = palette();
        const { radius } = placed;
        let index = 0;
        placed.hidden.forEach((spots, layer) =>
            spots.forEach((spot, unit) => {
                const is = state(frame.states[index]);
                outline(draw, is, spot.x, spot.y, radius);
                draw.fillStyle = colours.card;
                draw.fill();
                if (tiles && is !== "dead" && is !== "broken") {
                    draw.save();
                    draw.clip();
                    draw.drawImage(this.atlas, 0, index * tiles.down, tiles.across, tiles.down, spot.x - radius * 1.1, spot.y - radius * 1.1, radius * 2.2, radius * 2.2);
                    draw.restore();
                }
                rim(draw, is, spot.x, spot.y, radius);
                if (selection?.layer === layer && selection.unit === unit) {
                    draw.strokeStyle = selection.twin === this.twin ? colours.link : colours.soft;
                    draw.lineWidth = 2;
                    draw.strokeRect(spot.x - radius - 4, spot.y - radius - 4, 2 * radius + 8, 2 * radius + 8);
                }
                index++;
            }),
        );
    }

    /** What every unit gives over the input plane, one tile below the other: paper where a = 0. */
    private paintTiles(frame: TwinFrame): { across: number; down: number } | null {
        const maps = frame.unitMaps;
        if (!maps || !frame.states.length) return null;
        const size = maps.length / frame.states.length;
        const flat = this.app.world.features === 1;
        const across = flat ? size : Math.round(Math.sqrt(size));
        const down = flat ? 1 : across;
        const { atlas } = this;
        if (atlas.width !== across || atlas.height !== down * frame.states.length) {
            atlas.width = across;
            atlas.height = down * frame.states.length;
        }
        const context = atlas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
        const image = context.createImageData(atlas.width, atlas.height);
        const inks = unitInks();
        for (let unit = 0; unit < frame.states.length; unit++) paintTile(image.data, maps.subarray(unit * size, (unit + 1) * size), unit * size, across, down, inks);
        context.putImageData(image, 0, 0);
        return { across, down };
    }

    /* ---- Inputs and outputs ---- */

    private drawEnds(draw: CanvasRenderingContext2D, placed: Placed): void {
        const { world } = this.app;
        const colours = palette();
        draw.font = "11px system-ui, sans-serif";
        draw.textBaseline = "middle";
        for (const [i, spot] of placed.inputs.entries()) {
            draw.fillStyle = colours.soft;
            draw.beginPath();
            draw.arc(spot.x, spot.y, placed.bundled ? 7 : 4, 0, 2 * Math.PI);
            draw.fill();
            draw.textAlign = "left";
            const name = placed.bundled ? `${world.features} in` : world.featureNames[i];
            if (placed.inputs.length <= 8) draw.fillText(short(name), 2, spot.y - (placed.bundled ? 15 : 11));
        }
        const radius = Math.max(3, Math.min(7, placed.radius));
        for (const [i, spot] of placed.outputs.entries()) {
            draw.fillStyle = world.classes ? classColour(world.outputs === 1 ? 1 : i) : colours.ink;
            draw.beginPath();
            draw.arc(spot.x, spot.y, radius, 0, 2 * Math.PI);
            draw.fill();
            draw.fillStyle = colours.soft;
            const many = placed.outputs.length > 4;
            draw.textAlign = many ? "left" : "right";
            const name = world.classes ? (world.classNames[world.outputs === 1 ? 1 : i] ?? String(i)) : "out";
            if (many) draw.fillText(name.slice(0, 2), spot.x + radius + 4, spot.y);
            else draw.fillText(short(name), placed.width - 2, spot.y - radius - 7);
        }
    }
}

function short(name: string): string {
    return name.length > 9 ? `${name.slice(0, 8)}…` : name;
}

function strongest(weights: Float32Array, keep: number): number {
    const sizes = weights.map(Math.abs).sort();
    return sizes[Math.max(0, sizes.length - keep)];
}

interface Inks {
    zero: Rgb;
    plus: Rgb;
    minus: Rgb;
}

export function unitInks(): Inks {
    const colours = palette();
    return { zero: rgb(colours.card), plus: rgb(colours.plus), minus: rgb(colours.minus) };
}

/** Values into pixels, the largest size to full ink; row 0 of the map lies at the bottom. */
export function paintTile(pixels: Uint8ClampedArray, map: Float32Array, start: number, across: number, down: number, inks: Inks): void {
    let largest = 1e-6;
    for (const value of map) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
    for (let up = 0, i = 0; up < down; up++)
        for (let x = 0; x < across; x++, i++) {
            const share = Math.min(1, Math.abs(map[i]) / largest) || 0;
            const to = map[i] > 0 ? inks.plus : inks.minus;
            const { zero } = inks;
            const at = 4 * (start + (down - 1 - up) * across + x);
            pixels[at] = zero[0] + (to[0] - zero[0]) * share;
            pixels[at + 1] = zero[1] + (to[1] - zero[1]) * share;
            pixels[at + 2] = zero[2] + (to[2] - zero[2]) * share;
            pixels[at + 3] = 255;
        }
}
