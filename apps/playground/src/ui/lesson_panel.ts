/* A lesson: first the learner predicts, then the run is played to its end, then what was seen is told with the numbers that
 * the nets really show. */
import { runTo, type Lesson } from "../lessons/lesson";
import { LESSONS } from "../lessons/lessons";
import type { App } from "./app";
import { button, h, still } from "./dom";

const PICTURES = 110; // of a played run
const BETWEEN = 45; // milliseconds

export interface LessonPanel {
    element: HTMLElement;
    open(id: string): Promise<boolean>;
    close(): void;
    onChange: (id: string) => void;
}

export function lessonPanel(app: App): LessonPanel {
    const element = h("section", { class: "lesson", hidden: true, "aria-labelledby": "lesson-title" });
    let lesson: Lesson | null = null;
    let turn = 0; // a played run stops when another thing begins
    const panel: LessonPanel = {
        element,
        onChange: () => undefined,
        async open(id) {
            const next = LESSONS.find((each) => each.id === id);
            if (!next) return false;
            turn++;
            lesson = null;
            app.selection = null;
            if (!(await app.open(next.config(app.catalogue), next.past))) return false;
            lesson = next;
            app.lesson = id;
            ask(next);
            panel.onChange(id);
            if (next.look) app.select(next.look);
            return true;
        },
        close() {
            turn++;
            lesson = null;
            app.lesson = "";
            element.hidden = true;
            panel.onChange("");
        },
    };

    const ask = (at: Lesson) => {
        const options = at.options.map((option, i) =>
            h("label", {}, h("input", { type: "radio", name: "prediction", value: i, onchange: () => (go.disabled = false) }), " ", option),
        );
        const go = button("See what happens", () => void play(at, Number((element.querySelector("input:checked") as HTMLInputElement).value)), { class: "run", disabled: true });
        element.hidden = false;
        element.replaceChildren(
            heading(at),
            h("div", { class: "lesson-body" }, h("p", {}, at.scene), h("fieldset", {}, h("legend", {}, at.question), ...options), h("div", { class: "pair" }, go, h("span", { class: "soft small" }, "Predict first; nobody keeps a score."))),
        );
    };

    const play = async (at: Lesson, said: number) => {
        const mine = ++turn;
        const progress = h("p", { class: "small", role: "status" }, at.watch);
        const skip = button("To the end", () => (hurry = true));
        let hurry = still();
        element.replaceChildren(heading(at), h("div", { class: "lesson-body" }, progress, at.steps ? skip : null));
        await at.begin?.(app);
        const chunk = Math.max(1, Math.ceil((at.steps - app.frame.step) / PICTURES));
        for (let step = app.frame.step; step < at.steps && mine === turn; ) {
            step = hurry ? at.steps : Math.min(at.steps, step + chunk);
            await runTo(app, step);
            if (!hurry) await new Promise((next) => setTimeout(next, BETWEEN));
        }
        if (mine === turn) tell(at, said);
    };

    const tell = (at: Lesson, said: number) => {
        app.lesson = "";
        app.tell("status");
        const right = said === at.answer;
        const told = at.tell(app).map((text) => h("p", {}, text));
        const pointers = (at.pointers?.(app) ?? []).map(({ text, act }) => button(text, act));
        const after = h("div", { class: "told-after", role: "status" });
        const next = LESSONS[LESSONS.indexOf(at) + 1];
        const verdict = h("p", { class: "verdict", tabindex: "-1" }, h("b", {}, right ? "As you predicted: " : "Otherwise than you predicted: "), at.options[at.answer], ".");
        const more = (at.more ?? []).map(({ text, act }) =>
            button(text, () =>
                void act(app)
                    .then((lines) => after.replaceChildren(...lines.map((line) => h("p", {}, line))))
                    .catch((error: Error) => app.fail(error)),
            ),
        );
        element.replaceChildren(
            heading(at),
            h(
                "div",
                { class: "lesson-body" },
                verdict,
                ...told,
                pointers.length || more.length ? h("div", { class: "pair" }, ...pointers, ...more) : null,
                after,
                h("div", { class: "pair quiet" }, button("Again", () => void panel.open(at.id)), next ? button(`Next: ${next.title}`, () => void panel.open(next.id)) : null),
            ),
        );
        verdict.focus({ preventScroll: true });
        element.dataset.ends = at.ends(app) ? "as told" : "otherwise";
    };

    const heading = (at: Lesson) => {
        delete element.dataset.ends;
        return h("header", {}, h("h2", { id: "lesson-title" }, `${LESSONS.indexOf(at) + 1}. ${at.title}`), button("Leave the lesson", () => panel.close(), { class: "close" }));
    };
    app.on("world", () => {
        if (lesson && app.config.data.kind !== "shipped") panel.close();
    });
    return panel;
}
