/* One of the nets side by side: its curve, its network, its boundary and its figures. */
import type { App } from "./app";
import { h, say, seldom } from "./dom";
import { Network } from "./network";
import { Plane } from "./plane";
import { curveTitle, evidence, number, percent, twinTitle } from "./words";
import type { Inspection } from "../engine/api";

export class TwinCard {
    readonly element: HTMLElement;
    readonly network: Network;
    readonly plane: Plane;
    private readonly curve = h("select", { class: "curve" });
    private readonly alpha = h("input", { type: "number", step: "any", class: "alpha" });
    private readonly alphaLabel = h("label", { class: "alpha-label" }, "α ", this.alpha);
    private readonly layer = h("select", { class: "layer-of-curve" });
    private readonly count = h("b", {});
    private readonly proof = h("span", { class: "soft" });
    private readonly figures: Record<string, HTMLElement> = {};
    private readonly testHead = h("th", { scope: "col" }, "test");
    private readonly confusion = h("div", { class: "confusion" });
    private readonly part = h("select", { "aria-label": "Confusion matrix of" });
    private readonly heading = h("h2", { class: "visually-hidden" });
    private readonly fillConfusion: () => void;

    constructor(
        private readonly app: App,
        readonly index: number,
        onPoint: (x: number, y: number) => void,
    ) {
        this.network = new Network(app, index);
        this.plane = new Plane(app, index, onPoint);
        for (const info of app.catalogue.curves) this.curve.append(h("option", { value: info.name }, curveTitle(info.name)));
        this.curve.onchange = () => this.swap();
        this.alpha.onchange = () => this.changeAlpha();
        this.part.append(h("option", { value: "test" }, "test part"), h("option", { value: "train" }, "training part"));
        this.part.onchange = () => {
            app.confusion = this.part.value as "train" | "test";
            app.look();
            app.tell("status");
        };
        this.layer.onchange = () => this.showCurve();
        this.fillConfusion = seldom(250, () => this.showConfusion());
        const figure = (key: string) => (this.figures[key] = h("td", {}, "–"));
        const row = (name: string, ...keys: string[]) => h("tr", { "data-figure": name }, h("th", { scope: "row" }, name), ...keys.map(figure));
        this.element = h(
            "section",
            { class: `twin twin${index}`, "aria-label": `Twin ${index + 1}` },
            this.heading,
            h(
                "header",
                {},
                h("span", { class: `swatch twin${index}`, "aria-hidden": "true" }),
                this.curve,
                this.alphaLabel,
                this.layer,
            ),
            h("p", { class: "vital" }, this.count, " ", this.proof),
            this.network.element,
            h(
                "div",
                { class: "below" },
                h("div", { class: "plane-box" }, this.plane.canvas),
                h(
                    "div",
                    { class: "numbers" },
                    h(
                        "table",
                        { class: "figures" },
                        h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, "training"), this.testHead)),
                        h("tbody", {}, row("Loss", "loss", "testLoss"), row("Accuracy", "accuracy", "testAccuracy")),
                    ),
                    this.confusion,
                ),
            ),
        );
    }

    world(): void {
        const { config, world } = this.app;
        const title = twinTitle(config.twins[this.index], config);
        say(this.heading, title);
        this.curve.ariaLabel = `Curve of twin ${this.index + 1}`;
        this.alpha.ariaLabel = `α of twin ${this.index + 1}`;
        this.layer.ariaLabel = `Layers that the curve of twin ${this.index + 1} is set for`;
        this.network.element.ariaLabel = `Network of ${title}. Arrow keys walk, Enter selects`;
        const chosen = this.layer.value;
        this.layer.replaceChildren(h("option", { value: "-1" }, "all layers"), ...config.hidden.map((_, i) => h("option", { value: i }, `layer ${i + 1}`)));
        this.layer.value = Number(chosen) < config.hidden.length && chosen ? chosen : "-1";
        this.layer.hidden = config.hidden.length < 2;
        this.part.hidden = !world.testRows.length;
        this.confusion.hidden = !world.classes;
        (this.figures.accuracy.parentElement as HTMLElement).hidden = !world.classes;
        for (const each of [this.testHead, this.figures.testLoss, this.figures.testAccuracy]) each.hidden = !world.testRows.length;
        this.showCurve();
        this.element.classList.toggle("long", config.hidden.length > 4);
        this.network.rebuild();
    }

    frame(): void {
        const { app } = this;
        const frame = app.frame.twins[this.index];
        const units = app.world.hiddenUnits;
        const fate = frame.fate === "diverged" ? ` Diverged at step ${frame.divergedAt}: its numbers are no longer finite.` : "";
        const silent = frame.silent > frame.dead ? `; ${frame.silent - frame.dead} silent, not dead` : "";
        say(this.count, `${frame.dead} of ${units} hidden units dead`);
        say(this.proof, `on ${evidence(app.world)}${silent}.${fate}`);
        this.element.classList.toggle("diverged", frame.fate === "diverged");
        say(this.figures.loss, number(frame.trainLoss));
        say(this.figures.testLoss, number(frame.testLoss));
        say(this.figures.accuracy, percent(frame.trainAccuracy));
        say(this.figures.testAccuracy, percent(frame.testAccuracy));
        this.network.draw();
        this.plane.draw();
        this.fillConfusion();
    }

    inspected(inspection: Inspection | null): void {
        this.plane.inspection = inspection;
        this.plane.draw();
    }

    /* ---- The curve ---- */

    private layerNow(): number {
        return Number(this.layer.value || -1);
    }

    /** The curve in force, which a deed may have changed since the beginning. */
    showCurve(): void {
        const { config, frame } = this.app;
        const layer = Math.max(0, this.layerNow());
        const given = config.twins[this.index].curves[layer];
        const mine = frame?.twins[this.index];
        const live = frame && frame.step > 0 && mine?.curves[layer];
        const name = live ? mine.curves[layer] : given.name;
        this.curve.value = name;
        const info = this.app.catalogue.curves.find((each) => each.name === name);
        this.alphaLabel.hidden = !info?.hasAlpha;
        if (document.activeElement !== this.alpha) this.alpha.value = String(Number((live ? mine.alphas[layer] : given.alpha).toPrecision(6)));
        const blocked = !!frame && !frame.live;
        this.curve.disabled = blocked;
        this.alpha.disabled = blocked;
    }

    private swap(): void {
        const info = this.app.catalogue.curves.find((each) => each.name === this.curve.value);
        if (info) void this.app.setCurve(this.index, this.layerNow(), { name: info.name, alpha: info.alpha });
    }

    private changeAlpha(): void {
        const alpha = this.alpha.valueAsNumber;
        if (Number.isFinite(alpha)) void this.app.setCurve(this.index, this.layerNow(), { name: this.curve.value, alpha });
        else this.showCurve();
    }

    /* ---- The confusion matrix ---- */

    private showConfusion(): void {
        const { app } = this;
        const frame = app.frame?.twins[this.index];
        const { classes, classNames } = app.world;
        if (!frame?.confusion || frame.confusion.length !== classes * classes) return;
        this.part.value = app.confusion;
        const head = h("tr", {}, h("td", { class: "corner" }, classes > 4 ? "" : "is \\ said"), ...classNames.map((name) => h("th", { scope: "col", title: `said: ${name}` }, tag(name, classes))));
        const rows = classNames.map((name, truth) => {
            const cells = Array.from((frame.confusion as Uint32Array).subarray(truth * classes, (truth + 1) * classes));
            const total = cells.reduce((sum, each) => sum + each, 0);
            return h(
                "tr",
                {},
                h("th", { scope: "row", title: `is: ${name}` }, tag(name, classes)),
                ...cells.map((each, said) => {
                    const cell = h("td", { class: said === truth ? "right" : each ? "wrong" : "none" }, String(each));
                    cell.style.setProperty("--share", String(total ? each / total : 0));
                    return cell;
                }),
            );
        });
        const caption = h("caption", {}, "Confusion, ", this.part.hidden ? "all rows" : this.part);
        const hadFocus = document.activeElement === this.part;
        this.confusion.replaceChildren(h("table", { class: classes > 4 ? "many" : "" }, caption, h("thead", {}, head), h("tbody", {}, ...rows)));
        if (hadFocus) this.part.focus();
    }
}

function tag(name: string, classes: number): string {
    const room = classes > 4 ? 2 : 9;
    return name.length > room ? `${name.slice(0, room - 1)}…` : name;
}
