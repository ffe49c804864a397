/* Models as the program writes them (src/format/model.c): safetensors whose tensors are named and shaped as those of the
 * equal torch.nn.Sequential, and what PyTorch does not know in the metadata. Written byte for byte as the program would
 * write the same net. */
import { EngineError, type Catalogue, type Config, type Curve, type Imported, type TwinLayout, type World } from "./api";
import { checkConfig } from "./config";

/* ---- Writing ---- */

/** A float as %.{6…9}g would print it, with just enough digits to read back the same. */
export function floatText(value: number): string {
    if (value === 0) return Object.is(value, -0) ? "-0" : "0";
    for (let digits = 6; digits <= 9; digits++) {
        const short = Number(value.toPrecision(digits));
        if (Math.fround(short) === Math.fround(value)) return plainOrPower(short);
    }
    return plainOrPower(Number(value.toPrecision(9)));
}

/** C's choice between 0.0001 and 1e-05. */
function plainOrPower(value: number): string {
    const [digits, exponent] = value.toExponential().split("e");
    const power = Number(exponent);
    if (power >= -4 && power < 15) return value.toLocaleString("en", { useGrouping: false, maximumFractionDigits: 20, maximumSignificantDigits: 17 });
    return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** As the library quotes: control characters as \u00XX. */
function quote(text: string): string {
    const escape = (c: string) => (c === '"' || c === "\\" ? `\\${c}` : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    return `"${text.replaceAll(/["\\\u0000-\u001f]/g, escape)}"`;
}

interface Tensor {
    name: string;
    shape: number[];
    at: number; // in the twin's parameters
}

/** Module numbers count nodes without the input: dense 0, curve 1, dense 2 … and dropout has one too. */
function tensorsOf(layout: TwinLayout, dropout: boolean): Tensor[] {
    const tensors: Tensor[] = [];
    layout.layers.forEach((layer, l) => {
        const node = l * (dropout ? 3 : 2);
        tensors.push({ name: `${node}.weight`, shape: [layer.units, layer.inputs], at: layer.weights });
        tensors.push({ name: `${node}.bias`, shape: [layer.units], at: layer.bias });
        if (layer.slopes >= 0) tensors.push({ name: `${node + 1}.weight`, shape: [layer.units], at: layer.slopes });
    });
    return tensors;
}

const sizeOf = (shape: number[]) => shape.reduce((product, each) => product * each, 1);

/** parameters: one twin's. layers: what describe() says of it. */
export function modelBytes(world: World, layout: TwinLayout, parameters: Float32Array, layers: string, catalogue: Catalogue): Uint8Array {
    const { config } = world;
    const scaled = config.standardize || config.scaling !== undefined;
    const floats = (values: number[]) => `[${values.map(floatText).join(",")}]`;
    const metadata: [string, string][] = [
        ["relive.version", catalogue.version],
        ["relive.net", layers],
    ];
    if (scaled)
        metadata.push(["relive.standardize", `{"mean":${floats(world.scaling.mean)},"deviation":${floats(world.scaling.deviation)}}`]);
    if (world.classes > 0) metadata.push(["relive.classes", `[${world.classNames.map(quote).join(",")}]`]);
    metadata.push(["relive.loss", world.loss], ["relive.seed", String(config.seed)]);

    const tensors = tensorsOf(layout, config.dropout > 0);
    const entries = [`"__metadata__":{${metadata.map(([key, value]) => `${quote(key)}:${quote(value)}`).join(",")}}`];
    let offset = 0;
    for (const { name, shape } of tensors) {
        const end = offset + 4 * sizeOf(shape);
        entries.push(`${quote(name)}:{"dtype":"F32","shape":[${shape.join(",")}],"data_offsets":[${offset},${end}]}`);
        offset = end;
    }
    const text = new TextEncoder().encode(`{${entries.join(",")}}`);
    const header = Math.ceil(text.length / 8) * 8;
    const bytes = new Uint8Array(8 + header + offset).fill(0x20, 8, 8 + header);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(header), true);
    bytes.set(text, 8);
    let at = 8 + header;
    for (const tensor of tensors)
        for (let i = 0; i < sizeOf(tensor.shape); i++, at += 4) view.setFloat32(at, parameters[tensor.at + i], true);
    return bytes;
}

/* ---- Reading ---- */

interface Found {
    shape: number[];
    values: Float32Array;
}

interface File {
    tensors: Map<string, Found>;
    metadata: Map<string, string>;
}

const WHERE = "model";
const MOST_FILE = 64 << 20;

function bad(what: string): never {
    throw new EngineError(`${WHERE}: ${what}`);
}

function record(value: unknown, what: string): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) bad(`${what} is no JSON object`);
    return value as Record<string, unknown>;
}

