/* What the page and its engine say to each other: the words, and hardly anything that runs.
 *
 * The engine is the library itself, in WebAssembly, in a worker. The page makes one Engine, opens a world in it (data,
 * nets, training, all from one Config), lets it run and is sent frames: what the nets are like at one moment. Data is
 * plain and copied; typed arrays are handed over, so the page may keep them.
 *
 *     const engine = await startEngine();                     // engine.ts
 *     const world = await engine.open(config);                // or an EngineError that says what, where, expected
 *     engine.onFrame = (frame) => draw(frame);
 *     engine.watch({ unitMaps: 24, plane: 48 });
 *     engine.run();
 *
 * Numbering: twins 0 … 3, hidden layers 0 … 7, units 0 … 63, rows of the data as they were read, all from 0. */

/* ---- What is asked for ---------------------------------------------------------------------------------------- */

/** A curve of the library by name; alpha is looked at only where the curve has one (see Catalogue). */
export interface Curve {
    name: string;
    alpha: number;
}

/** One of the nets that are trained side by side. They differ in what stands here and in nothing else. */
export interface Twin {
    curves: Curve[]; // one a hidden layer
    output?: Curve; // after the last layer too; left out: none, as every ordinary net has it
    parameters?: number[]; // start from these, in the order of TwinLayout, instead of a draw
}

export type DataChoice =
    | { kind: "shipped"; name: string; rows?: number; noise?: number } // rows and noise: of generated sets only
    | { kind: "csv"; name: string; text: string; regression?: boolean } // as the program reads it: the class last
    | { kind: "points"; points: [x: number, y: number, label: number][] }; // drawn by hand; labels 0 … 9

export type Schedule = "constant" | "step" | "cosine";

/** Everything that determines a run. Same config, same bits. The names are the program's. */
export interface Config {
    data: DataChoice;
    dataSeed: number; // of generated data and of the split
    testShare: number; // 0 … below 1
    standardize: boolean; // by the training part's statistics
    scaling?: Scaling; // an imported model's; takes the place of the measured one
    hidden: number[]; // units of each hidden layer
    twins: Twin[]; // 1 … 4
    init: string;
    initSd?: number; // of "normal"
    bias: number; // where every hidden bias starts
    seed: number; // initial weights, order of the rows, dropout
    optimizer: string;
    lr: number;
    momentum: number; // of momentum and nesterov
    schedule: Schedule;
    epochs: number; // the length of the run; with a constant rate 0: without end
    batch: number; // rows a step; 0: 32 or all if fewer; -1: all
    l1: number;
    l2: number;
    dropout: number; // share, after each hidden curve
    loss: string; // "" : by the data
    census: number; // steps between two censuses; 0: one an epoch
}

export interface Scaling {
    mean: number[]; // [features]
    deviation: number[]; // [features]
}

/** Epochs a second, or "fast": as many as the machine can. */
export type Speed = number | "fast";

/** What every frame is to hold beside its figures. Left out or 0: nothing of it. Figures and states are always there. */
export interface Watch {
    parameters?: boolean;
    unitMaps?: number; // points along a side of every unit's map over the input plane
    plane?: number; // points along a side of the output's map: the decision boundary
    axes?: [across: number, up: number]; // the two features of the plane; default 0 and 1
    area?: Area; // default: World.area of these axes
    rest?: number[]; // [features] raw values of the other features; default: the training part's means
    confusion?: "train" | "test";
    unit?: UnitName; // pre-activations of the training rows for this unit, in every twin
    history?: boolean;
    everyMs?: number; // least time between two frames while it runs; default 16
}

/** Raw units of the two axes. Row 0 of a map lies at low[1], column 0 at low[0]; points lie at the ends too. Data of one
 *  feature have maps of one row: [side], not [side][side]. */
export interface Area {
    low: [number, number];
    high: [number, number];
}

export interface UnitName {
    layer: number;
    unit: number;
}

/* ---- What there is -------------------------------------------------------------------------------------------- */

export interface CurveInfo {
    name: string; // "leaky_relu"
    formula: string;
    slopeFormula: string;
    kink: string | null;
    alpha: number; // the default
    hasAlpha: boolean; // one that can be chosen
    learned: boolean; // it begins there and is learned, for each unit
    alone: boolean; // learns or draws its α: cannot be swapped in or out while training
}

