/* The classic cause: one large step throws a unit below zero for every row. Measured: 9 of 16 dead, 82.5 % against 95.8 %. */
import { dead, deadOf, firstDeath, lessonConfig, right, runTo, type Lesson } from "./lesson";

const STEPS = 900;

export const highRate: Lesson = {
    id: "high-rate",
    title: "Kill it with the learning rate",
    scene: "Two moons, two layers of 8 units, plain SGD. At a learning rate of 0.1 not one unit of this net dies. Here it is 1.5. Left and right share first weights and order of the data.",
    question: `After ${STEPS} steps, how many of the 16 hidden ReLU units will be dead?`,
    options: ["none: the loss pulls them back", "about half", "all of them"],
    answer: 1,
    config: (catalogue) => lessonConfig(catalogue, { lr: 1.5, seed: 3 }),
    steps: STEPS,
    watch: "Watch for squares with a cross, and the marks above the time line: each is a death.",
    tell: (app) => [
        `ReLU: ${deadOf(app, 0)} are dead on ${app.world.trainRows.length} training rows, and it is right on ${right(app, 0)} of them. Leaky ReLU: ${dead(app, 1)} dead, right on ${right(app, 1)}.`,
        "A large step moves a unit's z below 0 on every row. There ReLU's slope is exactly 0, so nothing that happens later on these rows can move its weights. Some came back in between: the second layer's inputs still move, the first layer's never do.",
    ],
    pointers: (app) => firstDeath(app, 0),
    more: [
        {
            text: "Lower the rate to 0.1 and run on",
            act: async (app) => {
                await app.goTo(null);
                const before = dead(app, 0);
                await app.act({ do: "rate", lr: 0.1 });
                await runTo(app, 2 * STEPS);
                return [`${before} were dead at step ${STEPS}, ${dead(app, 0)} are at step ${2 * STEPS}. A lower rate does less harm; it heals nothing that was done.`];
            },
        },
    ],
    ends: (app) => dead(app, 0) >= 6 && dead(app, 0) <= 11 && dead(app, 1) === 0 && app.frame.twins[1].trainAccuracy > app.frame.twins[0].trainAccuracy + 0.1,
};
