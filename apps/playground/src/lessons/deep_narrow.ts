/* A layer that is entirely dead cuts the net in two. Measured: 13 of 16 dead at birth and for ever, 50 % against 94.6 %. */
import type { App } from "../ui/app";
import { dead, deadByLayer, deadOf, lessonConfig, right, type Lesson } from "./lesson";

const STEPS = 3000;
const closed = (app: App) => deadByLayer(app, 0).filter((count, layer) => count === app.config.hidden[layer]).length;

export const deepNarrow: Lesson = {
    id: "deep-narrow",
    title: "Deep and narrow",
    scene: "Eight layers of two units each, He initialisation, standardised inputs, an ordinary rate of 0.1. Look at the ReLU net before it starts.",
    question: `What will the ReLU net have learnt after ${STEPS.toLocaleString("en-GB")} steps?`,
    options: ["as much as the leaky one, only later", "nothing: it is right on half of the rows, as by tossing a coin", "a straight boundary"],
    answer: 1,
    config: (catalogue) => lessonConfig(catalogue, { hidden: Array.from({ length: 8 }, () => 2), seed: 3 }),
    steps: STEPS,
    watch: "Watch the losses: does the ReLU net's move at all?",
    tell: (app) => [
        `ReLU: ${deadOf(app, 0)} are dead on ${app.world.trainRows.length} training rows, and ${closed(app)} of 8 layers entirely. It is right on ${right(app, 0)}. Every path from input to output passes through a dead layer: a dying network.`,
        `Leaky ReLU: none dead, right on ${right(app, 1)}. In a layer of two, both units are below 0 on all rows quite often, and each further layer is another chance of it. Wider layers cure this as well.`,
    ],
    ends: (app) => closed(app) >= 1 && app.frame.twins[0].trainAccuracy === 0.5 && dead(app, 1) === 0 && app.frame.twins[1].trainAccuracy > 0.9,
};
