/* From a choice of data to rows in the engine's memory. Files and points go through the library's own CSV reader, so
 * that the page takes what the program takes and refuses it in the same words. */
import { EngineError, LIMITS, type DataChoice } from "./api";
import type { Native } from "./native";

/** What the program would call it: moons:300:0.1. */
export function specOf(data: DataChoice): string {
    if (data.kind === "csv") return data.regression ? `${data.name}:regression` : data.name;
    if (data.kind === "points") return POINTS;
    if (data.rows === undefined) return data.name;
    return data.noise === undefined ? `${data.name}:${data.rows}` : `${data.name}:${data.rows}:${data.noise}`;
}

const POINTS = "points.csv";

/** Drawn points as a file, one a line; float32 in 9 digits, so that the file gives back the same numbers. */
export function pointsCsv(points: [number, number, number][]): string {
    const number = (value: number) => String(Number(Math.fround(value).toPrecision(9)));
    return `x,y,class\n${points.map(([x, y, label]) => `${number(x)},${number(y)},${label}\n`).join("")}`;
}

/** Puts the data into the instance; an EngineError says what is wrong with them. */
export function readData(native: Native, choice: DataChoice, seed: number): void {
    const { doors } = native;
    let good: number;
    if (choice.kind === "shipped") {
        good = native.lendText(specOf(choice), (spec) => doors.load(spec, seed));
    } else {
        const name = choice.kind === "csv" ? choice.name : POINTS;
        const content = choice.kind === "csv" ? choice.text : pointsCsv(choice.points);
        const regression = choice.kind === "csv" && choice.regression === true;
        good = native.lendText(name, (at) =>
            native.lendText(content, (text, bytes) => doors.parse(at, text, bytes, regression ? 1 : 0)),
        );
    }
    if (!good) throw new EngineError(native.text(doors.trouble()));
    if (choice.kind === "shipped") return;
    if (doors.features() > LIMITS.columns)
        throw new EngineError(`${specOf(choice)}: ${doors.features()} columns of features, expected at most ${LIMITS.columns}`);
    if (doors.rows() > LIMITS.rows)
        throw new EngineError(`${specOf(choice)}: ${doors.rows()} rows, expected at most ${LIMITS.rows}`);
}

/** What the columns are called: the first line of a CSV, if it is a header (one row less than lines), or x1, x2 … */
export function featureNames(native: Native, choice: DataChoice, shipped: Record<string, string[]>): string[] {
    const count = native.doors.features();
    const plain = Array.from({ length: count }, (_, i) => (count === 1 ? "x" : `x${i + 1}`));
    if (choice.kind === "shipped") return shipped[choice.name] ?? (choice.name === "dosage" ? ["dosage"] : plain);
    if (choice.kind === "points") return ["x", "y"];
    const first = fields(choice.text);
    const isNumber = (text: string) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?(nan|inf(inity)?)$/i.test(text);
    const names = first.slice(0, count);
    const header = names.some((name) => name !== "") && !names.some(isNumber);
    return header ? names.map((name, i) => name || plain[i]) : plain;
}

/** The fields of the first line that is not blank (RFC 4180). */
function fields(text: string): string[] {
    const found: string[] = [];
    const start = text.search(/[^\s\uFEFF]/);
    const field = /[ \t]*(?:"((?:[^"]|"")*)"|([^,\r\n]*))[ \t]*(,|\r|\n|$)/y;
    field.lastIndex = Math.max(start, 0);
    for (let match = field.exec(text); match; match = field.exec(text)) {
        found.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : match[2].trim());
        if (match[3] !== ",") break;
    }
    return found;
}
