/* Configs: the default, what is allowed, and the text that carries one in a URL.
 *
 * The text is made to be read and edited by hand, with the program's names: data=moons:300:0.2&hidden=8,8&lr=0.3. Only
 * what differs from the default stands in it. Twins are parted by ";", layers by ",": activations=relu;leaky_relu:0.1.
 * What has no short form (a CSV, drawn points, given parameters) is packed: deflated, in base64url. */
import { EngineError, LIMITS, type Catalogue, type Config, type Curve, type DataChoice, type Schedule, type Twin } from "./api";

export function defaultConfig(): Config {
    return {
        data: { kind: "shipped", name: "moons", rows: 300, noise: 0.2 },
        dataSeed: 0,
        testShare: 0.2,
        standardize: true,
        hidden: [8, 8],
        twins: [{ curves: both("relu", 0) }, { curves: both("leaky_relu", 0.01) }],
        init: "he",
        bias: 0,
        seed: 0,
        optimizer: "sgd",
        lr: 0.1,
        momentum: 0.9,
        schedule: "constant",
        epochs: 0,
        batch: 16,
        l1: 0,
        l2: 0,
        dropout: 0,
        loss: "",
        census: 0,
    };
}

function both(name: string, alpha: number): Curve[] {
    return [
        { name, alpha },
        { name, alpha },
    ];
}

/* ---- Checking ---- */

type Fields = Record<string, unknown>;

function refuse(what: string, found: unknown, expected: string): never {
    const shown = typeof found === "string" ? `"${found.slice(0, 60)}"` : String(found);
    throw new EngineError(`${what} ${shown}: expected ${expected}`);
}

function number(from: Fields, key: string, low: number, high: number, expected: string): number {
    const value = from[key];
    if (typeof value !== "number" || !(value >= low && value <= high) || !Number.isFinite(Math.fround(value)))
        refuse(key, value, expected);
    return value;
}

function whole(from: Fields, key: string, low: number, high: number): number {
    const value = from[key];
    if (!Number.isInteger(value) || (value as number) < low || (value as number) > high)
        refuse(key, value, `a whole number from ${low} to ${high}`);
    return value as number;
}

function word(from: Fields, key: string, names: readonly string[]): string {
    const value = from[key];
    if (typeof value !== "string" || !names.includes(value)) refuse(key, value, `one of ${names.filter(Boolean).join(", ")}`);
    return value;
}

function checkData(data: unknown, catalogue: Catalogue): DataChoice {
    const from = (data ?? {}) as Fields;
    if (from.kind === "shipped") {
        const info = catalogue.data.find((each) => each.name === from.name);
        if (!info) refuse("data", from.name, `one of ${catalogue.data.map((each) => each.name).join(", ")}`);
        if (!info.generated) return { kind: "shipped", name: info.name };
        const rows = from.rows === undefined ? info.rows : whole(from, "rows", 10, LIMITS.rows);
        const noise = from.noise === undefined ? info.noise : number(from, "noise", 0, 10, "a number from 0 to 10");
        return { kind: "shipped", name: info.name, rows, noise };
    }
    if (from.kind === "csv") {
        if (typeof from.text !== "string" || typeof from.name !== "string") refuse("csv", from.name, "a name and a text");
        return { kind: "csv", name: from.name || "data.csv", text: from.text, regression: from.regression === true };
    }
    if (from.kind === "points" && Array.isArray(from.points)) {
        const points = from.points as unknown[];
        if (points.length > LIMITS.rows) refuse("points", points.length, `at most ${LIMITS.rows}`);
        const good = (point: unknown) =>
            Array.isArray(point) && point.length === 3 && point.every(Number.isFinite) && Number.isInteger(point[2]) && point[2] >= 0 && point[2] <= 9;
        if (!points.every(good)) refuse("points", "", "[x, y, class] with classes 0 to 9");
        return { kind: "points", points: points as [number, number, number][] };
    }
    return refuse("data", from.kind, "a set that ships, a CSV or points");
}

