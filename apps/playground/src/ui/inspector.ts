/* One unit, looked at closely: its word and what the word rests on, its z over the whole data set, its numbers, the terms
 * of its last move; and the tools: set, kill, revive. */
import type { Deed, Evidence, Inspection } from "../engine/api";
import type { App } from "./app";
import { button, h, onResize, say, seldom, sharp } from "./dom";
import { imageOf, weightsImage } from "./images";
import { onTheme, palette } from "./palette";
import { glyph } from "./shapes";
import { count, curveTitle, MEANINGS, number, percent, signed, twinTitle, unitName } from "./words";

const HISTOGRAM = 96;
const LIFT = 0.1;

export function inspector(app: App, onInspected: (inspection: Inspection | null) => void): HTMLElement {
    const title = h("h2", { id: "inspector-title" });
    const tabs = h("div", { class: "tabs", role: "group", "aria-label": "Twin" });
    const word = h("p", { class: "word" });
    const histogram = h("canvas", { role: "img" });
    const axis = h("p", { class: "soft small" });
    const looks = h("div", { class: "looks" });
    const move = h("div", { class: "move" });
    const weights = h("div", { class: "weights" });
    const facts = h("dl", { class: "facts" });
    const outcome = h("p", { class: "small", role: "status" });
    const tools = toolButtons(app, (text) => say(outcome, text));
    const close = button("Close", () => app.select(null), { class: "close", "aria-label": "Close the unit" });
    const panel = h(
        "section",
        { class: "inspector", "aria-labelledby": "inspector-title", hidden: true },
        h("header", {}, title, close),
        tabs,
        word,
        histogram,
        axis,
        looks,
        tools.element,
        outcome,
        h("details", { open: true }, h("summary", {}, "Last move of z"), move),
        h("details", {}, h("summary", {}, "Weights, bias, gradient"), weights),
        h("details", {}, h("summary", {}, "The evidence"), facts),
    );

    let latest: Inspection | null = null;
    let busy = false;
    let table = "";
    const show = (found: Inspection) => {
        latest = found;
        panel.removeAttribute("aria-busy");
        describe(found, word);
        drawHistogram(found, histogram);
        say(axis, `z on ${count(found.evidence.rows, "training row")}: from ${number(found.evidence.lowestZ)} to ${number(found.evidence.highestZ)}`);
        showLooks(app, found, looks);
        showMove(found, move);
        const key = `${found.twin}/${found.layer}/${found.unit}/${found.weights.length}`;
        if (key !== table) {
            table = key;
            buildWeights(app, found, weights);
        }
        fillWeights(app, found, weights);
        showFacts(found.evidence, facts);
        tools.show(found);
        onInspected(found);
    };
    const ask = async () => {
        const { selection } = app;
        if (!selection || busy) return;
        busy = true;
        try {
            const found = await app.engine.inspect(selection.twin, { layer: selection.layer, unit: selection.unit });
            if (app.selection === selection) show(found);
        } catch {
            // a world opened in between: the next frame asks again
        } finally {
            busy = false;
        }
        if (app.selection !== selection) void ask(); // another was chosen meanwhile
    };
    const askSeldom = seldom(120, () => void ask());
    app.on("frame", () => app.selection && askSeldom());
    app.on("selection", () => {
        panel.hidden = !app.selection;
        say(outcome, "");
        if (!app.selection) {
            latest = null;
            onInspected(null);
            return;
        }
        const { selection } = app;
        say(title, sentence(unitName(selection.layer, selection.unit))); // before the answer: a panel without a name says nothing
        histogram.ariaLabel = "Histogram of z";
        panel.ariaBusy = "true"; // what it shows is of the unit before until the answer comes
        tabs.hidden = app.config.twins.length < 2;
        tabs.replaceChildren(
            ...app.config.twins.map((twin, i) =>
                button(twinTitle(twin, app.config), () => app.select({ ...selection, twin: i }), { "aria-pressed": String(i === selection.twin) }),
            ),
        );
        askSeldom();
    });
    const redraw = () => {
        if (!latest) return;
        drawHistogram(latest, histogram);
        showLooks(app, latest, looks);
    };
    onResize(histogram, redraw);
    onTheme(redraw);
    return panel;
}

function sentence(text: string): string {
    return text[0].toUpperCase() + text.slice(1);
}

function describe(found: Inspection, where: HTMLElement): void {
    const { evidence } = found;
    const { state, words, rows, conducted } = evidence;
    const more = words.filter((word) => word !== state);
    const key = `${state}/${more.join()}/${conducted}/${rows}`;
    if (where.dataset.key === key) return;
    where.dataset.key = key;
    where.replaceChildren(
        glyph(state, 20),
        h("b", {}, state),
        `: ${state === "alive" ? `conducts on ${conducted} of ${count(rows, "training row")}` : MEANINGS[state]}.`,
        h("span", { class: "soft" }, state === "alive" ? "" : ` It conducts on ${conducted} of ${count(rows, "training row")}.`),
        h("span", { class: "soft" }, more.length ? ` Also ${more.join(", ")}.` : ""),
    );
}

