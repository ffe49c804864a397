/* A bias that silenced its unit cannot be moved any more. One unit is killed by hand in both twins. */
import type { App } from "../ui/app";
import { number } from "../ui/words";
import { lessonConfig, runTo, type Lesson } from "./lesson";
import { STATES } from "../engine/api";

const STEPS = 600;
const UNIT = { layer: 0, unit: 2 };

/** Where the unit's bias lies in a twin's parameters. */
function bias(app: App, twin: number): number {
    const at = app.world.layouts[twin].layers[UNIT.layer].bias + UNIT.unit;
    return app.frame.twins[twin].parameters?.[at] ?? Number.NaN;
}
const began: number[] = [];
const moved = (app: App, twin: number) => bias(app, twin) - began[twin];
const is = (app: App, twin: number) => STATES[app.frame.twins[twin].states[UNIT.unit]];

export const biasTrap: Lesson = {
    id: "bias-trap",
    title: "The bias trap",
    scene: "In both nets the bias of one unit (layer 1, unit 3, framed) has been lowered by hand until z < 0 on every training row. All else is healthy.",
    question: `How far will that bias have moved after ${STEPS} steps of training?`,
    options: ["in both nets it climbs back above the trap", "ReLU: not at all; Leaky ReLU: it moves", "in neither net does it move"],
    answer: 1,
    config: (catalogue) => lessonConfig(catalogue, {}, [["relu"], ["leaky_relu", 0.1]]),
    past: { step: 0, deeds: [0, 1].map((twin) => ({ step: 0, deed: { do: "kill", twin, ...UNIT } as const })) },
    look: { twin: 0, ...UNIT },
    begin: async (app) => {
        for (const twin of [0, 1]) began[twin] = bias(app, twin);
    },
    steps: STEPS,
    watch: "Watch the framed unit, and its histogram of z.",
    tell: (app) => [
        `ReLU: the bias moved by ${number(moved(app, 0))}: not by the last bit. The unit is ${is(app, 0)} on ${app.world.trainRows.length} training rows. Leaky ReLU (α = 0.1): it moved by ${number(moved(app, 1))}.`,
        `That is the trap: the bias holds z below 0, below 0 the slope is 0, and without slope nothing moves the bias. The leaky unit feels a tenth of the gradient, so it learns; it is ${is(app, 1)} all the same. It serves as a straight line, and nothing forces it to fire.`,
    ],
    more: [
        {
            text: "Lift both biases and run on",
            act: async (app) => {
                for (const twin of [0, 1]) await app.act({ do: "lift", twin, units: [UNIT], share: 0.3 });
                await runTo(app, 2 * STEPS);
                return [`Lifted to fire on 30 % of the rows, and trained ${STEPS} steps more: the ReLU unit is ${is(app, 0)}, the leaky one ${is(app, 1)}.`];
            },
        },
    ],
    ends: (app) => moved(app, 0) === 0 && is(app, 0) === "dead" && Math.abs(moved(app, 1)) > 0.001 && is(app, 1) === "silent",
};