export interface DataInfo {
    name: string;
    generated: boolean; // takes rows and noise
    rows: number; // by default
    noise: number; // by default
    features: number;
    classes: number; // 0: real targets
}

/** The library's lists. */
export interface Catalogue {
    version: string;
    curves: CurveInfo[];
    initialisers: string[];
    optimizers: string[];
    losses: string[];
    data: DataInfo[];
    words: Word[];
    limits: { twins: number; layers: number; units: number; columns: number; rows: number };
}

export const LIMITS = { twins: 4, layers: 8, units: 64, columns: 50, rows: 20000 } as const;

/** The curve of z and its slope, for drawing. */
export interface CurveShape {
    value: Float32Array; // [z]
    slope: Float32Array; // [z]
}

/* ---- A world ---------------------------------------------------------------------------------------------------- */

export interface LayerLayout {
    inputs: number;
    units: number;
    weights: number; // W [units][inputs] begins here in the twin's parameters
    bias: number; // b [units]
    slopes: number; // α [units] that the layer learns (PReLU); -1: none
}

/** Where things lie in a twin's parameters: hidden layers, then the output layer. */
export interface TwinLayout {
    layers: LayerLayout[];
    parameters: number;
}

export interface World {
    config: Config;
    name: string;
    rows: number;
    features: number;
    classes: number; // 0: real targets
    targets: number; // real targets a row, else 1
    featureNames: string[]; // "x1", "x2" where the data names none
    classNames: string[];
    image: { width: number; height: number } | null; // rows are images: digits
    x: Float32Array; // [rows][features] raw
    y: Float32Array; // [rows][targets] class numbers or real targets
    test: Uint8Array; // [rows] 1: in the test part
    trainRows: Uint32Array; // which row each row of the training part is; all `row`s below count these
    testRows: Uint32Array;
    scaling: Scaling; // 0 and 1 where there is none
    loss: string;
    batch: number; // as settled
    stepsPerEpoch: number;
    outputs: number;
    layouts: TwinLayout[]; // [twins]
    hiddenUnits: number; // of one twin
    lanes: number; // 4: the twins ride in one pack of vectors; 1: each has a net of its own
    reference: { low: number[]; high: number[]; mean: number[] }; // [features] of the whole raw data
}

/* ---- A moment ---------------------------------------------------------------------------------------------------- */

export const WORDS = [
    "broken",
    "dead",
    "starved",
    "saturated",
    "silent",
    "nearly dead",
    "dormant",
    "always on",
    "constant",
    "severed",
] as const;
export type Word = (typeof WORDS)[number];

/** The one word to show: "alive" or one of WORDS, by the glossary's order. */
export type State = "alive" | Exclude<Word, "constant" | "severed">;
export const STATES: readonly State[] = [
    "alive",
    "broken",
    "dead",
    "starved",
    "saturated",
    "silent",
    "nearly dead",
    "dormant",
    "always on",
];

export type Fate = "running" | "diverged" | "finished";

export interface TwinFrame {
    fate: Fate;
    divergedAt: number; // step; -1: never
    trainLoss: number; // NaN where there is none
    testLoss: number;
    trainAccuracy: number; // NaN for real targets
    testAccuracy: number;
    dead: number; // hidden units, on the training part
    silent: number;
    states: Uint8Array; // [hiddenUnits] index into STATES; layer by layer
    words: Uint16Array; // [hiddenUnits] bit i: WORDS[i]
    fired: Float32Array; // [hiddenUnits] share of the training rows with z > 0
    parameters: Float32Array | null; // as TwinLayout has them
    alphas: number[]; // [hidden layers] now
    curves: string[]; // [hidden layers] now
    unitMaps: Float32Array | null; // [hiddenUnits][side][side] a = f(z)
    plane: Float32Array | null; // [outputs][side][side] probabilities of the classes (binary loss: of class 1), or values
    confusion: Uint32Array | null; // [classes][classes] row: true, column: said
    z: Float32Array | null; // [training rows] pre-activations of the watched unit
}

