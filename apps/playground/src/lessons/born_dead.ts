/* Dead before the first step. Measured: 6 of 16 born dead; none of the six wakes in 1,500 steps, a seventh dies. */
import type { App } from "../ui/app";
import { dead, deadOf, lessonConfig, right, type Lesson } from "./lesson";

const STEPS = 1500;
const born = (app: App) => app.events.filter((event) => event.kind === "born dead" && event.twin === 0);
const woken = (app: App) =>
    born(app).filter(({ layer, unit }) => app.events.some((event) => event.kind === "revival" && event.twin === 0 && event.layer === layer && event.unit === unit));

export const bornDead: Lesson = {
    id: "born-dead",
    title: "Born dead",
    scene: "One layer of 16 units, and every bias starts at −2. Nothing has been trained yet: the time line stands at step 0.",
    question: "Look at the left net's squares: these units are dead before the first step. How many of them will training wake?",
    options: ["all of them", "some of them", "none of them"],
    answer: 2,
    config: (catalogue) => lessonConfig(catalogue, { hidden: [16], bias: -2 }),
    steps: STEPS,
    watch: "Do the squares change?",
    tell: (app) => [
        `${born(app).length} ReLU units were born dead; ${woken(app).length} of them woke in ${STEPS.toLocaleString("en-GB")} steps, and ${deadOf(app, 0)} are dead now, on ${app.world.trainRows.length} training rows.`,
        "A unit of the first layer that is dead on all training rows gets no gradient from any of them, so plain SGD never moves it. Here that is sure: no momentum, no dropout, no weight decay, and the inputs stay as they are.",
        `Leaky ReLU has none dead, but ${app.frame.twins[1].silent} silent ones, and it is right on ${right(app, 1)} of the training rows where ReLU is right on ${right(app, 0)}. Having no dead units is not yet an advantage.`,
    ],
    ends: (app) => born(app).length >= 4 && woken(app).length === 0 && dead(app, 1) === 0 && dead(app, 0) >= born(app).length,
};
