/* What passes between page and worker. */
import type {
    Catalogue,
    Command,
    Config,
    Curve,
    CurveShape,
    DataChoice,
    Deed,
    DeedDone,
    Frame,
    Imported,
    Inspection,
    LedgerEvent,
    Past,
    Speed,
    UnitName,
    Watch,
    World,
} from "./api";

/** Every call: what it takes and what it gives. */
export interface Calls {
    open: { takes: [config: Config, past?: Past]; gives: World };
    checkData: { takes: [data: DataChoice]; gives: { rows: number; features: number; classes: number; featureNames: string[] } };
    watch: { takes: [what: Watch]; gives: void };
    look: { takes: []; gives: void };
    run: { takes: []; gives: void };
    pause: { takes: []; gives: void };
    setSpeed: { takes: [speed: Speed]; gives: void };
    step: { takes: [count: number]; gives: void };
    epoch: { takes: []; gives: void };
    runTo: { takes: [step: number]; gives: void };
    act: { takes: [deed: Deed]; gives: DeedDone };
    past: { takes: []; gives: Past };
    goTo: { takes: [step: number | null]; gives: number };
    recorded: { takes: []; gives: Float64Array };
    slide: { takes: [unit: UnitName, steps: number[]]; gives: { steps: number[]; z: Float32Array[][] } };
    inspect: { takes: [twin: number, unit: UnitName]; gives: Inspection };
    curveShape: { takes: [curve: Curve, z: Float32Array]; gives: CurveShape };
    ledger: { takes: []; gives: LedgerEvent[] };
    curvesCsv: { takes: []; gives: string };
    ledgerCsv: { takes: []; gives: string };
    command: { takes: [twin: number]; gives: Command };
    exportModel: { takes: [twin: number]; gives: Uint8Array };
    importModel: { takes: [bytes: Uint8Array, twin: number]; gives: Imported };
}

export type Asked =
    | { call: "start"; wasm: ArrayBuffer; columns: Record<string, string[]> }
    | { call: "drawn" } // the page has drawn the last frame
    | { call: keyof Calls; id: number; given: unknown };

export type Answer =
    | { catalogue: Catalogue }
    | { frame: Frame }
    | { id: number; value: unknown }
    | { id: number; error: string; known: boolean };
