/* What a lesson is: a run, a question to be answered before it, and what to say afterwards, with the numbers the nets show.
 * ends() is the claim; a test runs every lesson in the page and asks it. */
import { STATES, type Catalogue, type Config, type Past, type UnitName } from "../engine/api";
import { checkConfig } from "../engine/config";
import type { App, Selection } from "../ui/app";
import { percent } from "../ui/words";

export interface Lesson {
    id: string;
    title: string;
    scene: string; // what is set up
    question: string;
    options: string[];
    answer: number;
    config(catalogue: Catalogue): Config;
    past?: Past; // what has happened before the question is asked
    begin?(app: App): Promise<void>; // done by hand after the prediction, before it runs
    look?: Selection; // the unit to have in view
    steps: number; // how far it runs
    watch: string; // what to look at meanwhile
    tell(app: App): string[];
    pointers?(app: App): { text: string; act: () => void }[];
    more?: { text: string; act: (app: App) => Promise<string[]> }[]; // what to try next; what it showed
    ends(app: App): boolean;
}

/** The default with some things different; all layers of a twin have the curve. */
export function lessonConfig(catalogue: Catalogue, different: Partial<Config>, curves: [name: string, alpha?: number][] = [["relu"], ["leaky_relu"]]): Config {
    const hidden = different.hidden ?? [8, 8];
    const twins = curves.map(([name, alpha]) => {
        const info = catalogue.curves.find((each) => each.name === name);
        return { curves: hidden.map(() => ({ name, alpha: alpha ?? info?.alpha ?? 0 })) };
    });
    return checkConfig({ hidden, twins, ...different }, catalogue);
}

/** A button that goes back to a twin's first death. */
export function firstDeath(app: App, twin: number): { text: string; act: () => void }[] {
    const event = app.events.find((each) => each.twin === twin && each.kind === "death");
    return event ? [{ text: "Go back to the first death", act: () => void app.revisit(event) }] : [];
}

export function dead(app: App, twin: number): number {
    return app.frame.twins[twin].dead;
}

/** "9 of 16 hidden units" */
export function deadOf(app: App, twin: number): string {
    return `${dead(app, twin)} of ${app.world.hiddenUnits} hidden units`;
}

export function right(app: App, twin: number): string {
    return percent(app.frame.twins[twin].trainAccuracy);
}

/** Runs on and waits until that moment is on the page. */
export async function runTo(app: App, step: number): Promise<void> {
    const shown = new Promise<void>((done) => app.once("frame", () => app.frame.step >= step, done));
    await app.engine.runTo(step);
    app.look();
    await shown;
}

/** The names of a twin's dead units. */
export function deadUnits(app: App, twin: number): UnitName[] {
    const { hidden } = app.config;
    const units = hidden.flatMap((count, layer) => Array.from({ length: count }, (_, unit) => ({ layer, unit })));
    return units.filter((_, i) => STATES[app.frame.twins[twin].states[i]] === "dead");
}

/** How many of each hidden layer are dead. */
export function deadByLayer(app: App, twin: number): number[] {
    const units = deadUnits(app, twin);
    return app.config.hidden.map((_, layer) => units.filter((each) => each.layer === layer).length);
}