function checkCurve(curve: unknown, catalogue: Catalogue): Curve {
    const from = (curve ?? {}) as Fields;
    const info = catalogue.curves.find((each) => each.name === from.name);
    if (!info) refuse("activation", from.name, `one of ${catalogue.curves.map((each) => each.name).join(", ")}`);
    if (!info.hasAlpha || from.alpha === undefined) return { name: info.name, alpha: info.alpha };
    const alpha = number(from, "alpha", -1000, 1000, "a number from -1000 to 1000");
    if (info.name === "relu" && alpha !== 0 && alpha !== 1) refuse("relu's slope at 0", alpha, "0 or 1");
    return { name: info.name, alpha };
}

function checkNumbers(list: unknown, what: string): number[] | undefined {
    if (list === undefined) return undefined;
    if (!Array.isArray(list) || !list.every((value) => Number.isFinite(value))) refuse(what, "", "finite numbers");
    return list as number[];
}

function checkTwin(twin: unknown, layers: number, catalogue: Catalogue): Twin {
    const from = (twin ?? {}) as Fields;
    if (!Array.isArray(from.curves) || from.curves.length !== layers)
        refuse("curves", Array.isArray(from.curves) ? from.curves.length : "", `${layers}, one a hidden layer`);
    const checked: Twin = { curves: from.curves.map((curve) => checkCurve(curve, catalogue)) };
    if (from.output !== undefined) {
        checked.output = checkCurve(from.output, catalogue);
        if (catalogue.curves.some((each) => each.name === checked.output?.name && each.alone))
            refuse("output", checked.output.name, "a curve that neither learns nor draws its α");
    }
    const parameters = checkNumbers(from.parameters, "parameters");
    if (parameters) checked.parameters = parameters;
    return checked;
}

/** Fills in what is missing from the default and refuses what makes no sense. */
export function checkConfig(asked: unknown, catalogue: Catalogue): Config {
    const from = { ...defaultConfig(), ...(asked as Fields) } as Fields;
    const hidden = from.hidden;
    if (!Array.isArray(hidden) || hidden.length < 1 || hidden.length > LIMITS.layers)
        refuse("hidden", Array.isArray(hidden) ? hidden.length : hidden, `1 to ${LIMITS.layers} layers`);
    for (const units of hidden)
        if (!Number.isInteger(units) || units < 1 || units > LIMITS.units) refuse("hidden", units, `layers of 1 to ${LIMITS.units} units`);
    const twins = from.twins;
    if (!Array.isArray(twins) || twins.length < 1 || twins.length > LIMITS.twins)
        refuse("twins", Array.isArray(twins) ? twins.length : twins, `1 to ${LIMITS.twins}`);
    const init = word(from, "init", catalogue.initialisers);
    const schedule = word(from, "schedule", ["constant", "step", "cosine"]) as Schedule;
    const least = "a number of at least 0";
    const config: Config = {
        data: checkData(from.data, catalogue),
        dataSeed: whole(from, "dataSeed", 0, Number.MAX_SAFE_INTEGER),
        testShare: number(from, "testShare", 0, 0.95, "a share from 0 to 0.95"),
        standardize: from.standardize === true,
        hidden: hidden as number[],
        twins: twins.map((twin) => checkTwin(twin, hidden.length, catalogue)),
        init,
        bias: number(from, "bias", -1e6, 1e6, "a number"),
        seed: whole(from, "seed", 0, Number.MAX_SAFE_INTEGER),
        optimizer: word(from, "optimizer", catalogue.optimizers),
        lr: number(from, "lr", 1e-12, 1e6, "a number above 0"),
        momentum: number(from, "momentum", 0.001, 0.9999, "a number above 0 and below 1"),
        schedule,
        epochs: whole(from, "epochs", schedule === "constant" ? 0 : 1, 1_000_000),
        batch: whole(from, "batch", -1, LIMITS.rows),
        l1: number(from, "l1", 0, 1e3, least),
        l2: number(from, "l2", 0, 1e3, least),
        dropout: number(from, "dropout", 0, 0.95, "a share from 0 to 0.95"),
        loss: word(from, "loss", ["", ...catalogue.losses]),
        census: whole(from, "census", 0, 1_000_000),
    };
    if (init === "normal") config.initSd = number(from, "initSd", 1e-12, 1e6, "a number above 0 for init normal");
    if (from.scaling !== undefined) {
        const scaling = from.scaling as Fields;
        const mean = checkNumbers(scaling.mean, "scaling's mean") ?? [];
        const deviation = checkNumbers(scaling.deviation, "scaling's deviation") ?? [];
        if (!deviation.every((value) => value > 0)) refuse("scaling's deviation", "", "numbers above 0");
        config.scaling = { mean, deviation };
    }
    return config;
}

