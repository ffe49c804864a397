/* Two equal ReLU nets, both half dead; one of them is treated. Measured: 9 dead and 85.4 % against none and 97.1 %. Lifting
 * the biases instead: 6 dead again, 85.4 %. */
import { dead, deadOf, deadUnits, lessonConfig, right, runTo, type Lesson } from "./lesson";

const SICK = 900;
const STEPS = 1800;

const config: Lesson["config"] = (catalogue) => lessonConfig(catalogue, { lr: 1.5, seed: 3 }, [["relu"], ["relu"]]);
const past: Lesson["past"] = { step: SICK, deeds: [{ step: SICK, deed: { do: "rate", lr: 0.1 } }] };

export const bringBack: Lesson = {
    id: "bring-back",
    title: "Bring it back",
    scene: `The same ReLU net twice, after ${SICK} steps at a rate of 1.5: 9 of 16 hidden units are dead. The rate is now 0.1 in both. In the right one we draw the dead units' weights anew, until they fire, and set their outgoing weights to 0, so that no output changes (ReDo).`,
    question: `After ${STEPS - SICK} more steps at the low rate, where will the dead be back at work?`,
    options: ["in both: the low rate is enough", "in the right net only", "in neither: revived units die again at once"],
    answer: 1,
    config,
    past,
    begin: async (app) => {
        await app.act({ do: "revive", twin: 1, units: deadUnits(app, 1) });
    },
    steps: STEPS,
    watch: "Watch the right net's new units grow lines to the next layer.",
    tell: (app) => [
        `Left, untreated: ${deadOf(app, 0)} dead on ${app.world.trainRows.length} training rows, right on ${right(app, 0)}. Right, revived: ${dead(app, 1)} dead, right on ${right(app, 1)}.`,
        "The dead had not forgotten how to learn; they had no slope to learn by. At the moment of revival the net's outputs did not change at all: a dead ReLU unit gave 0 and its outgoing weights are 0 now.",
    ],
    more: [
        {
            text: "Lift the biases instead",
            act: async (app) => {
                await app.open(config(app.catalogue), past);
                await runTo(app, SICK);
                await app.act({ do: "lift", twin: 1, units: deadUnits(app, 1), share: 0.1 });
                await runTo(app, STEPS);
                return [`Lifted to fire on 10 % of the rows: ${deadOf(app, 1)} are dead at step ${STEPS.toLocaleString("en-GB")}, right on ${right(app, 1)}. Old weights and old habits: here the weaker cure.`];
            },
        },
        {
            text: "Swap in a leaky curve instead",
            act: async (app) => {
                await app.open(config(app.catalogue), past);
                await runTo(app, SICK);
                for (const layer of [0, 1]) await app.act({ do: "curve", twin: 1, layer, curve: { name: "leaky_relu", alpha: 0.1 } });
                await runTo(app, STEPS);
                return [`With Leaky ReLU (α = 0.1) in both layers: ${dead(app, 1)} dead, right on ${right(app, 1)} at step ${STEPS.toLocaleString("en-GB")}. The outputs jumped when the curve changed; the loss shows it.`];
            },
        },
    ],
    ends: (app) => dead(app, 0) >= 8 && dead(app, 1) === 0 && app.frame.twins[1].trainAccuracy > app.frame.twins[0].trainAccuracy + 0.08,
};
