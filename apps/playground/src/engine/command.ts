/* A run as a command line of the program: `relive train …` gives the same numbers. What the program cannot do is said. */
import type { Catalogue, Command, Past, World } from "./api";
import { curveText } from "./config";
import { pointsCsv, specOf } from "./data";

/** For a shell: quoted where it needs to be. */
function word(text: string): string {
    return /^[\w./:,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

export function commandOf(world: World, twin: number, past: Past, catalogue: Catalogue): Command {
    const { config } = world;
    const notes: string[] = [];
    let possible = true;
    const cannot = (why: string) => {
        possible = false;
        notes.push(why);
    };
    const { curves, output, parameters } = config.twins[twin];
    const names = curves.map((curve) => curveText(curve, catalogue));
    if (names.some((each) => each !== names[0])) cannot("The program trains with one curve in all hidden layers.");
    if (output) cannot("The program puts no curve after the last layer.");
    if (parameters) cannot("It started from given parameters; save the model and use predict, scan or revive on it.");
    if (config.scaling && !parameters) cannot("It standardises by another model's figures.");

    const epochs = Math.floor(past.step / world.stepsPerEpoch);
    const lastly = config.epochs > 0 ? config.epochs : epochs;
    if (past.step % world.stepsPerEpoch !== 0) notes.push(`The program trains whole epochs: ${lastly}, to step ${lastly * world.stepsPerEpoch}.`);
    else if (lastly !== epochs) notes.push(`The schedule needs to know the end: the program trains all ${lastly} epochs.`);
    if (lastly === 0) cannot("Nothing has been trained yet.");
    const handsOn = past.deeds.length > 0;
    if (handsOn) notes.push("What was done by hand is not in it.");

    const mine = config.data.kind === "csv" ? config.data.text : config.data.kind === "points" ? pointsCsv(config.data.points) : null;
    const spec = specOf(config.data);
    const name = mine === null ? null : spec.replace(/:regression$/, "").replaceAll(/[^\w.-]/g, "_").replace(/(\.csv)?$/i, ".csv");
    if (name !== null) notes.push(`Save the data as ${name} where you call it.`);
    const data = name === null ? spec : spec.endsWith(":regression") ? `${name}:regression` : name;

    const options: [string, string][] = [
        ["data", data],
        ["data-seed", String(config.dataSeed)],
        ["test-share", String(config.testShare)],
        ["standardize", config.standardize ? "on" : "off"],
        ["activation", names[0]],
        ["hidden", config.hidden.join(",")],
        ["init", config.init === "normal" ? `normal:${config.initSd}` : config.init],
        ["bias", String(config.bias)],
        ["seed", String(config.seed)],
        ["optimizer", config.optimizer],
        ["lr", String(config.lr)],
        ["schedule", config.schedule],
        ["epochs", String(lastly)],
        ["batch", config.batch < 0 ? "full" : String(world.batch)],
    ];
    if (config.optimizer === "momentum" || config.optimizer === "nesterov") options.push(["momentum", String(config.momentum)]);
    if (config.l1 > 0) options.push(["l1", String(config.l1)]);
    if (config.l2 > 0) options.push(["l2", String(config.l2)]);
    if (config.dropout > 0) options.push(["dropout", String(config.dropout)]);
    if (config.loss !== "") options.push(["loss", config.loss]);
    if (config.census > 0) options.push(["census", String(config.census)]);
    const line = `relive train ${options.map(([key, value]) => `--${key} ${word(value)}`).join(" ")}`;
    const whole = past.step === lastly * world.stepsPerEpoch;
    return { line: possible ? line : null, exact: possible && !handsOn && whole, notes, csv: mine, csvName: name };
}