/* ---- As text ---- */

/** Numbers with a short name each, in the order in which they are written. */
const NUMBERS = [
    ["data-seed", "dataSeed"],
    ["test-share", "testShare"],
    ["bias", "bias"],
    ["seed", "seed"],
    ["lr", "lr"],
    ["momentum", "momentum"],
    ["epochs", "epochs"],
    ["batch", "batch"],
    ["l1", "l1"],
    ["l2", "l2"],
    ["dropout", "dropout"],
    ["census", "census"],
] as const;
const WORDS = ["optimizer", "schedule", "loss"] as const;

/** "relu", "leaky_relu:0.1": α where it is not the curve's own. */
export function curveText(curve: Curve, catalogue: Catalogue): string {
    const info = catalogue.curves.find((each) => each.name === curve.name);
    return !info?.hasAlpha || info.alpha === curve.alpha ? curve.name : `${curve.name}:${curve.alpha}`;
}

function curvesText(curves: Curve[], catalogue: Catalogue): string {
    const texts = curves.map((curve) => curveText(curve, catalogue));
    return texts.every((text) => text === texts[0]) ? texts[0] : texts.join(",");
}

/** For the fragment of a URL. */
export async function encodeConfig(config: Config, catalogue: Catalogue): Promise<string> {
    const plain = defaultConfig();
    const parts: string[] = [];
    const put = (key: string, value: string, usual: string) => {
        if (value !== usual) parts.push(`${key}=${encodeURI(value).replaceAll(/[&#+]/g, encodeURIComponent)}`);
    };
    const { data } = config;
    if (data.kind === "csv") put("csv", `${data.name}~${data.regression ? "real" : "class"}~${await pack(encode(data.text))}`, "");
    else if (data.kind === "points") put("points", await pack(floatBytes(data.points.flat())), "");
    else put("data", dataText(data), dataText(plain.data as DataChoice & { kind: "shipped" }));
    put("hidden", config.hidden.join(","), plain.hidden.join(","));
    const activations = (twins: Twin[]) => twins.map((twin) => curvesText(twin.curves, catalogue)).join(";");
    put("activations", activations(config.twins), activations(plain.twins));
    if (config.twins.some((twin) => twin.output))
        put("output", config.twins.map((twin) => (twin.output ? curveText(twin.output, catalogue) : "")).join(";"), "");
    put("init", config.init === "normal" ? `normal:${config.initSd}` : config.init, plain.init);
    put("standardize", config.standardize ? "on" : "off", "on");
    for (const key of WORDS) put(key, config[key], plain[key]);
    for (const [key, field] of NUMBERS) put(key, String(config[field]), String(plain[field]));
    const given = await Promise.all(config.twins.map((twin) => (twin.parameters ? pack(floatBytes(twin.parameters)) : "")));
    put("parameters", given.join(";"), given.map(() => "").join(";"));
    if (config.scaling) put("scaling", await pack(floatBytes([...config.scaling.mean, ...config.scaling.deviation])), "");
    return parts.join("&");
}

function dataText(data: DataChoice & { kind: "shipped" }): string {
    return data.rows === undefined ? data.name : `${data.name}:${data.rows}:${data.noise ?? ""}`;
}

