// Configs: through the text of a URL and back to the same config; what makes no sense is refused in words.
import { checkConfig, configOf, curves, decodeConfig, defaultConfig, encodeConfig, newSession } from "./engine.mjs";
import { check, end, group, refuses, same } from "./tap.mjs";

const session = newSession();
const { catalogue } = session;
const round = async (config) => decodeConfig(`#${await encodeConfig(config, catalogue)}`, catalogue);
const csv = "größe,b & c,class\n1.5,2,x=1\n3,4,y#2\n";

const CONFIGS = {
    "the default": configOf({}),
    "every number changed": configOf(
        { dataSeed: 3, testShare: 0, standardize: false, hidden: [1, 64, 5], init: "xavier", bias: -0.25, seed: 99, optimizer: "adamw", lr: 1e-3, momentum: 0.5, schedule: "cosine", epochs: 77, batch: -1, l1: 0.01, l2: 1e-5, dropout: 0.35, loss: "binary", census: 4 },
        ["gelu", 0], ["elu", 0.5], ["prelu", 0.1], ["rrelu", catalogue.curves.find((each) => each.name === "rrelu").alpha],
    ),
    "a curve for each layer": { ...configOf({ hidden: [4, 4, 4] }), twins: [{ curves: [...curves(2, "relu", 0), { name: "leaky_relu", alpha: 0.3 }] }, { curves: [{ name: "relu", alpha: 1 }, ...curves(2, "tanh", 0)] }] },
    "a normal draw": configOf({ init: "normal", initSd: 0.05 }, ["relu", 0]),
    "a set that ships": configOf({ data: { kind: "shipped", name: "digits" } }),
    "a CSV": configOf({ data: { kind: "csv", name: "my+own & only.csv", text: csv, regression: false } }),
    "points": configOf({ data: { kind: "points", points: [[0.5, -1.25, 0], [Math.fround(0.1), 3, 1], [2, 2, 9]] } }),
    "given parameters and scaling": {
        ...configOf({ data: { kind: "shipped", name: "dosage" }, testShare: 0, hidden: [2], batch: 0, scaling: { mean: [0.5], deviation: [0.25] } }),
        twins: [
            { curves: curves(1, "relu", 0), output: { name: "relu", alpha: 0 }, parameters: [1.7, 12.6, -0.85, 0, -40.8, 2.7, -16].map(Math.fround) },
            { curves: curves(1, "softplus", catalogue.curves.find((each) => each.name === "softplus").alpha) },
        ],
    },
};
for (const [name, config] of Object.entries(CONFIGS))
    await group(name, async () => {
        const there = checkConfig(config, catalogue);
        const back = await round(there);
        const sorted = (value) => JSON.stringify(value, (_, each) => (each && typeof each === "object" && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort()) : each));
        same(`${name} comes back`, sorted(back), sorted(there));
        const text = await encodeConfig(there, catalogue);
        check(`${name}: nothing in the text breaks a URL`, /^[\w\-.~:;,=&%/()!*'@$]*$/.test(text), text);
    });

same("the default needs no words", await encodeConfig(defaultConfig(), catalogue), "");
same("what a person would write", await encodeConfig(configOf({ lr: 0.5, hidden: [16] }, ["relu", 0], ["leaky_relu", 0.2]), catalogue), "hidden=16&activations=relu;leaky_relu:0.2&lr=0.5");
same("is read", (await decodeConfig("#data=moons:200&lr=0.5&lesson=whatever", catalogue)).data.rows, 200);

const bad = {
    "lr=fast": "lr \"fast\": expected a number",
    "lr=-1": "lr -1",
    "lr=": "lr \"\"",
    "data=mooons": "expected one of moons, circles",
    "hidden=8,65": "hidden 65: expected layers of 1 to 64 units",
    "hidden=0": "hidden 0",
    "hidden=1,1,1,1,1,1,1,1,1": "1 to 8 layers",
    "activations=relu;relu;relu;relu;relu": "twins 5: expected 1 to 4",
    "activations=relu,tanh,relu": "curves 3: expected 2",
    "activations=rellu": "activation \"rellu\"",
    "activations=leaky_relu:x": "activations \"x\"",
    "optimizer=adamm": "optimizer \"adamm\"",
    "schedule=cosine": "epochs 0",
    "init=normal": "initSd",
    "standardize=perhaps": "standardize",
    "test-share=1": "testShare 1",
    "csv=a~class~!!!": "may have been cut short",
    "csv=a": "csv",
    "points=zzz": "may have been cut short",
    "seed=1.5": "seed 1.5: expected a whole number",
    "output=prelu;": "output \"prelu\"",
};
for (const [text, words] of Object.entries(bad)) await refuses(`${text} is refused`, () => decodeConfig(text, catalogue), words);
for (const nonsense of [{ twins: "x" }, { hidden: null }, { data: null }, { data: { kind: "points", points: [[1, 2]] } }, { scaling: { mean: ["a"] } }, { twins: [null] }])
    await refuses(`${JSON.stringify(nonsense)} is refused`, () => checkConfig({ ...defaultConfig(), ...nonsense }, catalogue), "expected");

// What only the library knows it refuses itself, and the world before stays.
session.open(defaultConfig());
session.advance(5);
await refuses("a batch larger than the training part", () => session.open(configOf({ batch: 5000 })), "batch 5000: expected 1 to 240");
await refuses("binary loss for three classes", () => session.open(configOf({ data: { kind: "shipped", name: "blobs" }, loss: "binary" })), "binary");
await refuses("parameters that do not fit", () => session.open({ ...configOf({}), twins: [{ curves: curves(2, "relu", 0), parameters: [1, 2] }] }), "2 parameters, expected 114");
same("the world before stays", session.step, 5);

// What the program cannot do is said, and what it can is quoted for a shell.
const commandAfter = (config, steps) => {
    session.open(config);
    session.advance(steps);
    return session.command(0);
};
const told = (command) => `${command.line === null ? "none" : "line"} ${command.exact}: ${command.notes.join(" ")}`;
same("nothing trained, no command", told(commandAfter(configOf({}), 0)), "none false: Nothing has been trained yet.");
check("whole epochs", told(commandAfter(configOf({}), 20)).startsWith("line false: The program trains whole epochs: 1, to step 15."));
check("a schedule needs its end", told(commandAfter(configOf({ schedule: "cosine", epochs: 9 }), 15)).includes("all 9 epochs"));
check("one curve for all", told(commandAfter(CONFIGS["a curve for each layer"], 15)).startsWith("none false: The program trains with one curve"));
check("given parameters", told(commandAfter(CONFIGS["given parameters and scaling"], 3)).startsWith("none false"));
same("a plain run", told(commandAfter(configOf({}), 30)), "line true: ");
const hostile = commandAfter(configOf({ data: { kind: "csv", name: "a; rm $(x) 'y'.csv", text: "1,a\n2,b\n3,a\n4,b\n" }, testShare: 0, batch: 0 }), 1);
check("a file's name does no harm in a shell", /^[\w\s./:,+-]+$/.test(hostile.line) && hostile.csvName === "a__rm___x___y_.csv", hostile);

// The lists are the library's, and what is said of its sets is true.
check("all curves are there", catalogue.curves.length >= 18 && catalogue.curves.some((curve) => curve.name === "mish"));
for (const info of catalogue.data) {
    const data = session.checkData({ kind: "shipped", name: info.name });
    same(`${info.name} is as the catalogue says`, `${data.rows} ${data.features} ${data.classes}`, `${info.rows} ${info.features} ${info.classes}`);
    if (!info.generated) continue;
    const plain = session.open(configOf({ data: { kind: "shipped", name: info.name, rows: 50, noise: info.noise } })).x;
    session.open(configOf({ data: { kind: "csv", name: "none.csv", text: "1,2,a\n2,3,b\n3,3,a\n4,4,b\n1,1,a\n3,1,b\n" }, testShare: 0, batch: 0 }));
    check(`${info.name} has points`, plain.length === 100);
}
end();
