/* Inputs that are all positive move a unit the same way on every row. Measured: 9 born dead, 15 of 16 at the end and 33.3 %
 * against 95.8 %; standardised: none, 100 %. */
import { dead, deadOf, lessonConfig, right, runTo, type Lesson } from "./lesson";

const STEPS = 1000;

export const rawInputs: Lesson = {
    id: "raw-inputs",
    title: "Unscaled inputs",
    scene: "Iris: four lengths in centimetres, all above 0, as they were measured. They are not standardised. Learning rate 0.3.",
    question: "With a rate that is harmless for standardised inputs, how will the ReLU net end?",
    options: ["like the leaky one", "nearly all its units dead, and no better than guessing", "a few units dead, and nothing lost"],
    answer: 1,
    config: (catalogue) => lessonConfig(catalogue, { data: { kind: "shipped", name: "iris" }, standardize: false, lr: 0.3, batch: 32 }),
    steps: STEPS,
    watch: "Watch the ledger: what do they die of?",
    tell: (app) => [
        `ReLU: ${deadOf(app, 0)} dead on ${app.world.trainRows.length} training rows, right on ${right(app, 0)} of them; with three classes of one size, guessing is right on 33.3 %. Leaky ReLU: ${dead(app, 1)} dead, right on ${right(app, 1)}.`,
        "Where all inputs are positive, one step moves z the same way on every row, and a layer whose weights happen to be negative starts below 0 on all of them. Standardised inputs lie on both sides of 0.",
    ],
    more: [
        {
            text: "Standardise and run again",
            act: async (app) => {
                await app.change({ standardize: true });
                await runTo(app, STEPS);
                return [`Standardised, at the same rate, after ${STEPS.toLocaleString("en-GB")} steps: ReLU has ${dead(app, 0)} dead and is right on ${right(app, 0)} of the training rows, Leaky ReLU on ${right(app, 1)}. The cure was in the data.`];
            },
        },
    ],
    ends: (app) => dead(app, 0) >= 13 && app.frame.twins[0].trainAccuracy < 0.4 && dead(app, 1) === 0 && app.frame.twins[1].trainAccuracy > 0.9,
};
