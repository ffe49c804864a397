/* Labelled inputs of the set-up: one line each. A field shows the present value and says what was entered. */
import type { App } from "./app";
import { h } from "./dom";

export interface Field {
    element: HTMLElement;
    show(): void;
}

interface Ranged {
    min?: number;
    max?: number;
    step?: number | "any";
    hint?: string;
}

/** Where the set-up stands below everything else, its groups begin closed. */
const narrow = matchMedia("(max-width: 40rem)");
let ids = 0;

function labelled(text: string, input: HTMLElement, hint?: string): HTMLElement {
    const id = `field${ids++}`;
    input.id = id;
    const note = hint ? h("small", { id: `${id}-hint` }, hint) : null;
    if (note) input.setAttribute("aria-describedby", note.id);
    return h("div", { class: "field" }, h("label", { for: id }, text), input, note);
}

export function numberField(text: string, range: Ranged, get: () => number, set: (value: number) => void): Field {
    const input = h("input", { type: "number", min: range.min, max: range.max, step: range.step ?? "any", inputmode: "decimal" });
    const show = () => {
        if (document.activeElement !== input) input.value = String(Number(get().toPrecision(7)));
    };
    input.onchange = () => {
        if (Number.isFinite(input.valueAsNumber) && input.valueAsNumber !== get()) set(input.valueAsNumber);
        else input.value = String(get());
    };
    return { element: labelled(text, input, range.hint), show };
}

export function choiceField(text: string, options: [value: string, title: string][], get: () => string, set: (value: string) => void): Field {
    const input = h("select", {}, ...options.map(([value, title]) => h("option", { value }, title)));
    input.onchange = () => set(input.value);
    return { element: labelled(text, input), show: () => (input.value = get()) };
}

export function textField(text: string, hint: string, get: () => string, set: (value: string) => void): Field {
    const input = h("input", { type: "text", spellcheck: "false", autocomplete: "off" });
    input.onchange = () => set(input.value);
    const show = () => {
        if (document.activeElement !== input) input.value = get();
    };
    return { element: labelled(text, input, hint), show };
}

export function checkField(text: string, get: () => boolean, set: (value: boolean) => void): Field {
    const input = h("input", { type: "checkbox" });
    input.onchange = () => set(input.checked);
    return { element: h("label", { class: "field check" }, input, " ", text), show: () => (input.checked = get()) };
}

/** A group that opens and closes, its fields kept up to date. */
export function group(app: App, title: string, open: boolean, fields: Field[], ...more: HTMLElement[]): HTMLElement {
    app.on("world", () => fields.forEach((field) => field.show()));
    app.on("selection", () => fields.forEach((field) => field.show()));
    app.on("status", () => app.world && app.frame && fields.forEach((field) => field.show()));
    return h("details", { open: open && !narrow.matches }, h("summary", {}, title), h("div", { class: "fields" }, ...fields.map((field) => field.element), ...more));
}
