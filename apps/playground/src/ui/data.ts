/* The data: a set that ships, a CSV pasted, dropped or chosen, or points drawn by hand. What cannot be read is refused
 * with the line that says why; the run stays as it was. */
import type { DataChoice } from "../engine/api";
import type { App } from "./app";
import { button, h, say } from "./dom";
import { choiceField, group, numberField } from "./fields";
import { imageOf } from "./images";
import { classColour } from "./palette";
import { count, dataTitle } from "./words";

export function dataGroup(app: App): HTMLElement {
    const own: [string, string][] = [["points", "Points drawn by hand"], ["csv", "Your own CSV"]];
    const sets = app.catalogue.data.map((info): [string, string] => [info.name, dataTitle(info.name)]);
    const chosen = () => (app.config.data.kind === "shipped" ? app.config.data.name : app.config.data.kind);
    const csv = csvBox(app);
    const data = choiceField("Data set", [...sets, ...own], chosen, (name) => {
        if (name === "csv") csv.open();
        else void app.change({ data: name === "points" ? starter(app) : { kind: "shipped", name }, scaling: undefined, twins: plainTwins(app), ...fitting(app, name) });
    });
    const generated = () => app.catalogue.data.find((info) => info.name === chosen())?.generated ?? false;
    const shipped = () => app.config.data as DataChoice & { kind: "shipped" };
    const rows = numberField("Rows", { min: 10, step: 50 }, () => shipped().rows ?? app.world.rows, (value) => void app.change({ data: { ...shipped(), rows: value } }));
    const noise = numberField("Noise", { min: 0, step: 0.05 }, () => shipped().noise ?? 0, (value) => void app.change({ data: { ...shipped(), noise: value } }));
    const another = numberField("Data seed", { min: 0, step: 1 }, () => app.config.dataSeed, (dataSeed) => void app.change({ dataSeed }));
    const about = h("p", { class: "about-data" });
    const images = h("div", { class: "images" });
    app.on("world", () => {
        rows.element.hidden = noise.element.hidden = !generated();
        const { world } = app;
        const whole = (n: number) => n.toLocaleString("en-GB");
        const parts = world.testRows.length ? `${whole(world.trainRows.length)} to train on, ${whole(world.testRows.length)} to test` : "all to train on";
        const kind = world.classes ? count(world.classes, "class", "classes") : "real targets";
        say(about, `${count(world.rows, "row")}: ${parts}. ${count(world.features, "feature")}, ${kind}.`);
        showImages(app, images);
    });
    return group(app, "Data", true, [data, rows, noise, another], about, images, axesFields(app), drawing(app), csv.element);
}

/** Given parameters and output curves belong to one lesson's net: other data need other ones. */
function plainTwins(app: App) {
    return app.config.twins.map(({ curves }) => ({ curves }));
}

/** A set too small for the batch, or to give rows away for testing, is trained on whole. */
function fitting(app: App, name: string): { batch?: number; testShare?: number } {
    const rows = app.catalogue.data.find((info) => info.name === name)?.rows;
    return rows !== undefined && rows < 10 ? { batch: 0, testShare: 0 } : {};
}

/* ---- Points by hand ---- */

function starter(app: App): DataChoice {
    if (app.world.features === 2 && app.world.classes && app.world.rows <= 1000 && app.world.classes <= 10)
        return { kind: "points", points: Array.from({ length: app.world.rows }, (_, i) => [app.world.x[2 * i], app.world.x[2 * i + 1], app.world.y[i]]) };
    return { kind: "points", points: [[-1, -1, 0], [-1, 1, 0], [1, -1, 1], [1, 1, 1]] };
}

export function addPoint(app: App, x: number, y: number): void {
    if (app.drawing === null) return;
    const before = app.config.data.kind === "points" ? app.config.data : (starter(app) as DataChoice & { kind: "points" });
    const near = (value: number) => Number(value.toPrecision(4));
    void app.change({ data: { kind: "points", points: [...before.points, [near(x), near(y), app.drawing]] } });
}

