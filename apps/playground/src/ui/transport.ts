/* Run, pause, step, and the way back: a slider over the recorded run, with a mark for every death above it. */
import type { Speed } from "../engine/api";
import type { App } from "./app";
import { button, h, onResize, say, seldom, sharp } from "./dom";
import { momentAt } from "./moments";
import { onTheme, palette } from "./palette";
import { count, twinTitle } from "./words";

const SPEEDS: [string, Speed][] = [
    ["Slow", 2],
    ["Medium", 8],
    ["Quick", 30],
    ["Full speed", "fast"],
];

export function transport(app: App): HTMLElement {
    const run = button("Run", () => (app.running ? void app.pause() : app.run()), { class: "run" });
    const step = button("Step", () => void app.step(), { title: "One step: one batch" });
    const epoch = button("Epoch", () => void app.epoch(), { title: "To the end of this epoch" });
    const reset = button("Reset", () => void app.reset(), { title: "From the beginning, with the same first weights" });
    const speed = h("select", { "aria-label": "Speed" }, ...SPEEDS.map(([text, value]) => h("option", { value, title: value === "fast" ? "as many epochs a second as the machine can" : `${value} epochs a second` }, text)));
    speed.onchange = () => app.setSpeed(speed.value === "fast" ? "fast" : Number(speed.value));
    const clock = h("output", { class: "clock", "aria-label": "Moment shown" });
    const scrubber = h("input", { type: "range", class: "scrubber", min: 0, max: 1, step: "any", value: 0, "aria-label": "Recorded run: moment shown" });
    const marks = h("canvas", { class: "marks", "aria-hidden": "true" });
    const present = button("Back to the present", () => void app.goTo(null), { class: "present" });
    const status = h("p", { class: "visually-hidden", role: "status" });
    const trouble = h("p", { class: "trouble", role: "alert" });
    speed.value = String(app.speed);

    let held = false; // the learner has hold of the slider
    let asked = Promise.resolve();
    let wanted: number | null = null;
    const visit = () => {
        asked = asked.then(async () => {
            if (wanted === null) return;
            const target = wanted;
            wanted = null;
            await app.goTo(target >= app.frame.recorded.last ? null : target);
        });
    };
    scrubber.oninput = () => {
        held = true;
        wanted = scrubber.valueAsNumber;
        visit();
    };
    scrubber.onchange = () => (held = false);
    scrubber.onkeydown = (event) => {
        const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
        if (!by) return;
        event.preventDefault();
        void app.engine.recorded().then((steps) => {
            const here = momentAt(steps, app.frame.step);
            const there = Math.max(0, Math.min(steps.length - 1, here + by));
            return app.goTo(there === steps.length - 1 ? null : steps[there]);
        });
    };

    const drawMarks = () => {
        const width = marks.clientWidth;
        if (!width || !app.frame) return;
        const draw = sharp(marks, width, 16);
        const colours = palette();
        const { first, last } = app.frame.recorded;
        const twins = app.config.twins.length;
        for (const event of app.events) {
            if (event.kind !== "death" && event.kind !== "born dead" && event.kind !== "revival") continue;
            const x = 8 + ((width - 16) * (event.step - first)) / Math.max(1, last - first);
            const row = 16 / twins;
            draw.fillStyle = colours[`twin${event.twin as 0}`];
            draw.globalAlpha = event.kind === "revival" ? 0.45 : 1;
            draw.fillRect(x - 1, event.twin * row + 1, 2, row - 2);
        }
    };
    onResize(marks, drawMarks);
    onTheme(drawMarks);

    const announce = seldom(1500, () => {
        if (app.running) return;
        const twins = app.frame.twins.map((twin, i) => `${twinTitle(app.config.twins[i], app.config)}: ${twin.dead} of ${app.world.hiddenUnits} dead`);
        say(status, `${app.frame.live ? "Step" : "Recorded step"} ${app.frame.step}. ${twins.join("; ")}, on ${count(app.world.trainRows.length, "row")}.`);
    });
    const showState = () => {
        speed.value = String(app.speed);
        say(trouble, app.trouble);
        trouble.hidden = !app.trouble;
        if (!app.frame) return;
        say(run, app.running ? "Pause" : "Run");
        run.disabled = app.frame.ended && !app.running;
        present.hidden = app.frame.live;
        announce();
    };
    app.on("status", showState);
    app.on("frame", () => {
        const { step: now, epoch: done, recorded } = app.frame;
        say(clock, `step ${now.toLocaleString("en-GB")} · epoch ${done.toLocaleString("en-GB")}`);
        scrubber.min = String(recorded.first);
        scrubber.max = String(Math.max(recorded.last, recorded.first + 1));
        if (!held) scrubber.value = String(now);
        scrubber.ariaValueText = `step ${now}, epoch ${done}`;
        present.hidden = app.frame.live;
        run.disabled = app.frame.ended && !app.running;
        drawMarks();
        announce();
    });

    return h(
        "section",
        { class: "transport", "aria-label": "Run" },
        h("div", { class: "buttons" }, run, step, epoch, reset, speed),
        h("div", { class: "time" }, marks, scrubber),
        h("div", { class: "where" }, clock, present),
        status,
        trouble,
    );
}
