/* The address holds the whole state: config, what was done by hand, the step, the lesson. Opening it lives all that again,
 * to the same bits. Switches for teachers (?embed, ?hide=…) are read from query and fragment alike and are kept. */
import type { Config, Past } from "../engine/api";
import { decodeConfig, encodeConfig, pack, unpack } from "../engine/config";
import type { App } from "./app";

/** Parts that a teacher can hide. */
export const PARTS = ["lessons", "setup", "transport", "curves", "ledger", "inspector", "share", "legend", "planes", "figures"] as const;

const LONGEST = 30_000; // characters; beyond, mail and chat programs cut addresses

export interface Switches {
    embed: boolean;
    hide: string[];
    theme: string;
}

function pairs(text: string): Map<string, string> {
    const found = new Map<string, string>();
    for (const part of text.replace(/^[#?]/, "").split("&").filter(Boolean)) {
        const [key, ...value] = part.split("=");
        found.set(key, value.join("="));
    }
    return found;
}

export function switches(): Switches {
    const all = new Map([...pairs(location.search), ...pairs(location.hash)]);
    return { embed: all.has("embed"), hide: (all.get("hide") ?? "").split(",").filter(Boolean), theme: all.get("theme") ?? "" };
}

function switchText(): string {
    const { embed, hide, theme } = switches();
    return [embed ? "embed" : "", hide.length ? `hide=${hide.join(",")}` : "", theme ? `theme=${theme}` : ""].filter(Boolean).join("&");
}

/** What stands behind "#". */
export async function fragment(app: App): Promise<string> {
    if (app.lesson) return [`lesson=${app.lesson}`, switchText()].filter(Boolean).join("&");
    const past = await app.engine.past();
    const parts = [await encodeConfig(app.config, app.catalogue)];
    if (past.step > 0) parts.push(`step=${past.step}`);
    if (past.deeds.length) parts.push(`deeds=${await pack(new TextEncoder().encode(JSON.stringify(past.deeds)))}`);
    if (app.world.features > 2 && app.axes.join() !== "0,1") parts.push(`axes=${app.axes.join(",")}`);
    if (app.selection) parts.push(`unit=${app.selection.twin},${app.selection.layer},${app.selection.unit}`);
    parts.push(switchText());
    return parts.filter(Boolean).join("&");
}

export interface Found {
    config: Config;
    past?: Past;
    axes?: [number, number];
    unit?: [number, number, number];
    lesson: string;
}

/** Reads an address; throws an EngineError for what cannot be. */
export async function readAddress(app: App, hash: string): Promise<Found> {
    const found = pairs(hash);
    const config = await decodeConfig(hash, app.catalogue);
    const step = whole(found.get("step"));
    const deeds = found.get("deeds");
    const done: Past["deeds"] = deeds ? JSON.parse(new TextDecoder().decode(await unpack("deeds", deeds))) : [];
    const axes = numbers(found.get("axes"), 2) as [number, number] | undefined;
    const unit = numbers(found.get("unit"), 3) as [number, number, number] | undefined;
    const past = step || done.length ? { deeds: done, step: step ?? 0 } : undefined;
    return { config, past, axes, unit, lesson: found.get("lesson") ?? "" };
}

function whole(text: string | undefined): number | undefined {
    const value = Number(text);
    return text && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function numbers(text: string | undefined, length: number): number[] | undefined {
    const values = (text ?? "").split(",").map(Number);
    return text && values.length === length && values.every((value) => Number.isInteger(value) && value >= 0) ? values : undefined;
}

/** The page's own address with the present state; the note says what a link cannot carry. */
export async function link(app: App): Promise<{ address: string; note: string }> {
    const text = await fragment(app);
    const address = `${location.href.split("#")[0]}#${text}`;
    const note = text.length > LONGEST ? `${text.length.toLocaleString("en-GB")} characters: too long for most mail and chat programs. Share the CSV beside a link to the settings.` : "";
    return { address, note };
}

export async function keepAddress(app: App): Promise<void> {
    const text = await fragment(app);
    if (text.length <= LONGEST) history.replaceState(null, "", `#${text}`);
}
