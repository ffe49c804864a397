/* What a twin makes of the input plane: for classes the decision boundary, washed out where the net is unsure, with the
 * data on it (filled: training, hollow: test); for one feature the curve of its output. A click adds a point, if points
 * are being drawn. The selected unit's line (z = 0) is drawn over it. */
import type { Area, Inspection, TwinFrame, World } from "../engine/api";
import type { App } from "./app";
import { h, onResize, sharp } from "./dom";
import { classColour, mix, onTheme, palette, rgb, type Rgb } from "./palette";

const MOST_POINTS = 1500;
const TAGS = ["circle", "square", "triangle", "diamond", "cross"] as const;

export class Plane {
    readonly canvas: HTMLCanvasElement = h("canvas", { class: "plane", role: "img" });
    inspection: Inspection | null = null;
    private readonly field = document.createElement("canvas");
    private size = 0;

    constructor(
        private readonly app: App,
        private readonly twin: number,
        private readonly onPoint: (x: number, y: number) => void,
    ) {
        this.canvas.addEventListener("pointerdown", (event) => this.click(event));
        onResize(this.canvas, () => this.draw());
        onTheme(() => this.draw());
    }

    draw(): void {
        const frame = this.app.frame;
        const mine = frame?.twins[this.twin];
        this.size = this.canvas.clientWidth;
        if (!mine || !this.size || !mine.plane) return;
        const draw = sharp(this.canvas, this.size, this.size);
        const { world } = this.app;
        if (world.features === 1) this.drawCurve(draw, mine, frame.area, world);
        else {
            this.drawField(draw, mine.plane, world);
            this.drawUnitLine(draw);
            this.drawPoints(draw, frame.area, world);
        }
        const { testAccuracy, trainAccuracy } = mine;
        const right = Number.isFinite(testAccuracy) ? testAccuracy : trainAccuracy;
        const label = `What the net says over ${world.featureNames[this.app.axes[0]]}${world.features > 1 ? ` and ${world.featureNames[this.app.axes[1]]}` : ""}`;
        this.canvas.ariaLabel = world.classes ? `${label}; right on ${Math.round(100 * right)} % of the rows` : label;
    }

    /* ---- Two features ---- */

    private drawField(draw: CanvasRenderingContext2D, plane: Float32Array, world: World): void {
        const cells = plane.length / world.outputs;
        const side = Math.round(Math.sqrt(cells));
        this.field.width = side;
        this.field.height = side;
        const context = this.field.getContext("2d") as CanvasRenderingContext2D;
        const image = context.createImageData(side, side);
        const paper = rgb(palette().card);
        const ink = world.classes ? classInk(world, plane, cells, paper) : valueInk(world, plane, paper);
        for (let up = 0; up < side; up++)
            for (let x = 0; x < side; x++) {
                const colour = ink(up * side + x);
                const at = 4 * ((side - 1 - up) * side + x);
                image.data[at] = colour[0];
                image.data[at + 1] = colour[1];
                image.data[at + 2] = colour[2];
                image.data[at + 3] = 255;
            }
        context.putImageData(image, 0, 0);
        draw.imageSmoothingEnabled = true;
        draw.drawImage(this.field, 0, 0, this.size, this.size);
    }

    private drawPoints(draw: CanvasRenderingContext2D, area: Area, world: World): void {
        const [across, up] = this.app.axes;
        const every = Math.ceil(world.rows / MOST_POINTS);
        const radius = world.rows > 400 ? 2 : 3;
        const colours = palette();
        draw.lineWidth = 1;
        for (let row = 0; row < world.rows; row += every) {
            const x = this.xOf(world.x[row * world.features + across], area);
            const y = this.yOf(world.x[row * world.features + up], area);
            const shade = world.classes ? classColour(world.y[row]) : colours.ink;
            draw.fillStyle = world.test[row] ? colours.card : shade;
            draw.strokeStyle = world.test[row] ? shade : colours.card;
            mark(draw, world.classes ? world.y[row] : 0, x, y, world.test[row] ? radius - 0.3 : radius);
            draw.fill();
            draw.stroke();
        }
    }

    /** Where the selected unit's z is 0: the contour of its map. */
    private drawUnitLine(draw: CanvasRenderingContext2D): void {
        const plane = this.inspection?.plane;
        if (!plane) return;
        const side = Math.round(Math.sqrt(plane.length));
        const at = (k: number) => (k / (side - 1)) * this.size;
        draw.beginPath();
        for (const [a, b] of contour(plane, side)) {
            draw.moveTo(at(a[0]), this.size - at(a[1]));
            draw.lineTo(at(b[0]), this.size - at(b[1]));
        }
        for (const [width, colour] of [[5, palette().card], [2.2, palette().ink]] as const) {
            draw.lineWidth = width;
            draw.strokeStyle = colour;
            draw.stroke();
        }
    }

    /* ---- One feature ---- */

