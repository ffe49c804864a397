// The engine's session without a browser, from the bundle that tests/run makes: RELIVE_SESSION; the module:
// RELIVE_ENGINE; the program with the same kernels (no fused multiply-add): RELIVE_PLAIN, and with all: RELIVE.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const bundle = await import(pathToFileURL(process.env.RELIVE_SESSION));
export const { encodeBase85, decodeBase85, checkConfig, decodeConfig, defaultConfig, encodeConfig, EngineError, LIMITS, Recording, Curves, Ledger, LEDGER_KEPT, HISTORY_POINTS, TOLERANCE, floatText } = bundle;

const module = new WebAssembly.Module(readFileSync(process.env.RELIVE_ENGINE));
export const newSession = () => new bundle.Session(module, { iris: ["a", "b", "c", "d"] });

export const curves = (count, name, alpha) => Array.from({ length: count }, () => ({ name, alpha }));
/** The default with changes; twins are given as curves, the same in every layer. */
export function configOf(changes, ...twins) {
    const config = { ...defaultConfig(), ...changes };
    if (twins.length > 0) config.twins = twins.map(([name, alpha]) => ({ curves: curves(config.hidden.length, name, alpha) }));
    else config.twins = config.twins.map((twin) => ({ ...twin, curves: curves(config.hidden.length, twin.curves[0].name, twin.curves[0].alpha) }));
    return config;
}

/** Lends a folder for the time of use. */
export async function inFolder(use) {
    const folder = mkdtempSync(join(tmpdir(), "relive-playground-"));
    try {
        return await use(folder);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

export function program(which, args, cwd) {
    return execFileSync(which, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs a command line that the page has written. */
export function runLine(which, command, more, cwd) {
    if (command.csv !== null) writeFileSync(join(cwd, command.csvName), command.csv);
    const words = command.line.match(/'[^']*'|\S+/g).map((word) => word.replaceAll("'", ""));
    return program(which, [...words.slice(1), ...more], cwd);
}
