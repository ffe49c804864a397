// safetensors: byte for byte what the program writes; PyTorch and the program read them, and the page reads theirs.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configOf, floatText, inFolder, newSession, program, runLine } from "./engine.mjs";
import { check, end, group, refuses, same } from "./tap.mjs";

const session = newSession();
const shipped = (name) => ({ kind: "shipped", name });
const CASES = {
    moons: [configOf({}), 5],
    iris: [configOf({ data: shipped("iris"), hidden: [7, 3], dropout: 0.25, lr: 0.05 }, ["prelu", 0.25], ["elu", 0.3]), 8],
    dosage: [configOf({ data: shipped("dosage"), testShare: 0, batch: 0, standardize: false, lr: 0.01 }, ["softplus", 1]), 3],
    "one logit": [configOf({ data: shipped("breast_cancer"), loss: "binary", hidden: [4] }, ["relu", 0]), 2],
};
for (const [name, [config, epochs]] of Object.entries(CASES))
    await group(name, () =>
        inFolder((folder) => {
            const world = session.open(config);
            session.runTo(epochs * world.stepsPerEpoch);
            const twin = config.twins.length - 1;
            const ours = session.exportModel(twin);
            runLine(process.env.RELIVE_PLAIN, session.command(twin), ["--save", "theirs.safetensors"], folder);
            const theirs = readFileSync(join(folder, "theirs.safetensors"));
            check(`${name}: the same bytes`, theirs.equals(Buffer.from(ours)), `${theirs.subarray(8, 700)}\n${Buffer.from(ours).subarray(8, 700)}`);
            writeFileSync(join(folder, "ours.safetensors"), ours);
            const data = ["--data", config.data.rows ? `${config.data.name}:${config.data.rows}:${config.data.noise}` : config.data.name];
            const predicted = JSON.parse(program(process.env.RELIVE_PLAIN, ["predict", "ours.safetensors", ...data, "--json"], folder));
            same(`${name}: the program reads it`, predicted.rows, world.rows);

            const { config: back } = session.importModel(new Uint8Array(theirs), twin);
            const again = session.open(back);
            const frame = session.frame({ parameters: true }, false, {});
            check(`${name}: the page reads the program's`, Buffer.from(session.exportModel(twin)).equals(theirs), "other bytes");
            same(`${name}: its data stay`, again.rows, world.rows);
            check(`${name}: its figures come back`, Number.isFinite(frame.twins[twin].trainLoss));
        }),
    );

await group("PyTorch", () =>
    inFolder((folder) => {
        const world = session.open(configOf({ data: shipped("iris"), hidden: [6, 5], standardize: false }, ["relu", 0]));
        session.runTo(10 * world.stepsPerEpoch);
        writeFileSync(join(folder, "page.safetensors"), session.exportModel(0));
        const { x } = world;
        writeFileSync(join(folder, "x.bin"), Buffer.from(x.buffer));
        const script = new URL("torch_model.py", import.meta.url).pathname;
        const said = JSON.parse(execFileSync("/usr/bin/python3", ["-B", script, folder], { encoding: "utf8" }));
        writeFileSync(join(folder, "page2.safetensors"), session.exportModel(0));
        const predicted = JSON.parse(program(process.env.RELIVE_PLAIN, ["predict", "page.safetensors", "--data", "iris", "--json"], folder));
        const apart = Math.max(...said.probabilities.flatMap((row, r) => row.map((p, c) => Math.abs(p - predicted.outputs[r][c]))));
        check("PyTorch says what the page's model says", apart < 1e-5, apart);
        const { config } = session.importModel(new Uint8Array(readFileSync(join(folder, "torch.safetensors"))), -1);
        session.open(config);
        const [first] = session.frame({ parameters: true }, false, {}).twins;
        const off = Math.max(...said.parameters.map((value, i) => Math.abs(value - first.parameters[i])));
        same("the page takes what PyTorch wrote", `${said.parameters.length} ${off}`, `${first.parameters.length} 0`);
    }),
);

await group("what is no model", async () => {
    const world = session.open(configOf({}));
    const good = session.exportModel(0);
    const changed = (act) => {
        const bytes = good.slice();
        act(bytes);
        return bytes;
    };
    const header = Number(new DataView(good.buffer).getBigUint64(0, true));
    const edit = (from, to) => {
        const text = new TextDecoder().decode(good.subarray(8, 8 + header)).replace(from, to);
        const written = new TextEncoder().encode(text);
        const bytes = new Uint8Array(8 + written.length + good.length - 8 - header);
        new DataView(bytes.buffer).setBigUint64(0, BigInt(written.length), true);
        bytes.set(written, 8);
        bytes.set(good.subarray(8 + header), 8 + written.length);
        return bytes;
    };
    const bad = {
        nothing: [new Uint8Array(0), "expected a safetensors file"],
        "a text": [new TextEncoder().encode("hello, this is no model"), "reaches beyond its end"],
        "a header that lies": [changed((bytes) => new DataView(bytes.buffer).setBigUint64(0, 1n << 60n, true)), "reaches beyond its end"],
        "a broken header": [changed((bytes) => (bytes[8] = 0x5b)), "no JSON"],
        "a file cut short": [good.slice(0, good.length - 8), "does not fit"],
        "another shape": [edit('"shape":[8,2]', '"shape":[2,8]'), "shape [2, 8], expected [8, 2]"],
        "a missing tensor": [edit('"2.bias"', '"9.bias"'), 'no tensor "2.bias"'],
        "a type it does not know": [edit('"F32"', '"Q32"'), "dtype Q32"],
        "a layer it does not know": [edit("relu; dense 8", "norm; dense 8"), 'layer "norm"'],
        "another width of input": [edit("input 2", "input 3"), "takes 3 features, the data have 2"],
        "a net too wide": [edit("dense 8; relu; dense 2", "dense 80; relu; dense 2"), "expected [80, 8]"],
        "numbers that are none": [changed((bytes) => new DataView(bytes.buffer).setFloat32(bytes.length - 4, NaN, true)), "not finite"],
    };
    for (const [name, [bytes, words]] of Object.entries(bad)) await refuses(`${name} is refused`, () => session.importModel(bytes, 0), words);
    same("the world stays", session.frame({}, false, {}).step, 0 * world.rows);
});

for (const [value, text] of [[0.1, "0.1"], [1e-5, "1e-05"], [-0, "-0"], [16777216, "16777216"], [1 / 3, "0.33333334"], [1e20, "1e+20"], [0.0001, "0.0001"], [123456.7, "123456.7"]])
    same(`${text} is written as C writes it`, floatText(Math.fround(value)), text);
end();
