/* The ledger: who died, when, of what. A line a death, the newest first; a click goes back to that moment. */
import type { LedgerEvent } from "../engine/api";
import type { App } from "./app";
import { h, say, seldom } from "./dom";
import { glyph } from "./shapes";
import { count, evidence, twinTitle, unitName } from "./words";

const SHOWN = 80;

export function ledger(app: App): HTMLElement {
    const list = h("ol", { class: "events", "aria-label": "Deaths and revivals, the newest first" });
    const summary = h("div", { class: "ledger-summary" });
    const rest = h("p", { class: "soft small" });
    let drawn = "";

    const fill = () => {
        if (!app.frame) return;
        const newest = app.events.slice(-SHOWN).reverse();
        const key = `${app.events.length}/${app.event?.id}/${newest[0]?.id}/${app.config.twins.length}`;
        if (key === drawn) return;
        drawn = key;
        summary.replaceChildren(...app.config.twins.map((_, i) => tally(app, i)));
        const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.event : undefined;
        list.replaceChildren(...newest.map((event) => line(app, event)));
        if (focused) list.querySelector<HTMLElement>(`[data-event="${focused}"]`)?.focus();
        const hidden = app.frame.eventCount - newest.length;
        say(rest, hidden > 0 ? `and ${hidden.toLocaleString("en-GB")} earlier; the CSV has those that are kept` : newest.length ? "" : "Nobody has died yet.");
    };
    const fillSeldom = seldom(200, fill);
    app.on("frame", fillSeldom);
    app.on("world", () => {
        drawn = "";
        say(proof, `Seen on ${evidence(app.world)}, ${app.config.census ? `every ${count(app.config.census, "step")}` : "after every epoch"}.`);
        fillSeldom();
    });
    app.on("selection", fill);
    const proof = h("p", { class: "soft small" });
    return h("section", { class: "ledger", "aria-labelledby": "ledger-title" }, h("h2", { id: "ledger-title" }, "Ledger of deaths"), proof, summary, list, rest);
}

function tally(app: App, twin: number): HTMLElement {
    const mine = app.events.filter((event) => event.twin === twin);
    const of = (kind: LedgerEvent["kind"]) => mine.filter((event) => event.kind === kind).length;
    const parts = [
        of("born dead") ? `${of("born dead")} born dead` : "",
        count(of("death"), "death"),
        of("revival") ? count(of("revival"), "revival") : "",
        of("not a number") ? `${of("not a number")} broken` : "",
    ].filter(Boolean);
    return h("p", {}, h("span", { class: `swatch twin${twin}`, "aria-hidden": "true" }), h("b", {}, twinTitle(app.config.twins[twin], app.config)), ` ${parts.join(", ")}`);
}

const VERBS: Record<LedgerEvent["kind"], string> = { "born dead": "born dead", death: "died", revival: "revived", "not a number": "broke" };

function line(app: App, event: LedgerEvent): HTMLElement {
    const shape = event.kind === "revival" ? "alive" : event.kind === "not a number" ? "broken" : "dead";
    const hand = event.byHand ? ` (by hand: ${event.byHand})` : "";
    const entry = h(
        "button",
        { type: "button", "data-event": event.id, "aria-current": app.event?.id === event.id ? "true" : false, title: "Go back to this moment" },
        h("span", { class: `swatch twin${event.twin}`, "aria-hidden": "true" }),
        glyph(shape, 16),
        h("span", { class: "visually-hidden" }, `${twinTitle(app.config.twins[event.twin], app.config)}, `),
        h("span", { class: "what" }, `${unitName(event.layer, event.unit)} ${VERBS[event.kind]}`),
        h("span", { class: "step" }, `step ${event.step.toLocaleString("en-GB")}`),
        h("span", { class: "cause" }, event.kind === "born dead" ? "before the first step" : `${event.cause}${hand}`),
    );
    entry.onclick = () => void app.revisit(event);
    return h("li", {}, entry);
}
