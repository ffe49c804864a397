// The page's numbers are the program's: for each twin, `relive train` as the page writes it gives the same losses,
// accuracies, deaths and ledger, bit for bit with the same kernels, and close to them where multiply and add are fused.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TOLERANCE, configOf, inFolder, newSession, runLine } from "./engine.mjs";
import { check, end, group, same } from "./tap.mjs";

const session = newSession();
const RELU = ["relu", 0];
const LEAKY = ["leaky_relu", 0.05];
const shipped = (name, rows, noise) => ({ kind: "shipped", name, ...(rows ? { rows, noise } : {}) });
const csv = "height,weight,kind\n" + Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * i) % 11},${(i * i) % 3 ? "a" : "b c"}\n`).join("");
const line = Array.from({ length: 40 }, (_, i) => `${i / 10},${Math.sin(i / 10)}\n`).join("");
const points = Array.from({ length: 50 }, (_, i) => [Math.cos(i) * 1.1, Math.sin(i * 1.7) / 3, i % 3]);

/** name: what changes, and who takes part. */
const CASES = {
    "moons, the default": [configOf({}), 20],
    "a high rate, in which units die": [configOf({ lr: 0.6, bias: -0.5 }, RELU, LEAKY, ["relu6", 0]), 20],
    "digits by four": [configOf({ data: shipped("digits"), hidden: [32], batch: 0 }, RELU, ["gelu", 0], ["tanh", 0], ["elu", 0.5]), 3],
    "iris by Adam, dropout, cosine": [
        configOf({ data: shipped("iris"), optimizer: "adam", lr: 0.01, dropout: 0.2, l2: 0.01, init: "xavier", schedule: "cosine", epochs: 20 }),
        20,
    ],
    "breast cancer by RMSprop, L1, one logit": [
        configOf({ data: shipped("breast_cancer"), optimizer: "rmsprop", lr: 0.001, l1: 0.001, bias: -0.5, init: "normal", initSd: 0.3, loss: "binary" }),
        6,
    ],
    "curves that learn or draw": [configOf({ data: shipped("spirals", 200, 0.02), hidden: [16, 16], optimizer: "momentum", momentum: 0.8 }, ["prelu", 0.25], ["rrelu", 0.2], ["softplus", 1]), 10],
    "dosage, real targets": [configOf({ data: shipped("dosage"), testShare: 0, batch: 0, lr: 0.01 }), 30],
    "xor, full batches, steps of the rate": [
        configOf({ data: shipped("xor", 120, 0.3), batch: -1, schedule: "step", epochs: 30, optimizer: "nesterov", lr: 0.05, seed: 12345678901, dataSeed: 7 }),
        30,
    ],
    "a CSV": [configOf({ data: { kind: "csv", name: "my data.csv", text: csv }, hidden: [5, 4, 3], standardize: false, lr: 0.02 }), 12],
    "a CSV of real targets": [configOf({ data: { kind: "csv", name: "line.csv", text: line, regression: true }, lr: 0.02 }), 12],
    "drawn points": [configOf({ data: { kind: "points", points }, optimizer: "adamw", l2: 0.1, lr: 0.01 }), 12],
    "a census every 3 steps": [configOf({ census: 3, lr: 0.5, bias: -1 }, RELU, LEAKY), 8],
};

/** The program's events in the words of the page's. */
function eventsOf(text) {
    const [head, ...rows] = text.trim().split("\n").map((row) => row.split(","));
    return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])));
}

function compareSeed(name, frame, seed, history) {
    same(`${name}: the loss at the end`, frame.trainLoss, seed.loss_curve.at(-1) ?? NaN);
    const curve = seed.loss_curve;
    check(`${name}: the whole curve of losses`, curve.length === history.length && curve.every((loss, i) => loss === history[i]), `${curve.length} and ${history.length} points`);
    same(`${name}: training accuracy`, frame.trainAccuracy, seed.train_accuracy ?? NaN);
    same(`${name}: test accuracy`, frame.testAccuracy, seed.test_accuracy ?? NaN);
    const dead = seed.layers.flatMap((layer) => layer.dead).length;
    const silent = seed.layers.flatMap((layer) => layer.silent).length;
    check(`${name}: the dead and the silent`, frame.dead === dead && frame.silent === silent, `${frame.dead}, ${frame.silent}; the program ${dead}, ${silent}`);
}

function compareEvents(name, mine, theirs) {
    const text = (event) => `${event.step} ${event.kind} ${event.layer} ${event.unit} ${event.cause}`;
    const ours = mine.map((event) => text({ ...event, layer: event.layer + 1 }));
    const given = theirs.map((event) => text({ ...event, kind: event.event ?? event.kind }));
    check(`${name}: the ledger`, ours.join("\n") === given.join("\n"), `page: ${ours.slice(0, 3).join("; ")} … program: ${given.slice(0, 3).join("; ")}`);
    return ours.length;
}

let deaths = 0;
let worst = 0;
for (const [name, [config, epochs]] of Object.entries(CASES))
    await group(name, async () => {
        const world = session.open(config);
        session.runTo(epochs * world.stepsPerEpoch);
        const frame = session.frame({ history: true }, false, { stepsPerSecond: 0, samplesPerSecond: 0 });
        const atEpochs = frame.history.steps.reduce((found, step, i) => (step % world.stepsPerEpoch === 0 ? [...found, i] : found), []);
        for (const [twin, seen] of frame.twins.entries())
            await inFolder(async (folder) => {
                const who = `${name}, ${config.twins[twin].curves[0].name}`;
                const command = session.command(twin);
                check(`${who}: is exact`, command.exact, command.notes.join(" "));
                const [plain] = JSON.parse(runLine(process.env.RELIVE_PLAIN, command, ["--json", "--out", "."], folder)).seeds;
                compareSeed(who, seen, plain, atEpochs.map((i) => frame.history.twins[twin].trainLoss[i]));
                const events = session.ledger().filter((event) => event.twin === twin);
                deaths += compareEvents(who, events, eventsOf(readFileSync(join(folder, "events.csv"), "utf8")));
                const [fused] = JSON.parse(runLine(process.env.RELIVE, command, ["--json"], folder)).seeds;
                const apart = Math.abs(fused.loss_curve.at(-1) - seen.trainLoss);
                worst = Math.max(worst, apart);
                check(`${who}: close to fused arithmetic`, apart <= TOLERANCE, `${apart} apart, expected at most ${TOLERANCE}`);
            });
    });
check("units died in these runs", deaths > 20, deaths);
console.log(`# largest difference to fused arithmetic: ${worst.toExponential(1)}`);
end();