export interface Frame {
    step: number;
    epoch: number; // finished ones
    live: boolean; // false: a recorded moment (goTo)
    running: boolean;
    ended: boolean; // every twin has finished or diverged: it cannot run on
    lr: number; // in force for the next epoch, without the schedule's factor
    twins: TwinFrame[];
    watch: Watch; // what this frame was made for: compare it before using maps
    area: Area; // of the maps
    events: LedgerEvent[]; // new since the frame before
    eventCount: number; // all so far, kept or not
    history: History | null; // if watched and changed
    recorded: { first: number; last: number; count: number }; // steps that goTo can reach
    speed: { stepsPerSecond: number; samplesPerSecond: number }; // of all twins together, while it runs
}

/** Curves over time, thinned as they grow: at most HISTORY_POINTS. */
export interface History {
    steps: Float64Array; // [points]
    epochs: Float64Array; // [points] with fractions within an epoch
    twins: {
        trainLoss: Float64Array;
        testLoss: Float64Array;
        trainAccuracy: Float64Array;
        testAccuracy: Float64Array;
        dead: Float64Array; // shares of the hidden units
        silent: Float64Array;
    }[];
}
export const HISTORY_POINTS = 600;

export type EventKind = "born dead" | "death" | "revival" | "not a number";

/** Δz's parts on one example: z' − z = bias + weights + inputs (+ skip, 0 here). */
export interface Terms {
    bias: number; // Δb
    weights: number; // Δw·x
    inputs: number; // w'·Δx
}

export interface LedgerEvent {
    id: number; // 0, 1, 2 … in the order they happened
    step: number; // seen by the census at this step
    since: number; // not by the one before, at this; -1: there was none
    epoch: number;
    kind: EventKind;
    twin: number;
    layer: number;
    unit: number;
    cause: string; // the glossary's words: "bias fell", "weights moved", "born dead" …
    row: number; // the training row behind the numbers; -1: none
    zBefore: number;
    zAfter: number;
    terms: Terms;
    byHand: string | null; // "kill", "revive", …: what the learner did just before
}
export const LEDGER_KEPT = 5000; // of the newest; all are counted

/* ---- One unit, looked at closely ----------------------------------------------------------------------------------- */

export interface Inspection {
    twin: number;
    layer: number;
    unit: number;
    step: number;
    curve: Curve;
    weights: Float32Array; // [inputs]
    bias: number;
    weightGradient: Float32Array; // [inputs] of the mean training loss, all rows, without penalties
    biasGradient: number;
    outgoing: Float32Array; // [units of the next layer]
    z: Float32Array; // [training rows]
    evidence: Evidence;
    last: LastMove | null; // null before the first recorded step
    plane: Float32Array | null; // [side][side] z over the input plane, if the watch has unitMaps: its line is z = 0
}

/** What the words of a unit rest on (the training part, in evaluation mode). */
export interface Evidence {
    state: State;
    words: Word[];
    rows: number; // how many were looked at
    conducted: number; // on how many the slope is not exactly 0
    fired: number; // on how many z > 0
    broken: number; // on how many z is no finite number
    highestZ: number;
    highestRow: number; // the training row with it; -1
    lowestZ: number;
    lowestA: number;
    highestA: number;
    meanSize: number; // mean |a|
    dormancy: number; // over the layer's average
    zeros: number; // share of rows with a = 0 (APoZ)
    steepest: number; // largest |f'(z)|
    starved: boolean;
    severed: boolean;
    thresholds: { dormant: number; saturated: number; nearlyDead: number };
}

/** How z moved from one recorded step to this, on the row on which the unit was most awake before. */
export interface LastMove {
    since: number;
    row: number;
    zBefore: number;
    zAfter: number;
    terms: Terms;
}

/* ---- Hands on ------------------------------------------------------------------------------------------------------ */

export type Deed =
    | { do: "weight"; twin: number; layer: number; unit: number; input: number; value: number } // layer = hidden count: the output
    | { do: "bias"; twin: number; layer: number; unit: number; value: number }
    | { do: "kill"; twin: number; layer: number; unit: number } // its bias is lowered until z < 0 on every training row
    | { do: "revive"; twin: number; units: UnitName[] } // ReDo: drawn anew, outgoing weights and moments 0
    | { do: "lift"; twin: number; units: UnitName[]; share: number } // bias raised to fire on that share of the rows
    | { do: "curve"; twin: number; layer: number; curve: Curve } // another α, or a leaky curve for a dead layer
    | { do: "rate"; lr: number }; // of all twins, from the next step on