    private drawCurve(draw: CanvasRenderingContext2D, frame: TwinFrame, area: Area, world: World): void {
        const plane = frame.plane as Float32Array;
        const side = plane.length / world.outputs;
        const values = world.classes ? [0, 1] : [...plane, ...world.y].filter(Number.isFinite);
        const [low, high] = [Math.min(...values), Math.max(...values)];
        const margin = 0.12 * (high - low) || 1;
        const y = (value: number) => this.size * (1 - (value - low + margin) / (high - low + 2 * margin));
        const colours = palette();
        draw.strokeStyle = colours.line;
        draw.lineWidth = 1;
        draw.fillStyle = colours.soft;
        draw.font = "11px system-ui, sans-serif";
        for (const tick of low <= 0 && high >= 1 ? [0, 1] : [low, high]) {
            draw.beginPath();
            draw.moveTo(0, y(tick));
            draw.lineTo(this.size, y(tick));
            draw.stroke();
            draw.fillText(String(Number(tick.toPrecision(3))), this.size * 0.22, y(tick) - 4);
        }
        for (let output = 0; output < world.outputs; output++) {
            draw.strokeStyle = world.classes ? classColour(world.outputs === 1 ? 1 : output) : colours[`twin${this.twin as 0}`];
            draw.lineWidth = 2.5;
            draw.beginPath();
            for (let i = 0; i < side; i++) draw[i ? "lineTo" : "moveTo"]((this.size * i) / (side - 1), y(plane[output * side + i]));
            draw.stroke();
        }
        for (let row = 0; row < world.rows; row++) {
            draw.fillStyle = world.classes ? classColour(world.y[row]) : colours.ink;
            mark(draw, 0, this.xOf(world.x[row], area), y(world.classes ? 1 : world.y[row]), 4.5);
            draw.fill();
        }
    }

    private xOf(value: number, area: Area): number {
        return ((value - area.low[0]) / (area.high[0] - area.low[0])) * this.size;
    }

    private yOf(value: number, area: Area): number {
        return this.size - ((value - area.low[1]) / (area.high[1] - area.low[1])) * this.size;
    }

    private click(event: PointerEvent): void {
        if (this.app.drawing === null || !this.app.frame) return;
        const box = this.canvas.getBoundingClientRect();
        const { low, high } = this.app.frame.area;
        const across = (event.clientX - box.left) / box.width;
        const up = 1 - (event.clientY - box.top) / box.height;
        this.onPoint(low[0] + across * (high[0] - low[0]), low[1] + up * (high[1] - low[1]));
    }
}

/** Classes differ in the shape of their points too. */
export function mark(draw: CanvasRenderingContext2D, kind: number, x: number, y: number, radius: number): void {
    const tag = TAGS[kind % TAGS.length];
    draw.beginPath();
    if (tag === "circle") draw.arc(x, y, radius, 0, 2 * Math.PI);
    else if (tag === "square") draw.rect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
    else {
        const corners = tag === "triangle" ? 3 : 4;
        const turn = tag === "cross" ? Math.PI / 4 : -Math.PI / 2;
        for (let i = 0; i < corners; i++) {
            const angle = turn + (2 * Math.PI * i) / corners;
            draw[i ? "lineTo" : "moveTo"](x + 1.25 * radius * Math.cos(angle), y + 1.25 * radius * Math.sin(angle));
        }
        draw.closePath();
    }
}

/** The likeliest class, the paler the less sure. */
function classInk(world: World, plane: Float32Array, cells: number, paper: Rgb): (cell: number) => Rgb {
    const colours = Array.from({ length: Math.max(2, world.classes) }, (_, i) => rgb(classColour(i)));
    const strength = palette().dark ? 0.55 : 0.42;
    if (world.outputs === 1)
        return (cell) => mix(paper, colours[plane[cell] > 0.5 ? 1 : 0], strength * (0.25 + 1.5 * Math.abs(plane[cell] - 0.5) || 0));
    const chance = 1 / world.outputs;
    return (cell) => {
        let best = 0;
        for (let output = 1; output < world.outputs; output++)
            if (plane[output * cells + cell] > plane[best * cells + cell]) best = output;
        const sure = (plane[best * cells + cell] - chance) / (1 - chance);
        return mix(paper, colours[best], strength * (0.25 + 0.75 * Math.max(0, sure || 0)));
    };
}

/** Real targets: from the lowest to the highest in the data. */
function valueInk(world: World, plane: Float32Array, paper: Rgb): (cell: number) => Rgb {
    let [low, high] = [Infinity, -Infinity];
    for (const value of world.y) [low, high] = [Math.min(low, value), Math.max(high, value)];
    const [minus, plus] = [rgb(classColour(0)), rgb(classColour(1))];
    return (cell) => {
        const share = (2 * (plane[cell] - low)) / (high - low || 1) - 1;
        return mix(paper, share > 0 ? plus : minus, 0.6 * Math.min(1, Math.abs(share)) || 0);
    };
}

/** Marching squares at level 0: segments in grid coordinates. */
function contour(map: Float32Array, side: number): [[number, number], [number, number]][] {
    const segments: [[number, number], [number, number]][] = [];
    for (let up = 0; up + 1 < side; up++)
        for (let x = 0; x + 1 < side; x++) {
            const corners: [number, number, number][] = [
                [x, up, map[up * side + x]],
                [x + 1, up, map[up * side + x + 1]],
                [x + 1, up + 1, map[(up + 1) * side + x + 1]],
                [x, up + 1, map[(up + 1) * side + x]],
            ];
            const cuts: [number, number][] = [];
            corners.forEach(([ax, ay, a], i) => {
                const [bx, by, b] = corners[(i + 1) % 4];
                if (a > 0 === b > 0) return;
                const t = a / (a - b);
                cuts.push([ax + t * (bx - ax), ay + t * (by - ay)]);
            });
            for (let i = 0; i + 1 < cuts.length; i += 2) segments.push([cuts[i], cuts[i + 1]]);
        }
    return segments;
}
