/* Alive is not the same as learning. Measured: 8 × 3, seed 3: both at 50 % with α = 0.01 (and 0.1); 98.3 % with 0.3. */
import { curveTitle } from "../ui/words";
import { dead, deadOf, lessonConfig, right, runTo, type Lesson } from "./lesson";

const STEPS = 3000;
const hidden = Array.from({ length: 8 }, () => 3);

export const leakyNoHelp: Lesson = {
    id: "leaky-no-help",
    title: "Leaky does not always help",
    scene: "Eight layers of three units, another seed. The ReLU net has layers that are entirely dead. The Leaky ReLU net (α = 0.01) has not one dead unit: every weight gets a gradient.",
    question: `Will the leaky net have learnt the moons after ${STEPS.toLocaleString("en-GB")} steps?`,
    options: ["yes: nothing is dead, so everything learns", "no: it stays at half of the rows, like ReLU", "partly: about three quarters"],
    answer: 1,
    config: (catalogue) => lessonConfig(catalogue, { hidden, seed: 3 }),
    steps: STEPS,
    watch: "Watch both losses.",
    tell: (app) => [
        `ReLU: ${deadOf(app, 0)} dead on ${app.world.trainRows.length} training rows, right on ${right(app, 0)}. ${curveTitle("leaky_relu")}: ${dead(app, 1)} dead, and right on ${right(app, 1)} as well.`,
        "In four layers all units are below 0 on every row. There the leaky slope lets through 0.01 of the signal a layer, forth and back: after four layers a hundred-millionth. The slope is not 0, so by the exact word nobody is dead; for training in any time it might as well be.",
    ],
    more: [
        {
            text: "Try α = 0.3",
            act: async (app) => {
                const twins = app.config.twins.map((twin, i) => (i === 1 ? { curves: twin.curves.map(() => ({ name: "leaky_relu", alpha: 0.3 })) } : twin));
                await app.change({ twins });
                await runTo(app, STEPS);
                return [`With α = 0.3 from the same first seed, the leaky net is right on ${right(app, 1)} of the training rows after ${STEPS.toLocaleString("en-GB")} steps.`];
            },
        },
        {
            text: "And where nothing dies?",
            act: async (app) => {
                await app.open(lessonConfig(app.catalogue, {}));
                await runTo(app, 1500);
                return [`Two layers of 8, the same moons, rate 0.1, 1,500 steps: ReLU has ${dead(app, 0)} dead on ${app.world.trainRows.length} training rows and is right on ${right(app, 0)}; Leaky ReLU on ${right(app, 1)}. Where nothing dies there is nothing to rescue.`];
            },
        },
    ],
    ends: (app) => dead(app, 0) >= 12 && dead(app, 1) === 0 && app.frame.twins.every((twin) => twin.trainAccuracy === 0.5),
};