function drawHistogram(found: Inspection, canvas: HTMLCanvasElement): void {
    const width = canvas.clientWidth;
    if (!width) return;
    const draw = sharp(canvas, width, HISTOGRAM);
    const colours = palette();
    const { z } = found;
    const finite = z.filter(Number.isFinite);
    let [low, high] = [0, 0];
    for (const each of finite) [low, high] = [Math.min(low, each), Math.max(high, each)];
    const margin = 0.05 * (high - low) || 1;
    [low, high] = [low - margin, high + margin];
    const bins = new Array<number>(32).fill(0);
    for (const each of finite) bins[Math.min(31, Math.floor((32 * (each - low)) / (high - low)))]++;
    const most = Math.max(...bins, 1);
    const x = (value: number) => (width * (value - low)) / (high - low);
    const base = HISTOGRAM - 16;
    draw.fillStyle = colours.wash;
    draw.fillRect(0, 0, x(0), base);
    bins.forEach((n, i) => {
        const centre = low + ((i + 0.5) * (high - low)) / 32;
        draw.fillStyle = centre > 0 ? colours.plus : colours.soft;
        const tall = (n / most) * (base - 8);
        draw.fillRect((i * width) / 32 + 0.5, base - tall, width / 32 - 1, tall);
    });
    draw.strokeStyle = colours.ink;
    draw.beginPath();
    draw.moveTo(x(0), 0);
    draw.lineTo(x(0), base + 3);
    draw.moveTo(0, base + 0.5);
    draw.lineTo(width, base + 0.5);
    draw.stroke();
    draw.fillStyle = colours.soft;
    draw.font = "11px system-ui, sans-serif";
    draw.textAlign = x(0) < 30 ? "left" : x(0) > width - 30 ? "right" : "center";
    draw.fillText("z = 0", x(0), HISTOGRAM - 3);
    const fires = finite.filter((each) => each > 0).length;
    canvas.ariaLabel = `Histogram of z: above 0 on ${fires} of ${z.length} rows`;
}

/** Of images: what a first-layer unit weighs, and the row on which any unit is most awake. */
function showLooks({ world }: App, { layer, weights, evidence }: Inspection, where: HTMLElement): void {
    where.hidden = !world.image || evidence.highestRow < 0;
    if (where.hidden) return;
    const row = world.trainRows[evidence.highestRow];
    const look = (image: HTMLCanvasElement, ...caption: (string | Node)[]) => h("figure", {}, image, h("figcaption", { class: "small" }, ...caption));
    const legend = [h("span", { class: "above" }, "green"), " raises z, ", h("span", { class: "below-zero" }, "pink"), " lowers it"];
    where.replaceChildren(
        ...(layer === 0 ? [look(weightsImage(world, weights, "Its weights on the pixels"), "Its weights: ", ...legend)] : []),
        look(imageOf(world, row, "The image on which its z is highest"), `z is highest on this ${world.classNames[world.y[row]]}: ${number(evidence.highestZ)}`),
    );
}

function showMove(found: Inspection, where: HTMLElement): void {
    const { last } = found;
    if (!last) {
        where.replaceChildren(h("p", { class: "soft small" }, "It has not moved yet."));
        return;
    }
    const { bias, weights, inputs } = last.terms;
    const most = Math.max(Math.abs(bias), Math.abs(weights), Math.abs(inputs), 1e-12);
    const bar = (name: string, formula: string, value: number) => {
        const fill = h("span", { class: value < 0 ? "bar minus" : "bar plus" });
        fill.style.width = `${(50 * Math.abs(value)) / most}%`;
        return h("div", { class: "term" }, h("span", {}, name, " ", h("i", { class: "soft" }, formula)), h("span", { class: "track", "aria-hidden": "true" }, fill), h("span", { class: "value" }, signed(value)));
    };
    where.replaceChildren(
        bar("bias", "Δb", bias),
        bar("weights", "Δw·x", weights),
        bar("inputs", "w·Δx", inputs),
        h("p", { class: "soft small" }, `On the row on which it was most awake, z went from ${number(last.zBefore)} to ${number(last.zAfter)} since step ${last.since}. The terms add up.`),
    );
}

/* ---- Numbers that can be changed ---- */

function sourceName(app: App, layer: number, input: number): string {
    return layer === 0 ? app.world.featureNames[input] : `unit ${input + 1}`;
}

