/* What a lesson is: a run, a question to be answered before it, and what to say afterwards, with the numbers the nets show.
 * ends() is the claim; a test runs every lesson in the page and asks it. */
import type { Catalogue, Config, Past } from "../engine/api";
import { checkConfig } from "../engine/config";
import type { App, Selection } from "../ui/app";

export interface Lesson {
    id: string;
    title: string;
    scene: string; // what is set up
    question: string;
    options: string[];
    answer: number;
    config(catalogue: Catalogue): Config;
    past?: Past; // what is done by hand before it begins
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
