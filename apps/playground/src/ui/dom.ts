/* Elements in one line, and canvases as sharp as the screen. */

type Child = Node | string | null | undefined | false;
type Handler = (event: never) => void;
type Attributes = Record<string, string | number | boolean | Handler | undefined>;

/** h("button", { type: "button", onclick: run }, "Run"): what is not a function becomes an attribute; false leaves it out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag,
    attributes: Attributes = {},
    ...children: Child[]
): HTMLElementTagNameMap[Tag] {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
        else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children) if (child) element.append(child);
    return element;
}

export function button(text: string, onclick: () => void, attributes: Attributes = {}): HTMLButtonElement {
    return h("button", { type: "button", onclick, ...attributes }, text);
}

/** Text that changes often is written only when it differs: nothing is laid out again, no reader is woken. */
export function say(element: Node, text: string): void {
    if (element.textContent !== text) element.textContent = text;
}

/** A canvas of this size in CSS pixels, cleared, with a context that counts in them. */
export function sharp(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
    const scale = Math.min(3, window.devicePixelRatio || 1);
    const [across, down] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
    if (canvas.width !== across || canvas.height !== down) {
        canvas.width = across;
        canvas.height = down;
        canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
}

/** Calls back, at most once a picture, when the element's width changes. */
export function onResize(element: Element, redraw: () => void): void {
    let width = -1;
    new ResizeObserver((entries) => {
        const now = entries[0].contentRect.width;
        if (now === width) return;
        width = now;
        requestAnimationFrame(redraw);
    }).observe(element);
}

/** Does the reader want things to keep still? */
export function still(): boolean {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** At most once in so many milliseconds, the last call always. */
export function seldom(milliseconds: number, act: () => void): () => void {
    let due = 0;
    let last = 0;
    return () => {
        if (due) return;
        const wait = Math.max(0, last + milliseconds - performance.now());
        due = window.setTimeout(() => {
            due = 0;
            last = performance.now();
            act();
        }, wait);
    };
}