/** What was done by hand, and when: with the config this is the whole story, to the same bits. */
export interface Past {
    deeds: { step: number; deed: Deed }[];
    step: number; // where to stand
}

export interface DeedDone {
    step: number;
    fates: ("woken" | "would not wake" | "tied")[]; // of revive and lift, for each unit; else empty
    largestChange: number; // of any output on the training rows
}

/* ---- Taking away ----------------------------------------------------------------------------------------------------- */

/** A command line that trains the same net to the step shown; files it needs are offered beside it. */
export interface Command {
    line: string | null; // null: the program cannot do that; see notes
    exact: boolean; // the program would give these numbers, to TOLERANCE where hardware fuses multiply and add
    notes: string[]; // why not, or what to know: plain sentences
    csv: string | null; // save this as csvName beside it: the learner's own data
    csvName: string | null;
}
/** WebAssembly has no fused multiply-add. Built without it too (-DRELIVE_PLAIN) the program gives the same bits; else its
 *  losses are within this of the page's, as long as training is not chaotic (rates so high that losses leap). Tested in
 *  tests/playground/engine_numbers.mjs, where the largest difference is about 1e-7. */
export const TOLERANCE = 1e-5;

export interface Imported {
    config: Config; // the present one changed to fit the file; open it to go there
    notes: string[];
}


/* ---- The engine ------------------------------------------------------------------------------------------------------ */

/** All errors of the engine: one clear line, as the program would print it. */
export class EngineError extends Error {}

export interface Engine {
    readonly catalogue: Catalogue;
    onFrame: ((frame: Frame) => void) | null;

    /** Makes data, nets and training; the world before is gone, unless this fails: then it stays. Sends a frame.
     *  past: is lived again first, as fast as it can. */
    open(config: Config, past?: Past): Promise<World>;
    /** What to look at from now on; the whole of it, not a change. Sends a frame. */
    watch(what: Watch): void;
    /** Asks for a frame. */
    look(): void;

    run(): void;
    pause(): Promise<void>;
    setSpeed(speed: Speed): void; // 30 epochs a second to begin with
    step(count: number): Promise<void>; // pauses; then a frame
    epoch(): Promise<void>; // to the end of this epoch; pauses
    runTo(step: number): Promise<void>; // as fast as it can; pauses there. For lessons and tests
    reset(): Promise<World>; // the same config from the beginning

    act(deed: Deed): Promise<DeedDone>; // refused while a recorded moment is shown
    past(): Promise<Past>; // the present moment's

    /** Shows the recorded moment at or before that step; null: the present. The run pauses. Resolves with the step shown. */
    goTo(step: number | null): Promise<number>;
    /** The recorded moments, in order. */
    recorded(): Promise<Float64Array>;
    /** z of one unit on every training row at each of these recorded steps, in every twin: [steps][twins][rows]. */
    slide(unit: UnitName, steps: number[]): Promise<{ steps: number[]; z: Float32Array[][] }>;

    inspect(twin: number, unit: UnitName): Promise<Inspection>; // at the moment shown
    curveShape(curve: Curve, z: Float32Array): Promise<CurveShape>;
    ledger(): Promise<LedgerEvent[]>; // all that are kept

    curvesCsv(): Promise<string>;
    ledgerCsv(): Promise<string>;
    command(twin: number): Promise<Command>;
    /** safetensors, as the program writes it. At the moment shown. */
    exportModel(twin: number): Promise<Uint8Array>;
    /** twin: which of them takes the parameters; -1: all. */
    importModel(bytes: Uint8Array, twin: number): Promise<Imported>;
    /** Checks data without opening it: the set, or an EngineError that says what is wrong and where. */
    checkData(data: DataChoice): Promise<{ rows: number; features: number; classes: number; featureNames: string[] }>;

    close(): void;
}

/* Beside the engine, without a worker (config.ts):
 *     defaultConfig(): Config
 *     encodeConfig(config, catalogue): Promise<string>    for the URL's fragment: short, only what differs from the default
 *     decodeConfig(text, catalogue): Promise<Config>       an EngineError for what no config can be
 *     checkConfig(config, catalogue): Config               fills in and refuses                                     */