function halfFloat(bits: number): number {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const rest = bits & 1023;
    if (exponent === 31) return rest ? NaN : sign * Infinity;
    return sign * (exponent ? 2 ** (exponent - 15) * (1 + rest / 1024) : 2 ** -24 * rest);
}

/** Bytes of a value and how one is read. */
const TYPES: Record<string, { bytes: number; read: (view: DataView, at: number) => number }> = {
    F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
    F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
    F16: { bytes: 2, read: (view, at) => halfFloat(view.getUint16(at, true)) },
    BF16: {
        bytes: 2,
        read: (view, at) => new DataView(Uint32Array.of(view.getUint16(at, true) << 16).buffer).getFloat32(0, true),
    },
};

/** Bounds what it reads: a file may say anything. */
function readFile(bytes: Uint8Array): File {
    if (bytes.length > MOST_FILE) bad(`${bytes.length} bytes, expected at most ${MOST_FILE}`);
    if (bytes.length < 8) bad(`${bytes.length} bytes, expected a safetensors file`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const header = Number(view.getBigUint64(0, true));
    if (header > bytes.length - 8) bad(`its header of ${header} bytes reaches beyond its end: no safetensors file`);
    let json: Record<string, unknown>;
    try {
        json = record(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + header))), "the header");
    } catch (error) {
        if (error instanceof EngineError) throw error;
        return bad("its header is no JSON: no safetensors file");
    }
    const file: File = { tensors: new Map(), metadata: new Map() };
    for (const [name, entry] of Object.entries(json)) {
        const fields = record(entry, `"${name.slice(0, 60)}"`);
        if (name === "__metadata__") for (const [key, value] of Object.entries(fields)) file.metadata.set(key, String(value));
        else file.tensors.set(name, readTensor(name.slice(0, 60), fields, view, 8 + header));
    }
    return file;
}

function readTensor(name: string, fields: Record<string, unknown>, view: DataView, start: number): Found {
    const type = TYPES[String(fields.dtype)];
    if (!type) bad(`tensor "${name}" has dtype ${String(fields.dtype).slice(0, 20)}, expected F32, F64, F16 or BF16`);
    const whole = (list: unknown): list is number[] =>
        Array.isArray(list) && list.length <= 4 && list.every((each) => Number.isInteger(each) && each >= 0 && each < MOST_FILE);
    const { shape, data_offsets: offsets } = fields;
    if (!whole(shape)) return bad(`tensor "${name}" has no shape`);
    if (!whole(offsets) || offsets.length !== 2) return bad(`tensor "${name}" has no data_offsets`);
    const count = sizeOf(shape);
    const [from, to] = offsets;
    if (to - from !== count * type.bytes || start + to > view.byteLength)
        bad(`tensor "${name}" lies at bytes ${from} to ${to}, which does not fit its shape [${shape.join(", ")}] or the file`);
    const values = Float32Array.from({ length: count }, (_, i) => type.read(view, start + from + i * type.bytes));
    return { shape, values };
}

/** "input 2; dense 8; relu; dropout 0.2; dense 2" → what a config says of it. Nets of other shapes are refused. */
function layersOf(text: string, catalogue: Catalogue): { inputs: number; hidden: number[]; curves: Curve[]; output?: Curve; dropout: number; outputs: number } {
    const words = text.split(";").map((each) => each.trim());
    const inputs = Number(/^input (\d+)$/.exec(words[0])?.[1] ?? bad(`relive.net begins with "${words[0].slice(0, 40)}", expected input N`));
    const hidden: number[] = [];
    const curves: Curve[] = [];
    const shares = new Set<number>();
    for (const each of words.slice(1)) {
        const dense = /^dense (\d+)$/.exec(each);
        const dropout = /^dropout ([\d.e-]+)$/.exec(each);
        const curve = /^([a-z0-9_]+)(?::([-+\d.e]+))?$/.exec(each);
        const info = curve && catalogue.curves.find((known) => known.name === curve[1]);
        if (dense && hidden.length === curves.length) hidden.push(Number(dense[1]));
        else if (dropout && curves.length === hidden.length) shares.add(Number(dropout[1]));
        else if (curve && info && curves.length + 1 === hidden.length)
            curves.push({ name: info.name, alpha: curve[2] === undefined ? info.alpha : Number(curve[2]) });
        else bad(`its layer "${each.slice(0, 40)}" has no place here, expected dense layers with a curve after each`);
    }
    if (shares.size > 1) bad("its layers drop different shares, expected one");
    const output = curves.length === hidden.length ? curves.pop() : undefined;
    const outputs = hidden.pop() ?? bad("it has no layers");
    if (hidden.length === 0) bad("it has no hidden layer, expected at least one");
    return { inputs, hidden, curves, output, dropout: [...shares][0] ?? 0, outputs };
}