/** Reads what encodeConfig wrote, or a person; keys it does not know are the page's own and are left alone. */
export async function decodeConfig(text: string, catalogue: Catalogue): Promise<Config> {
    const config = defaultConfig();
    const found = new Map<string, string>();
    for (const part of text.replace(/^#/, "").split("&")) {
        const equals = part.indexOf("=");
        if (equals > 0) found.set(part.slice(0, equals), safely(part.slice(equals + 1)));
    }
    const get = (key: string) => found.get(key);
    config.data = (await dataFrom(found)) ?? config.data;
    const hidden = get("hidden");
    if (hidden !== undefined) config.hidden = hidden.split(",").map((units) => numberFrom("hidden", units));
    twinsFrom(found, config);
    const init = get("init");
    if (init !== undefined) {
        const [name, sd] = init.split(":");
        config.init = name;
        if (sd !== undefined) config.initSd = numberFrom("init", sd);
    }
    const standardize = get("standardize");
    if (standardize !== undefined) {
        if (standardize !== "on" && standardize !== "off") refuse("standardize", standardize, "on or off");
        config.standardize = standardize === "on";
    }
    for (const key of WORDS) {
        const value = get(key);
        if (value !== undefined) (config as unknown as Fields)[key] = value;
    }
    for (const [key, field] of NUMBERS) {
        const value = get(key);
        if (value !== undefined) config[field] = numberFrom(key, value);
    }
    const parameters = get("parameters");
    if (parameters !== undefined)
        for (const [twin, packed] of parameters.split(";").entries())
            if (packed && config.twins[twin]) config.twins[twin].parameters = floatsFrom(await unpack("parameters", packed));
    const scaling = get("scaling");
    if (scaling) {
        const values = floatsFrom(await unpack("scaling", scaling));
        config.scaling = { mean: values.slice(0, values.length / 2), deviation: values.slice(values.length / 2) };
    }
    return checkConfig(config, catalogue);
}

function safely(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

function numberFrom(key: string, text: string): number {
    const value = text.trim() === "" ? NaN : Number(text);
    return Number.isFinite(value) ? value : refuse(key, text, "a number");
}

async function dataFrom(found: Map<string, string>): Promise<DataChoice | null> {
    const csv = found.get("csv");
    if (csv !== undefined) {
        const [name, kind, packed] = csv.split("~");
        if (packed === undefined) refuse("csv", csv, "NAME~class~PACKED");
        return { kind: "csv", name, text: new TextDecoder().decode(await unpack("csv", packed)), regression: kind === "real" };
    }
    const points = found.get("points");
    if (points !== undefined) {
        const values = floatsFrom(await unpack("points", points));
        const rows = Array.from({ length: Math.floor(values.length / 3) }, (_, i) => values.slice(3 * i, 3 * i + 3));
        return { kind: "points", points: rows as [number, number, number][] };
    }
    const data = found.get("data");
    if (data === undefined) return null;
    const [name, rows, noise] = data.split(":");
    return {
        kind: "shipped",
        name,
        ...(rows ? { rows: numberFrom("data", rows) } : {}),
        ...(noise ? { noise: numberFrom("data", noise) } : {}),
    };
}

function curveFrom(text: string): Curve {
    const [name, alpha] = text.split(":");
    const curve = { name: name.trim() } as Curve; // without α: the curve's own, filled in by the check
    if (alpha !== undefined) curve.alpha = numberFrom("activations", alpha);
    return curve;
}

/** Every layer has a curve of its own, or all have the one. */
function twinsFrom(found: Map<string, string>, config: Config): void {
    const activations = found.get("activations");
    const twins =
        activations === undefined
            ? config.twins.map((twin) => [twin.curves[0]])
            : activations.split(";").map((twin) => twin.split(",").map(curveFrom));
    config.twins = twins.map((curves) => ({
        curves: curves.length === 1 ? config.hidden.map(() => ({ ...curves[0] })) : curves,
    }));
    const outputs = found.get("output")?.split(";") ?? [];
    outputs.forEach((output, twin) => {
        if (output && config.twins[twin]) config.twins[twin].output = curveFrom(output);
    });
}

/* ---- Packing ---- */

function encode(text: string): Uint8Array {
    return new TextEncoder().encode(text);
}

function floatBytes(values: number[]): Uint8Array {
    return new Uint8Array(Float32Array.from(values).buffer);
}

function floatsFrom(bytes: Uint8Array): number[] {
    return Array.from(new Float32Array(bytes.slice(0, bytes.length - (bytes.length % 4)).buffer));
}

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
    const passed = new Blob([bytes as BlobPart]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, BufferSource>);
    return new Uint8Array(await new Response(passed).arrayBuffer());
}

export async function pack(bytes: Uint8Array): Promise<string> {
    const small = await through(bytes, new CompressionStream("deflate"));
    let binary = "";
    for (const byte of small) binary += String.fromCharCode(byte);
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export async function unpack(key: string, text: string): Promise<Uint8Array> {
    try {
        const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
        return await through(Uint8Array.from(binary, (c) => c.charCodeAt(0)), new DecompressionStream("deflate"));
    } catch {
        return refuse(key, text, "what this page has packed; the address may have been cut short");
    }
}
