/* The twins over time, in one picture each: loss, accuracy, dead share. A full line for the training part, a pale one for
 * the test part; the moment shown is a vertical line. Colours and dashes tell the twins apart. */
import type { History } from "../engine/api";
import type { App } from "./app";
import { h, onResize, say, sharp } from "./dom";
import { DASHES, onTheme, palette } from "./palette";
import { count, number, percent, twinTitle } from "./words";

type Series = Exclude<keyof History["twins"][number], "silent">;
interface Kind {
    id: string;
    title: string;
    train: Series;
    test: Series | null;
    share: boolean;
}

const KINDS: Kind[] = [
    { id: "loss", title: "Loss", train: "trainLoss", test: "testLoss", share: false },
    { id: "accuracy", title: "Accuracy", train: "trainAccuracy", test: "testAccuracy", share: true },
    { id: "dead", title: "Dead share", train: "dead", test: null, share: true },
];

const LEFT = 40;
const BOTTOM = 18;
const TOP = 8;
const HEIGHT = 132;

export function charts(app: App): HTMLElement {
    const parts = KINDS.map((kind) => chart(app, kind));
    const key = h("p", { class: "key" });
    app.on("world", () => {
        key.replaceChildren(
            ...app.config.twins.map((twin, i) => h("span", {}, h("span", { class: `swatch twin${i}`, "aria-hidden": "true" }), twinTitle(twin, app.config))),
        );
        if (app.world.testRows.length) key.append(h("span", { class: "soft" }, "pale: test part"));
    });
    return h("section", { class: "charts", "aria-label": "Curves over time" }, key, h("div", { class: "chart-row" }, ...parts.map((part) => part.element)));
}

function chart(app: App, kind: Kind): { element: HTMLElement } {
    const canvas = h("canvas", { role: "img", "data-chart": kind.id });
    const rests = h("span", { class: "soft" });
    const element = h("figure", { class: "chart" }, h("figcaption", {}, kind.title, " ", rests), canvas);
    const draw = () => {
        if (!app.frame?.history || !canvas.clientWidth) return;
        paint(app, kind, canvas, canvas.clientWidth);
    };
    app.on("frame", draw);
    app.on("world", () => {
        say(rests, kind.id === "dead" ? `of ${count(app.world.hiddenUnits, "unit")}, ${count(app.world.trainRows.length, "row")}` : "");
        element.hidden = kind.id === "accuracy" && !app.world.classes;
    });
    onResize(canvas, draw);
    onTheme(draw);
    return { element };
}

function paint(app: App, kind: Kind, canvas: HTMLCanvasElement, width: number): void {
    const history = app.frame.history as History;
    const draw = sharp(canvas, width, HEIGHT);
    const colours = palette();
    const steps = history.steps;
    const last = Math.max(1, app.frame.recorded.last, steps[steps.length - 1] ?? 1);
    const top = kind.share ? 1 : highest(history, kind);
    const x = (step: number) => LEFT + ((width - LEFT - 8) * step) / last;
    const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(1.02, value / top));

    draw.font = "11px system-ui, sans-serif";
    draw.fillStyle = colours.soft;
    draw.strokeStyle = colours.line;
    draw.lineWidth = 1;
    draw.textAlign = "right";
    draw.textBaseline = "middle";
    for (const share of [0, 0.5, 1]) {
        const at = Math.round(y(share * top)) + 0.5;
        draw.beginPath();
        draw.moveTo(LEFT, at);
        draw.lineTo(width - 8, at);
        draw.stroke();
        draw.fillText(kind.share ? `${100 * share} %` : number(share * top), LEFT - 5, at);
    }
    draw.textBaseline = "alphabetic";
    draw.fillText(count(last, "step"), width - 8, HEIGHT - 3);
    draw.textAlign = "left";
    draw.fillText("0", LEFT, HEIGHT - 3);

    history.twins.forEach((twin, i) => {
        const line = (values: Float64Array, alpha: number, thick: number) => {
            draw.strokeStyle = colours[`twin${i as 0}`];
            draw.globalAlpha = alpha;
            draw.lineWidth = thick;
            draw.setLineDash(DASHES[i]);
            draw.beginPath();
            let down = false;
            for (let k = 0; k < steps.length; k++) {
                if (!Number.isFinite(values[k])) down = false;
                else {
                    draw[down ? "lineTo" : "moveTo"](x(steps[k]), y(values[k]));
                    down = true;
                }
            }
            draw.stroke();
            draw.setLineDash([]);
            draw.globalAlpha = 1;
        };
        if (kind.test && app.world.testRows.length) line(twin[kind.test], 0.42, 1.2);
        line(twin[kind.train], 1, 1.9);
    });

    draw.strokeStyle = colours.ink;
    draw.lineWidth = 1;
    const now = Math.round(x(app.frame.step)) + 0.5;
    draw.beginPath();
    draw.moveTo(now, TOP - 4);
    draw.lineTo(now, HEIGHT - BOTTOM);
    draw.stroke();
    canvas.ariaLabel = spoken(app, kind);
}

/** A few wild first losses must not press the rest flat: the scale holds 95 % of the points. */
function highest(history: History, kind: Kind): number {
    const all = history.twins.flatMap((twin) => [...twin[kind.train]].filter(Number.isFinite)).sort((a, b) => a - b);
    const top = all.length ? Math.max(all[Math.floor(0.95 * (all.length - 1))] * 1.15, all[0]) : 1;
    const grain = 10 ** Math.floor(Math.log10(top || 1));
    return (Math.ceil((top / grain) * 2) / 2) * grain || 1;
}

function spoken(app: App, kind: Kind): string {
    const values = app.frame.twins.map((twin, i) => {
        const value = kind.id === "loss" ? twin.trainLoss : kind.id === "accuracy" ? twin.trainAccuracy : twin.dead / app.world.hiddenUnits;
        return `${twinTitle(app.config.twins[i], app.config)} ${kind.share ? percent(value) : number(value)}`;
    });
    return `${kind.title} over the steps; at step ${app.frame.step}: ${values.join(", ")}`;
}
