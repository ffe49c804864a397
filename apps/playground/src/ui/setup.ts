/* What a run is made of: data, net, training. A change starts the run anew from the same seed; rate and α alone are
 * changed while it runs. */
import type { Config, Schedule } from "../engine/api";
import type { App } from "./app";
import { dataGroup } from "./data";
import { button, h, say } from "./dom";
import { checkField, choiceField, group, numberField, textField } from "./fields";
import { count, initialiserTitle, optimizerTitle } from "./words";

export function setup(app: App): HTMLElement {
    const set = (different: Partial<Config>) => void app.change(different);
    const names = (list: string[], title: (name: string) => string) => list.map((name): [string, string] => [name, title(name)]);

    const net = group(
        app,
        "Net",
        true,
        [
            textField("Layers", "hidden units, layer by layer: up to 8 of 64", () => app.config.hidden.join(", "), (text) => setHidden(app, text)),
            choiceField("Initialiser", names(app.catalogue.initialisers, initialiserTitle), () => app.config.init, (init) =>
                set({ init, initSd: init === "normal" ? (app.config.initSd ?? 0.1) : undefined }),
            ),
            numberField("Initial bias", { step: 0.5 }, () => app.config.bias, (bias) => set({ bias })),
            numberField("Seed", { min: 0, step: 1 }, () => app.config.seed, (seed) => set({ seed })),
        ],
        layerButtons(app),
        deviation(app),
        twinButtons(app),
    );
    const training = group(app, "Training", true, [
        numberField("Learning rate", { min: 0 }, () => (app.frame?.step ? app.frame.lr : app.config.lr), (lr) => void app.setRate(lr)),
        choiceField("Optimiser", names(app.catalogue.optimizers, optimizerTitle), () => app.config.optimizer, (optimizer) => set({ optimizer })),
        numberField("Batch", { min: -1, step: 1, hint: "rows a step; −1: all" }, () => app.config.batch, (batch) => set({ batch })),
    ]);
    const finer = group(app, "Finer settings", false, [
        choiceField("Schedule", [["constant", "constant"], ["step", "step: × 0.1 each third"], ["cosine", "cosine, to 0"]], () => app.config.schedule, (schedule) =>
            set({ schedule: schedule as Schedule, epochs: app.config.epochs || (schedule === "constant" ? 0 : 60) }),
        ),
        numberField("Epochs", { min: 0, step: 1, hint: "0: without end" }, () => app.config.epochs, (epochs) => set({ epochs })),
        numberField("Momentum", { min: 0, max: 1, step: 0.05 }, () => app.config.momentum, (momentum) => set({ momentum })),
        numberField("L1", { min: 0 }, () => app.config.l1, (l1) => set({ l1 })),
        numberField("L2", { min: 0 }, () => app.config.l2, (l2) => set({ l2 })),
        numberField("Dropout", { min: 0, max: 0.95, step: 0.05 }, () => app.config.dropout, (dropout) => set({ dropout })),
        choiceField("Loss", [["", "by the data"], ["cross_entropy", "cross-entropy"], ["binary", "binary"], ["squared", "squared"]], () => app.config.loss, (loss) => set({ loss })),
        numberField("Census", { min: 0, step: 1, hint: "steps between two; 0: one an epoch" }, () => app.config.census, (census) => set({ census })),
        checkField("Standardise inputs", () => app.config.standardize, (standardize) => set({ standardize, scaling: undefined })),
        numberField("Test share", { min: 0, max: 0.95, step: 0.1 }, () => app.config.testShare, (testShare) => set({ testShare })),
    ]);
    return h("section", { class: "setup", id: "set-up", "aria-label": "Set-up" }, dataGroup(app), net, training, finer);
}

/** Curves follow their layers; a new layer takes the curve of the last. */
function setHidden(app: App, text: string): void {
    const hidden = text.split(/[\s,;–-]+/).filter(Boolean).map(Number);
    const twins = app.config.twins.map((twin) => ({
        ...twin,
        curves: hidden.map((_, i) => twin.curves[Math.min(i, twin.curves.length - 1)]),
        parameters: undefined,
        output: undefined,
    }));
    void app.change({ hidden, twins });
}

function layerButtons(app: App): HTMLElement {
    const change = (hidden: number[]) => setHidden(app, hidden.join(","));
    return counter(app, "hidden layer", app.catalogue.limits.layers, () => app.config.hidden.length, {
        more: () => change([...app.config.hidden, app.config.hidden.at(-1) ?? 8]),
        fewer: () => change(app.config.hidden.slice(0, -1)),
    });
}

function twinButtons(app: App): HTMLElement {
    const more = () => {
        const like = app.config.twins[0];
        const used = new Set(app.config.twins.map((twin) => twin.curves[0].name));
        const next = ["relu", "leaky_relu", "elu", "gelu"].find((name) => !used.has(name)) ?? "tanh";
        const alpha = app.catalogue.curves.find((each) => each.name === next)?.alpha ?? 0;
        void app.change({ twins: [...app.config.twins, { curves: like.curves.map(() => ({ name: next, alpha })) }] });
    };
    const fewer = () => void app.change({ twins: app.config.twins.slice(0, -1) });
    return h(
        "div",
        { class: "twin-buttons" },
        counter(app, "twin", app.catalogue.limits.twins, () => app.config.twins.length, { more, fewer }),
        h("small", {}, "Twins share seed, first weights, order of the data and every setting; only the curve differs."),
    );
}

/** "2 twins", one more, one fewer. */
function counter(app: App, one: string, most: number, now: () => number, change: { more(): void; fewer(): void }): HTMLElement {
    const text = h("span", {});
    const fewer = button("−", change.fewer, { "aria-label": `One ${one} fewer` });
    const more = button("+", change.more, { "aria-label": `One ${one} more` });
    app.on("world", () => {
        say(text, count(now(), one));
        fewer.disabled = now() <= 1;
        more.disabled = now() >= most;
    });
    return h("div", { class: "counter" }, text, fewer, more);
}

/** Only the normal initialiser has one. */
function deviation(app: App): HTMLElement {
    const field = numberField("Deviation", { min: 0 }, () => app.config.initSd ?? 0.1, (initSd) => void app.change({ initSd }));
    app.on("world", () => {
        field.element.hidden = app.config.init !== "normal";
        field.show();
    });
    return field.element;
}
