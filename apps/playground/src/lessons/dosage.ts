/* ReLU in action: two bent lines make a peak. The weights are those of the well-known lesson, not trained here. */
import type { Config } from "../engine/api";
import { checkConfig } from "../engine/config";
import { number } from "../ui/words";
import type { Lesson } from "./lesson";

/** W of the hidden units, b, W of the output, b. */
const RELU = [1.7, 12.6, -0.85, 0, -40.8, 2.7, -16];
const SOFTPLUS = [-34.4, -2.52, 2.14, 1.29, -1.3, 2.28, -0.58];

export const dosage: Lesson = {
    id: "dosage",
    title: "The dosage curve",
    scene: "A medicine works at half a dose, and not at none or at a full one: three points. Left, two ReLU units and a ReLU at the output; right, two SoftPlus units. The weights are given, nothing is trained.",
    question: "Each ReLU unit gives a line with one bend. What shape do both together give over the doses?",
    options: ["a straight line: lines add up to a line", "a smooth wave", "a pointed hat: flat, straight up, straight down, flat"],
    answer: 2,
    config: (catalogue): Config =>
        checkConfig(
            {
                data: { kind: "shipped", name: "dosage" },
                hidden: [2],
                testShare: 0,
                standardize: false,
                batch: -1,
                twins: [
                    { curves: [{ name: "relu", alpha: 0 }], output: { name: "relu", alpha: 0 }, parameters: RELU },
                    { curves: [{ name: "softplus", alpha: 0 }], parameters: SOFTPLUS },
                ],
            },
            catalogue,
        ),
    look: { twin: 0, layer: 0, unit: 0 },
    steps: 0,
    watch: "Look at the two planes.",
    tell: (app) => [
        "At half a dose the top unit gives 0, for 1.70 · 0.5 − 0.85 = 0, and the bottom one 12.6 · 0.5 = 6.3. The output is ReLU(2.70 · 6.3 − 16) = 1.01. From there on the top unit wakes and pulls by −40.8, so the curve turns down at once; the output's own ReLU cuts off all that is below 0.",
        `Right, SoftPlus bends the same idea smoothly. The mean squared errors on the three points: ReLU ${number(app.frame.twins[0].trainLoss)}, SoftPlus ${number(app.frame.twins[1].trainLoss)}.`,
        "No unit is dead on these 3 rows. Yet the top ReLU unit conducts on the full dose alone, and there the output's ReLU is shut: nobody downstream listens, so it is starved (a diamond). The flat parts that make the hat are where units get lost.",
    ],
    ends: (app) => app.frame.twins.every((twin) => twin.trainLoss < 0.001 && twin.dead === 0),
};