/** Fills [parameters] of a twin with this layout from the tensors; each has its place and none is left over. */
function parametersFrom(file: File, layout: TwinLayout, dropout: boolean): number[] {
    const parameters = Array<number>(layout.parameters).fill(0);
    const tensors = tensorsOf(layout, dropout);
    for (const { name, shape, at } of tensors) {
        const found = file.tensors.get(name);
        if (!found) return bad(`no tensor "${name}", expected one of shape [${shape.join(", ")}]`);
        if (found.shape.join() !== shape.join())
            bad(`tensor "${name}" has shape [${found.shape.join(", ")}], expected [${shape.join(", ")}]`);
        found.values.forEach((value, i) => {
            if (!Number.isFinite(value)) bad(`tensor "${name}" holds a number that is not finite`);
            parameters[at + i] = value;
        });
    }
    for (const name of file.tensors.keys())
        if (!tensors.some((each) => each.name === name)) bad(`tensor "${name.slice(0, 60)}" has no place in the net`);
    return parameters;
}

/** The layout a twin will have: weights, biases, and slopes where a curve learns them. */
export function layoutOf(inputs: number, hidden: number[], outputs: number, learned: boolean[]): TwinLayout {
    let at = 0;
    let width = inputs;
    const layers = [...hidden, outputs].map((units, l) => {
        const layer = { inputs: width, units, weights: at, bias: at + units * width, slopes: -1 };
        at += units * width + units;
        if (learned[l]) {
            layer.slopes = at;
            at += units;
        }
        width = units;
        return layer;
    });
    return { layers, parameters: at };
}

function listOfFloats(value: unknown, what: string): number[] {
    if (!Array.isArray(value) || !value.every((each) => Number.isFinite(each))) bad(`${what} is no list of numbers`);
    return value as number[];
}

function parsed(file: File, key: string): unknown {
    const text = file.metadata.get(key);
    if (text === undefined) return undefined;
    try {
        return JSON.parse(text);
    } catch {
        return bad(`${key} is no JSON`);
    }
}

/** The present config changed so that one twin (-1: all) is that model. A file of PyTorch's has no metadata: then it must
 *  fit the present net. */
export function readModel(bytes: Uint8Array, world: World, twin: number, catalogue: Catalogue): Imported {
    const file = readFile(bytes);
    const notes: string[] = [];
    const present = world.config;
    const config: Config = structuredClone(present);
    const chosen = twin < 0 ? config.twins.map((_, i) => i) : [twin];
    if (!config.twins[chosen[0]]) bad(`there is no twin ${twin}`);
    const text = file.metadata.get("relive.net");
    const net = text === undefined ? null : layersOf(text, catalogue);
    const hidden = net?.hidden ?? present.hidden;
    const inputs = net?.inputs ?? world.features;
    if (inputs !== world.features) bad(`it takes ${inputs} features, the data have ${world.features}: choose its data first`);
    if (net && net.outputs !== world.outputs) bad(`it gives ${net.outputs} outputs, the data ask for ${world.outputs}: choose its data first`);
    const reshaped = hidden.join() !== present.hidden.join();
    config.hidden = hidden;
    config.dropout = net?.dropout ?? present.dropout;
    for (const [i, each] of config.twins.entries()) {
        if (net && chosen.includes(i)) {
            each.curves = net.curves.map((curve) => ({ ...curve }));
            each.output = net.output;
        } else if (reshaped) {
            each.curves = hidden.map((_, layer) => present.twins[i].curves[layer] ?? present.twins[i].curves[0]);
        }
        if (!chosen.includes(i)) {
            delete each.parameters;
            continue;
        }
        const learned = each.curves.map((curve) => catalogue.curves.some((info) => info.learned && info.name === curve.name));
        each.parameters = parametersFrom(file, layoutOf(inputs, hidden, world.outputs, learned), config.dropout > 0);
    }
    const scaling = parsed(file, "relive.standardize");
    if (scaling !== undefined) {
        const both = record(scaling, "relive.standardize");
        config.scaling = { mean: listOfFloats(both.mean, "its mean"), deviation: listOfFloats(both.deviation, "its deviation") };
        if (config.scaling.mean.length !== inputs || config.scaling.deviation.length !== inputs) bad(`its standardisation is not of ${inputs} features`);
        notes.push("The model's own standardisation is in force.");
    } else if (net) {
        delete config.scaling;
        config.standardize = false;
        notes.push("The model takes its data as they are: nothing is standardised.");
    }
    const classes = parsed(file, "relive.classes");
    if (Array.isArray(classes) && classes.length === world.classes && classes.some((name, i) => name !== world.classNames[i]))
        notes.push(`Its classes are called ${classes.join(", ")}; the data's are ${world.classNames.join(", ")}.`);
    return { config: checkConfig(config, catalogue), notes };
}