function drawing(app: App): HTMLElement {
    const classes = h("select", { "aria-label": "Class of the points" });
    for (let i = 0; i < 4; i++) classes.append(h("option", { value: i }, `class ${i + 1}`));
    const toggle = button("Draw points", () => {
        app.drawing = app.drawing === null ? Number(classes.value) : null;
        show();
    });
    classes.onchange = () => {
        if (app.drawing !== null) app.drawing = Number(classes.value);
        show();
    };
    const undo = button("Undo point", () => {
        const { data } = app.config;
        if (data.kind === "points" && data.points.length > 2) void app.change({ data: { ...data, points: data.points.slice(0, -1) } });
    });
    const x = h("input", { type: "number", step: "any", value: 0, "aria-label": "x of a new point" });
    const y = h("input", { type: "number", step: "any", value: 0, "aria-label": "y of a new point" });
    const put = button("Add", () => addPoint(app, x.valueAsNumber || 0, y.valueAsNumber || 0));
    const typed = h("div", { class: "typed-point" }, "or x ", x, " y ", y, put);
    const hint = h("small", {}, "Click or tap a twin's plane.");
    const show = () => {
        const on = app.drawing !== null;
        say(toggle, on ? "Done drawing" : "Draw points");
        toggle.setAttribute("aria-pressed", String(on));
        classes.style.borderColor = on ? classColour(Number(classes.value)) : "";
        typed.hidden = hint.hidden = !on;
        undo.hidden = !on;
        document.body.classList.toggle("drawing", on);
    };
    const element = h("div", { class: "drawing-tools" }, h("div", { class: "pair" }, toggle, classes), hint, typed, undo);
    app.on("world", () => {
        element.hidden = app.world.features !== 2 || !app.world.classes;
        if (element.hidden) app.drawing = null;
        show();
    });
    show();
    return element;
}

/* ---- CSV ---- */

function csvBox(app: App): { element: HTMLElement; open(): void } {
    const text = h("textarea", { rows: 6, spellcheck: "false", "aria-label": "CSV" });
    const regression = h("input", { type: "checkbox" });
    const file = h("input", { type: "file", accept: ".csv,text/csv,text/plain", "aria-label": "CSV file" });
    const wrong = h("p", { class: "trouble", role: "alert" });
    let name = "pasted.csv";
    const read = async (from: File) => {
        name = from.name;
        text.value = await from.text();
        box.open = true;
        await use();
    };
    const use = async () => {
        const data: DataChoice = { kind: "csv", name, text: text.value, regression: regression.checked };
        try {
            await app.engine.checkData(data);
            say(wrong, "");
            await app.change({ data, scaling: undefined, twins: plainTwins(app) });
        } catch (error) {
            say(wrong, (error as Error).message);
        }
    };
    file.onchange = () => file.files?.[0] && void read(file.files[0]);
    const box = h(
        "details",
        { class: "csv" },
        h("summary", {}, "Your own CSV"),
        h("p", { class: "hint" }, "One row a line, the last column is the class (0.1,2.3,red); at most 50 columns. Paste it, choose a file, or drop one anywhere on the page. It stays on this machine."),
        text,
        h("label", { class: "field check" }, regression, " the last column is a real number"),
        file,
        button("Use this CSV", () => void use()),
        wrong,
    );
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
        event.preventDefault();
        const dropped = event.dataTransfer?.files[0];
        if (dropped && /\.safetensors$/i.test(dropped.name)) return;
        if (dropped) void read(dropped);
    });
    return {
        element: box,
        open: () => {
            box.open = true;
            text.focus();
        },
    };
}

/* ---- More than two features ---- */

function axesFields(app: App): HTMLElement {
    const across = h("select", { "aria-label": "Feature across" });
    const up = h("select", { "aria-label": "Feature up" });
    across.onchange = up.onchange = () => app.setAxes([Number(across.value), Number(up.value)]);
    const element = h("div", { class: "axes" }, h("span", {}, "Plane: across"), across, h("span", {}, "up"), up, h("small", {}, "The other features stay at their mean."));
    app.on("world", () => {
        element.hidden = app.world.features < 3;
        for (const select of [across, up]) select.replaceChildren(...app.world.featureNames.map((name, i) => h("option", { value: i }, name)));
        across.value = String(app.axes[0]);
        up.value = String(app.axes[1]);
    });
    return element;
}

/** The first image of each class. */
function showImages({ world }: App, where: HTMLElement): void {
    where.hidden = !world.image;
    if (!world.image) return;
    const first = (label: number) => Math.max(0, world.y.indexOf(label));
    where.replaceChildren(...world.classNames.map((name, label) => imageOf(world, first(label), `An image of ${name}`)));
}

