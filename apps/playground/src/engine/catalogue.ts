/* The library's lists, read from the library: a new curve there is a new curve here. */
import { LIMITS, type Catalogue, type DataInfo, type Word } from "./api";
import type { Native } from "./native";

/** How large the sets are that ship, and what noise the generated ones have unless told otherwise; read off the
 *  library by catalogue_test, which fails where they differ. */
const DATA: readonly DataInfo[] = [
    { name: "moons", generated: true, rows: 1000, noise: 0.1, features: 2, classes: 2 },
    { name: "circles", generated: true, rows: 1000, noise: 0.05, features: 2, classes: 2 },
    { name: "spirals", generated: true, rows: 1000, noise: 0.02, features: 2, classes: 2 },
    { name: "xor", generated: true, rows: 1000, noise: 0.25, features: 2, classes: 2 },
    { name: "blobs", generated: true, rows: 1000, noise: 0.3, features: 2, classes: 3 },
    { name: "ring", generated: true, rows: 1000, noise: 0.05, features: 2, classes: 8 },
    { name: "digits", generated: false, rows: 1797, noise: 0, features: 64, classes: 10 },
    { name: "iris", generated: false, rows: 150, noise: 0, features: 4, classes: 3 },
    { name: "breast_cancer", generated: false, rows: 569, noise: 0, features: 30, classes: 2 },
    { name: "dosage", generated: false, rows: 3, noise: 0, features: 1, classes: 0 },
];

export function readCatalogue(native: Native): Catalogue {
    const { doors } = native;
    const curves = native.names(doors.curve_name).map((name, i) => ({
        name,
        formula: native.text(doors.curve_formula(i)),
        slopeFormula: native.text(doors.curve_slope_formula(i)),
        kink: doors.curve_kink(i) ? native.text(doors.curve_kink(i)) : null,
        alpha: shortest(doors.curve_alpha(i)),
        hasAlpha: doors.curve_has_alpha(i) !== 0 && doors.curve_drawn(i) === 0,
        learned: doors.curve_learned(i) !== 0,
        alone: doors.curve_learned(i) !== 0 || doors.curve_drawn(i) !== 0,
    }));
    return {
        version: native.text(doors.version()),
        curves,
        initialisers: native.names(doors.initialiser_name),
        optimizers: native.names(doors.optimiser_name),
        losses: native.names(doors.loss_name),
        data: [...DATA],
        words: native.names(doors.word_name) as Word[],
        limits: LIMITS,
    };
}

/** The shortest number that is this float: 0.1, not 0.10000000149011612. */
export function shortest(value: number): number {
    for (let digits = 1; digits < 9; digits++) {
        const short = Number(value.toPrecision(digits));
        if (Math.fround(short) === Math.fround(value)) return short;
    }
    return Number(value.toPrecision(9));
}
