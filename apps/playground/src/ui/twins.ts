/* The twins side by side. */
import type { Inspection } from "../engine/api";
import type { App } from "./app";
import { addPoint } from "./data";
import { h } from "./dom";
import { TwinCard } from "./twin";

export function twins(app: App): { element: HTMLElement; inspected(found: Inspection | null): void } {
    const element = h("div", { class: "twins" });
    let cards: TwinCard[] = [];
    app.on("world", () => {
        const wanted = app.config.twins.length;
        if (cards.length !== wanted) {
            cards = Array.from({ length: wanted }, (_, i) => cards[i] ?? new TwinCard(app, i, (x, y) => addPoint(app, x, y)));
            element.replaceChildren(...cards.map((card) => card.element));
            element.dataset.count = String(wanted);
        }
        for (const card of cards) card.world();
    });
    app.on("frame", () => {
        for (const card of cards) card.frame();
    });
    app.on("selection", () => {
        for (const card of cards) card.network.draw();
        for (const card of cards) card.showCurve();
    });
    app.on("status", () => {
        if (app.frame) for (const card of cards) card.showCurve();
    });
    return { element, inspected: (found) => cards.forEach((card, i) => card.inspected(found?.twin === i ? found : null)) };
}
