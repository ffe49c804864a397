/* The words for a unit's state, each with its shape and, on hover or tap, its meaning. */
import { h } from "./dom";
import { glyph } from "./shapes";
import { LEGEND, MEANINGS } from "./words";

export function legend(): HTMLElement {
    const words = LEGEND.map((state) => h("li", { title: MEANINGS[state] }, glyph(state), state));
    const meanings = LEGEND.flatMap((state) => [h("dt", {}, state), h("dd", {}, MEANINGS[state])]);
    return h(
        "section",
        { class: "legend", "aria-label": "The words" },
        h("ul", {}, ...words),
        h(
            "details",
            {},
            h("summary", {}, "What words, shapes, lines and keys mean"),
            h("p", { class: "small" }, "All are said of the training part, at the present weights, with dropout off. z is what goes into a unit's curve, a = f(z) what comes out. It fires where z > 0, it conducts where the slope of its curve is not exactly 0."),
            h("dl", {}, ...meanings),
            h("p", { class: "small" }, "Lines are weights: the wider the larger, full above 0, dashed below; those of dead units are grey. In a unit: what it gives over the input plane, green above 0, pink below, the fuller the larger. Data points: full ones are trained on, hollow ones are the test part."),
            h("p", { class: "small" }, "Keys: Space runs and pauses, . is a step, e an epoch, Escape closes a unit. Arrow keys walk through a network and through the recorded run."),
        ),
    );
}
