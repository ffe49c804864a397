/* The page: starts the engine, opens what the address asks for, puts the parts in place. */
import "./style.css";
import type { Config } from "../engine/api";
import { defaultConfig } from "../engine/config";
import { startEngine } from "../engine/engine";
import { keepAddress, readAddress, switches, type Found } from "./address";
import { App } from "./app";
import { charts } from "./charts";
import { h, seldom } from "./dom";
import { header } from "./header";
import { inspector } from "./inspector";
import { ledger } from "./ledger";
import { legend } from "./legend";
import { lessonPanel } from "./lesson_panel";
import { themeChanged } from "./palette";
import { setup } from "./setup";
import { share } from "./share";
import { slidePanel } from "./slide";
import { startTheme } from "./theme";
import { transport } from "./transport";
import { twins } from "./twins";

async function start(): Promise<void> {
    const { embed, hide, theme } = switches();
    document.body.classList.toggle("embed", embed);
    for (const part of hide) document.body.classList.add(`hide-${part}`);
    startTheme(theme, themeChanged);

    const app = new App(await startEngine());
    const lessons = lessonPanel(app);
    const pair = twins(app);
    const page = document.querySelector("#page") as HTMLElement;
    page.replaceChildren(
        header(lessons),
        h(
            "main",
            {},
            lessons.element,
            transport(app),
            h(
                "div",
                { class: "columns" },
                setup(app),
                h("div", { class: "centre" }, pair.element, slidePanel(app), legend(), charts(app)),
                h("div", { class: "side" }, ledger(app), inspector(app, pair.inspected), share(app)),
            ),
        ),
    );
    await openAddress(app, lessons.open);
    page.removeAttribute("aria-busy");
    keepInAddress(app);
    addEventListener("hashchange", () => void openAddress(app, lessons.open));
    addEventListener("keydown", (event) => shortcut(app, event));
}

/** Without an address: a run in which units die soon, side by side with one in which none does. */
function firstSight(): Config {
    return { ...defaultConfig(), lr: 1.5, seed: 3 };
}

async function openAddress(app: App, openLesson: (id: string) => Promise<boolean>): Promise<void> {
    let found: Found = { config: firstSight(), lesson: "" };
    let trouble = "";
    try {
        if (/=/.test(location.hash)) found = await readAddress(app, location.hash);
    } catch (error) {
        trouble = `This address cannot be opened: ${(error as Error).message}`;
    }
    if (found.lesson && (await openLesson(found.lesson))) return;
    const opened = await app.open(found.config, found.past);
    if (opened && found.axes?.every((axis) => axis < app.world.features)) app.setAxes(found.axes);
    if (!opened && !app.world) {
        trouble = app.trouble;
        await app.open(firstSight());
    }
    if (trouble) app.fail(new Error(trouble));
    if (found.unit) {
        const [twin, layer, unit] = found.unit;
        if (twin < app.config.twins.length && unit < (app.config.hidden[layer] ?? 0)) app.select({ twin, layer, unit });
    }
}

/** While nothing runs, the address bar always holds the present state. */
function keepInAddress(app: App): void {
    const keep = seldom(600, () => void (app.running || keepAddress(app).catch(() => undefined)));
    for (const change of ["world", "status", "selection"] as const) app.on(change, keep);
}

/** Space runs and pauses, "." is a step, "e" an epoch, Escape closes a unit: outside of fields only. */
function shortcut(app: App, event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, button, summary, a, [tabindex]")) return;
    const keys: Record<string, () => void> = {
        " ": () => (app.running ? void app.pause() : app.run()),
        ".": () => void app.step(),
        e: () => void app.epoch(),
        Escape: () => app.select(null),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
}

start().catch((error: Error) => {
    const page = document.querySelector("#page") as HTMLElement;
    page.removeAttribute("aria-busy");
    page.replaceChildren(h("p", { class: "trouble", role: "alert" }, `The playground cannot start: ${error.message}`));
});