function buildWeights(app: App, found: Inspection, where: HTMLElement): void {
    const { twin, layer, unit } = found;
    const field = (label: string, deed: (value: number) => Deed) => {
        const input = h("input", { type: "number", step: "any", "aria-label": label });
        input.onchange = () => Number.isFinite(input.valueAsNumber) && void app.act(deed(input.valueAsNumber));
        return h("td", {}, input);
    };
    const rows = Array.from(found.weights, (_, input) => {
        const name = sourceName(app, layer, input);
        return h("tr", {}, h("th", { scope: "row" }, name), field(`Weight from ${name}`, (value) => ({ do: "weight", twin, layer, unit, input, value })), h("td", { class: "gradient" }));
    });
    rows.unshift(h("tr", {}, h("th", { scope: "row" }, "bias"), field("Bias", (value) => ({ do: "bias", twin, layer, unit, value })), h("td", { class: "gradient" })));
    const head = h("tr", {}, h("th", { scope: "col" }, "from"), h("th", { scope: "col" }, "value"), h("th", { scope: "col" }, "gradient"));
    where.replaceChildren(
        h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Weights" }, h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows))),
        h("p", { class: "soft small" }, "Gradient of the mean training loss, without penalties."),
    );
}

function fillWeights(app: App, found: Inspection, where: HTMLElement): void {
    const values = [found.bias, ...found.weights];
    const slopes = [found.biasGradient, ...found.weightGradient];
    where.querySelectorAll("tbody tr").forEach((row, i) => {
        const input = row.querySelector("input") as HTMLInputElement;
        if (document.activeElement !== input) input.value = String(Number(values[i].toPrecision(4)));
        input.disabled = !app.frame.live;
        say(row.querySelector(".gradient") as HTMLElement, number(slopes[i]));
    });
}

function showFacts(evidence: Evidence, where: HTMLElement): void {
    const fact = (name: string, value: string) => [h("dt", {}, name), h("dd", {}, value)];
    const of = (n: number) => `${n} of ${evidence.rows} rows`;
    where.replaceChildren(
        ...fact("fires (z > 0) on", of(evidence.fired)),
        ...fact("conducts (slope not 0) on", of(evidence.conducted)),
        ...fact("highest z", `${number(evidence.highestZ)}${evidence.highestRow >= 0 ? `, row ${evidence.highestRow + 1}` : ""}`),
        ...fact("lowest z", number(evidence.lowestZ)),
        ...fact("a from … to", `${number(evidence.lowestA)} … ${number(evidence.highestA)}`),
        ...fact("zeros (APoZ)", percent(evidence.zeros)),
        ...fact("dormancy score", `${number(evidence.dormancy)} (dormant at ${evidence.thresholds.dormant} or less)`),
        ...fact("steepest slope", `${number(evidence.steepest)} (saturated below ${evidence.thresholds.saturated})`),
        ...fact("starved, severed", `${evidence.starved ? "yes" : "no"}, ${evidence.severed ? "yes" : "no"}`),
    );
}

/* ---- Kill and cure ---- */

function toolButtons(app: App, told: (text: string) => void): { element: HTMLElement; show(found: Inspection): void } {
    const here = () => app.selection as NonNullable<typeof app.selection>;
    const unit = () => ({ layer: here().layer, unit: here().unit });
    const did = async (deed: Deed, text: string) => {
        const done = await app.act(deed);
        if (!done) return;
        const fate = done.fates[0] && done.fates[0] !== "woken" ? ` It is ${done.fates[0] === "tied" ? "tied: left as it was" : "still asleep: it would not wake in 64 tries"}.` : "";
        told(`${text}${fate} Largest change of an output on the training rows: ${number(done.largestChange)}.`);
    };
    const kill = button("Kill", () => void did({ do: "kill", twin: here().twin, ...unit() }, "Its bias was lowered until z < 0 on every row."), {
        title: "Lower its bias until z < 0 on every training row",
    });
    const redo = button("Revive (ReDo)", () => void did({ do: "revive", twin: here().twin, units: [unit()] }, "Drawn anew; its outgoing weights are 0 until the next step."), {
        title: "Draw its weights anew, set its outgoing weights and moments to 0",
    });
    const lift = button("Lift bias", () => void did({ do: "lift", twin: here().twin, units: [unit()], share: LIFT }, `Its bias was raised to fire on ${100 * LIFT} % of the rows.`), {
        title: `Raise its bias until it fires on ${100 * LIFT} % of the rows`,
    });
    const leaky = button(
        "Leaky swap",
        () => void did({ do: "curve", twin: here().twin, layer: here().layer, curve: { name: "leaky_relu", alpha: 0.1 } }, `Layer ${here().layer + 1} is now ${curveTitle("leaky_relu")} with α = 0.1.`),
        { title: "Give its whole layer a Leaky ReLU with α = 0.1" },
    );
    const note = h("p", { class: "soft small" }, "A recorded moment is for looking. Go back to the present to change things.");
    const all = [kill, redo, lift, leaky];
    const alone = (name: string) => app.catalogue.curves.find((each) => each.name === name)?.alone;
    return {
        element: h("div", { class: "tools" }, h("div", { class: "pair" }, ...all), note),
        show: (found) => {
            for (const each of all) each.disabled = !app.frame.live;
            note.hidden = app.frame.live;
            leaky.hidden = !!alone(found.curve.name) || found.curve.name === "leaky_relu";
        },
    };
}
