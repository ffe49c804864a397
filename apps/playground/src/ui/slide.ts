/* How a unit died: its pre-activations on every row of the training part, over the recorded moments around its death, each
 * row a line that slides below zero. The row on which it was most awake is drawn dark: it is the last to go. */
import type { LedgerEvent } from "../engine/api";
import type { App } from "./app";
import { button, h, onResize, say, sharp, still } from "./dom";
import { momentAt } from "./moments";
import { onTheme, palette } from "./palette";
import { count, evidence, number, signed, unitName } from "./words";

const BEFORE = 24;
const AFTER = 6;
const HEIGHT = 200;
const FALL = 2.5; // the picture ends so many times below zero as z rose above it: what falls farther leaves it

interface Slide {
    steps: number[];
    z: Float32Array[]; // [steps][rows]
}

export function slidePanel(app: App): HTMLElement {
    const title = h("h2", { id: "slide-title" });
    const canvas = h("canvas", { role: "img" });
    const words = h("p", { class: "small" });
    const replay = button("Watch it happen", () => void play());
    const close = button("Close", () => {
        app.event = null;
        app.tell("selection");
    });
    const panel = h("section", { class: "slide", hidden: true, "aria-labelledby": "slide-title" }, title, canvas, words, h("div", { class: "pair" }, replay, close));
    let shown: LedgerEvent | null = null;
    let slide: Slide | null = null;
    let playing = false;

    const draw = () => {
        if (slide && app.event && canvas.clientWidth) paint(app, app.event, slide, canvas);
    };
    const load = async () => {
        const { event } = app;
        panel.hidden = !event;
        if (!event || event === shown) return draw();
        shown = event;
        slide = null;
        describe(app, event, title, words); // before the picture has come: a panel without a name says nothing
        canvas.ariaLabel = `Pre-activations of ${unitName(event.layer, event.unit)}`;
        const all = [...(await app.engine.recorded())];
        const at = momentAt(all, event.step);
        const steps = all.slice(Math.max(0, at - BEFORE), at + 1 + AFTER);
        const got = await app.engine.slide({ layer: event.layer, unit: event.unit }, steps);
        if (app.event !== event) return;
        slide = { steps: got.steps, z: got.z.map((twins) => twins[event.twin]) };
        replay.hidden = slide.steps.length < 3;
        draw();
        panel.scrollIntoView({ block: "nearest", behavior: still() ? "auto" : "smooth" });
    };
    /** Walks the page through the recorded moments up to the death. */
    const play = async () => {
        if (playing || !slide) return;
        playing = true;
        const { event } = app;
        for (const step of slide.steps.filter((each) => event && each <= event.step)) {
            if (app.event !== event) break;
            await app.goTo(step);
            draw();
            await new Promise((next) => setTimeout(next, still() ? 400 : 130));
        }
        playing = false;
    };
    app.on("selection", () => void load());
    app.on("frame", draw);
    app.on("world", () => {
        shown = null;
        panel.hidden = true;
    });
    onResize(canvas, draw);
    onTheme(draw);
    return panel;
}

function describe(app: App, event: LedgerEvent, title: HTMLElement, words: HTMLElement): void {
    const how = event.kind === "revival" ? "was revived" : event.kind === "born dead" ? "was born dead" : event.kind === "death" ? "died" : "broke";
    say(title, `How ${unitName(event.layer, event.unit)} ${how}`);
    if (event.row < 0) {
        say(words, `Each line is a row; all ${count(app.world.trainRows.length, "training row")} are drawn.`);
        return;
    }
    const { bias, weights, inputs } = event.terms;
    const span = event.since >= 0 ? `between steps ${event.since} and ${event.step}` : `at step ${event.step}`;
    const most = event.kind === "revival" ? "most awake after" : "most awake before";
    say(
        words,
        `Each line is one of ${evidence(app.world)}. On the row on which it was ${most}, z went from ${number(event.zBefore)} to ${number(event.zAfter)} ${span}: ` +
            `bias ${signed(bias)}, weights ${signed(weights)}, inputs ${signed(inputs)}. Cause: ${event.cause}.`,
    );
}

function paint(app: App, event: LedgerEvent, slide: Slide, canvas: HTMLCanvasElement): void {
    const width = canvas.clientWidth;
    const draw = sharp(canvas, width, HEIGHT);
    const colours = palette();
    const [low, high] = range(slide);
    const [left, bottom, top] = [36, 18, 6];
    const first = slide.steps[0];
    const span = Math.max(1, slide.steps[slide.steps.length - 1] - first);
    const x = (step: number) => left + ((width - left - 6) * (step - first)) / span;
    const y = (z: number) => top + ((HEIGHT - top - bottom) * (high - z)) / (high - low);

    draw.fillStyle = colours.wash;
    draw.fillRect(left, y(0), width - left - 6, HEIGHT - bottom - y(0));
    draw.save();
    draw.beginPath();
    draw.rect(left, top, width - left - 6, HEIGHT - bottom - top);
    draw.clip();
    const rows = slide.z[0].length;
    const every = Math.ceil(rows / 400);
    draw.lineWidth = 0.8;
    draw.strokeStyle = colours[`twin${event.twin as 0}`];
    draw.globalAlpha = Math.max(0.12, Math.min(0.5, 40 / rows));
    for (let row = 0; row < rows; row += every) path(draw, slide, row, x, y);
    draw.globalAlpha = 1;
    if (event.row >= 0) {
        draw.strokeStyle = colours.ink;
        draw.lineWidth = 2;
        path(draw, slide, event.row, x, y);
    }
    draw.restore();
    draw.strokeStyle = colours.ink;
    draw.lineWidth = 1;
    draw.beginPath();
    draw.moveTo(left, y(0));
    draw.lineTo(width - 6, y(0));
    draw.stroke();
    draw.setLineDash([3, 3]);
    const now = x(Math.min(Math.max(app.frame.step, first), first + span));
    draw.beginPath();
    draw.moveTo(now, top);
    draw.lineTo(now, HEIGHT - bottom);
    draw.stroke();
    draw.setLineDash([]);

    draw.fillStyle = colours.soft;
    draw.font = "11px system-ui, sans-serif";
    draw.textAlign = "right";
    draw.fillText("z = 0", left - 3, y(0) + 4);
    draw.textAlign = "left";
    draw.fillText(`step ${first}`, left, HEIGHT - 4);
    draw.textAlign = "right";
    draw.fillText(String(first + span), width - 6, HEIGHT - 4);
    canvas.ariaLabel = `Pre-activations of ${unitName(event.layer, event.unit)} on ${rows} rows, from step ${first} to ${first + span}; at step ${event.step} the highest is ${number(highestAt(slide, event.step))}`;
}

function path(draw: CanvasRenderingContext2D, slide: Slide, row: number, x: (step: number) => number, y: (z: number) => number): void {
    draw.beginPath();
    slide.steps.forEach((step, i) => draw[i ? "lineTo" : "moveTo"](x(step), y(slide.z[i][row])));
    draw.stroke();
}

function range(slide: Slide): [number, number] {
    let [low, high] = [0, 0];
    for (const moment of slide.z) for (const z of moment) if (Number.isFinite(z)) [low, high] = [Math.min(low, z), Math.max(high, z)];
    low = Math.max(low, -FALL * Math.max(high, 1e-3 * -low));
    const margin = 0.06 * (high - low) || 1;
    return [low - margin, high + margin];
}

function highestAt(slide: Slide, step: number): number {
    const at = momentAt(slide.steps, step);
    return slide.z[at].reduce((most, z) => Math.max(most, z), -Infinity);
}
