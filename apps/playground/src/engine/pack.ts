/* Twins that ride together: one instance of the engine, one net with a lane for each of them. Curves that learn or draw
 * their α cannot share a net with others (the library says so); then every twin has a pack of its own. */
import { EngineError, type Catalogue, type Config, type Curve, type LayerLayout, type TwinLayout } from "./api";
import { readData } from "./data";
import { Native } from "./native";

const TRAIN = 0;
const TEST = 1;
const FATES = ["running", "diverged", "finished", "finished"] as const; // rl_lane_state
const REVIVALS = ["woken", "would not wake", "tied"] as const; // rl_revive_fate
const SCHEDULES = ["constant", "step", "cosine"]; // rl_schedule

/** How the twins of a config ride: their numbers, pack by pack. */
export function seating(config: Config, catalogue: Catalogue): number[][] {
    const everyone = config.twins.map((_, twin) => twin);
    const alone = (curve: Curve | undefined) => catalogue.curves.some((each) => each.name === curve?.name && each.alone);
    const columns = [...config.hidden.keys()].map((layer) => config.twins.map((twin) => twin.curves[layer]));
    columns.push(config.twins.map((twin) => twin.output ?? { name: "identity", alpha: 0 }));
    const together = columns.every((curves) => !curves.some(alone) || curves.every((curve) => curve.name === curves[0].name));
    return together ? [everyone] : everyone.map((twin) => [twin]);
}

/** One event as the monitor tells it, with the twin's place in the pack for its lane. */
export interface PackEvent {
    step: number;
    since: number;
    kind: string;
    cause: string;
    node: number;
    unit: number;
    lane: number;
    row: number;
    zBefore: number;
    zAfter: number;
    terms: [bias: number, weights: number, inputs: number];
}

export class Pack {
    readonly native: Native;
    readonly lanes: number;
    readonly layout: TwinLayout;
    readonly units: number; // hidden units of one lane
    readonly values: number; // parameters of one lane
    /** The activation node of each hidden layer, and of the output where it has one (else -1). */
    readonly curveNodes: number[];
    readonly outputNode: number;

    constructor(
        module: WebAssembly.Module,
        readonly config: Config,
        readonly catalogue: Catalogue,
        readonly twins: number[],
    ) {
        this.native = new Native(module);
        this.lanes = twins.length === 1 ? 1 : 4;
        readData(this.native, config.data, config.dataSeed);
        this.cutAndScale();
        this.makeNet();
        const { doors } = this.native;
        this.values = doors.parameter_count();
        const nodes = Array.from({ length: doors.node_count() }, (_, node) => node);
        const kind = (node: number) => this.native.text(doors.node_kind(node));
        const curves = nodes.filter((node) => kind(node) === "activation");
        this.curveNodes = curves.slice(0, config.hidden.length);
        this.outputNode = curves[config.hidden.length] ?? -1;
        this.layout = this.findLayout(nodes.filter((node) => kind(node) === "dense"));
        this.units = config.hidden.reduce((sum, units) => sum + units, 0);
        this.giveParameters();
        this.beginTraining();
    }

    /** Throws what the last door complained of. */
    private check(good: number | boolean): void {
        if (!good) throw new EngineError(this.native.text(this.native.doors.trouble()));
    }

    /* ---- Making ---- */

    private cutAndScale(): void {
        const { doors } = this.native;
        const { config } = this;
        this.check(doors.split(config.testShare, config.dataSeed));
        const given = config.scaling;
        if (given) {
            const features = doors.features();
            if (given.mean.length !== features || given.deviation.length !== features)
                throw new EngineError(`standardisation of ${given.mean.length} features, expected ${features}, the data's`);
            this.check(doors.make_scale());
            this.native.floats(doors.scale_mean(), features).set(given.mean);
            this.native.floats(doors.scale_deviation(), features).set(given.deviation);
        } else {
            this.check(config.standardize ? doors.measure_scale() : doors.make_scale());
        }
        doors.apply_scale();
    }

    /** The pack's lanes: its twins, and the first again for lanes left over. */
    private inLanes<T>(of: (twin: number) => T): T[] {
        return Array.from({ length: this.lanes }, (_, lane) => of(this.twins[lane] ?? this.twins[0]));
    }

    private curveIndex(curve: Curve): number {
        return this.catalogue.curves.findIndex((each) => each.name === curve.name);
    }

    private addCurves(curves: Curve[]): void {
        const { native } = this;
        native.lend(8 * curves.length, (at) => {
            native.whole(at, curves.length).set(curves.map((curve) => this.curveIndex(curve)));
            native.floats(at + 4 * curves.length, curves.length).set(curves.map((curve) => curve.alpha));
            this.check(native.doors.add_curves(at, at + 4 * curves.length));
        });
    }

    private makeNet(): void {
        const { config } = this;
        const { doors } = this.native;
        const init = this.catalogue.initialisers.indexOf(config.init);
        const sd = config.initSd ?? 0;
        this.check(doors.begin_net(config.seed, this.lanes));
        config.hidden.forEach((units, layer) => {
            this.check(doors.add_dense(units, init, sd, config.bias));
            this.addCurves(this.inLanes((twin) => config.twins[twin].curves[layer]));
            if (config.dropout > 0) this.check(doors.add_dropout(config.dropout));
        });
        const outputs = config.loss === "binary" ? 1 : doors.classes() || doors.targets();
        this.check(doors.add_dense(outputs, init, sd, 0));
        if (this.twins.some((twin) => config.twins[twin].output))
            this.addCurves(this.inLanes((twin) => config.twins[twin].output ?? { name: "identity", alpha: 0 }));
    }

    private findLayout(dense: number[]): TwinLayout {
        const { doors } = this.native;
        const layers = dense.map((node, layer): LayerLayout => {
            const units = doors.node_units(node);
            const weights = doors.node_weights(node);
            const curve = this.curveNodes[layer] ?? -1;
            const learned = curve >= 0 && doors.node_parameters(curve) > 0;
            return {
                inputs: weights / units,
                units,
                weights: doors.node_offset(node),
                bias: doors.node_offset(node) + weights,
                slopes: learned ? doors.node_offset(curve) : -1,
            };
        });
        return { layers, parameters: this.values };
    }

    private giveParameters(): void {
        this.inLanes((twin) => twin).forEach((twin, lane) => {
            const given = this.config.twins[twin].parameters;
            if (!given) return;
            if (given.length !== this.values)
                throw new EngineError(`twin ${twin + 1} is given ${given.length} parameters, expected ${this.values}`);
            given.forEach((value, row) => this.set(row, lane, value));
        });
    }

    private beginTraining(): void {
        const { config, catalogue } = this;
        const { doors } = this.native;
        const settings = [
            catalogue.optimizers.indexOf(config.optimizer),
            config.lr,
            config.momentum,
            SCHEDULES.indexOf(config.schedule),
            config.epochs,
            config.batch,
            config.l1,
            config.l2,
            config.loss === "" ? -1 : catalogue.losses.indexOf(config.loss),
            config.census,
        ];
        this.native.doubles(doors.settings(), settings.length).set(settings);
        this.check(doors.begin_training());
    }

    /* ---- Data ---- */

    partRows(part: "train" | "test"): number {
        return this.native.doors.part_rows(part === "train" ? TRAIN : TEST);
    }

    /** Which row of the data each row of a part is. */
    partNumbers(part: "train" | "test"): Uint32Array {
        const rows = this.partRows(part);
        const { doors } = this.native;
        if (rows === 0) return new Uint32Array(0);
        return Uint32Array.from(this.native.floats(doors.part_numbers(part === "train" ? TRAIN : TEST), rows));
    }

    /* ---- Parameters ---- */

    get parameters(): Float32Array {
        return this.native.floats(this.native.doors.parameters(), this.values * this.lanes);
    }

    get shownParameters(): Float32Array {
        return this.native.floats(this.native.doors.shown_parameters(), this.values * this.lanes);
    }

    set(row: number, lane: number, value: number): void {
        this.parameters[row * this.lanes + lane] = value;
    }

    /** One lane's parameters out of a pack's. */
    lane(all: Float32Array, lane: number): Float32Array {
        const own = new Float32Array(this.values);
        for (let row = 0; row < own.length; row++) own[row] = all[row * this.lanes + lane];
        return own;
    }

    /* ---- Training ---- */

    get step(): number {
        return this.native.doors.steps();
    }

    get epoch(): number {
        return this.native.doors.epochs();
    }

    advance(steps: number): void {
        this.native.doors.advance(steps);
    }

    fate(lane: number): { fate: (typeof FATES)[number]; divergedAt: number } {
        return { fate: FATES[this.native.doors.fate(lane)], divergedAt: this.native.doors.diverged_at(lane) };
    }

    /** A census by hand. */
    look(): void {
        this.check(this.native.doors.look());
    }

    /** What the monitor has found since it was last asked; of real twins, not of lanes left over. */
    takeEvents(): PackEvent[] {
        const { doors } = this.native;
        const events: PackEvent[] = [];
        for (let i = 0, count = doors.event_count(); i < count; i++) {
            const [step, since, node, unit, lane, row, zBefore, zAfter, bias, weights, inputs] = this.native.doubles(doors.event(i), 11);
            if (lane >= this.twins.length) continue;
            const kind = this.native.text(doors.event_kind(i));
            const cause = this.native.text(doors.event_cause(i));
            events.push({ step, since, kind, cause, node, unit, lane, row, zBefore, zAfter, terms: [bias, weights, inputs] });
        }
        doors.forget_events();
        return events;
    }

    /* ---- Hands on ---- */

    setRate(rate: number): void {
        this.check(this.native.doors.set_rate(rate));
    }

    setCurve(layer: number, lane: number, curve: Curve): void {
        for (const each of lane === 0 ? [0, ...this.spare()] : [lane])
            this.check(this.native.doors.set_curve(this.curveNodes[layer], each, this.curveIndex(curve), curve.alpha));
    }

    showCurve(layer: number, lane: number, curve: Curve): void {
        for (const each of lane === 0 ? [0, ...this.spare()] : [lane])
            this.check(this.native.doors.show_curve(this.curveNodes[layer], each, this.curveIndex(curve), curve.alpha));
    }

    /** Lanes left over: they go with lane 0. */
    private spare(): number[] {
        return Array.from({ length: this.lanes - this.twins.length }, (_, i) => this.twins.length + i);
    }

    /** ReDo, or with a share the lifting of biases. */
    wake(lane: number, units: { layer: number; unit: number }[], share?: number): (typeof REVIVALS)[number][] {
        const { native } = this;
        const names = units.flatMap(({ layer, unit }) => [this.curveNodes[layer], unit]);
        return native.lend(12 * units.length + 4, (at) => {
            native.whole(at, names.length).set(names);
            const fates = at + 4 * names.length;
            const { doors } = native;
            this.check(
                share === undefined
                    ? doors.revive(lane, units.length, at, fates)
                    : doors.lift(lane, units.length, at, share, fates),
            );
            return Array.from(native.whole(fates, units.length), (fate) => REVIVALS[fate]);
        });
    }

    /* ---- Looking, at the present or at what stands in shownParameters ---- */

    show(present: boolean): void {
        this.native.doors.show(present ? 1 : 0);
    }

    describe(lane: number): string {
        return this.native.text(this.native.doors.describe(lane));
    }

    evaluate(lane: number, told: Float64Array): { trainLoss: number; trainAccuracy: number; testLoss: number; testAccuracy: number } {
        const [trainLoss, trainAccuracy, testLoss, testAccuracy] = [0, 4, 8, 12].map((at) => told[at + lane]);
        return { trainLoss, trainAccuracy, testLoss, testAccuracy };
    }

    /** Losses and accuracies of all lanes, to be told apart by evaluate(). */
    evaluateAll(): Float64Array {
        return this.native.doubles(this.native.doors.evaluate(), 16).slice();
    }

    /** Words and shares of all units and lanes: [units][lanes]. */
    examine(): { words: Uint32Array; fired: Float32Array } {
        const { doors } = this.native;
        this.check(doors.examine());
        const count = this.units * this.lanes;
        return {
            words: this.native.counts(doors.unit_words(), count).slice(),
            fired: this.native.floats(doors.unit_fired(), count).slice(),
        };
    }

    /** After examine(): what the words of one unit rest on, in the order of unit_signs. */
    signs(unit: number, lane: number): number[] {
        return Array.from(this.native.doubles(this.native.doors.unit_signs(unit, lane), 16));
    }

    /** rows [count][features] as the nets take them. */
    forward(rows: Float32Array, wantUnits: boolean, wantOutputs: boolean): { units: Float32Array | null; outputs: Float32Array | null } {
        const { native, lanes } = this;
        const count = rows.length / native.doors.features();
        const unitValues = wantUnits ? lanes * this.units * count : 0;
        const outputValues = wantOutputs ? lanes * this.outputs * count : 0;
        return native.lendFloats(rows, (x) =>
            native.lend(4 * (unitValues + outputValues) + 4, (at) => {
                const outputsAt = at + 4 * unitValues;
                this.check(native.doors.forward(x, count, wantUnits ? at : 0, wantOutputs ? outputsAt : 0));
                return {
                    units: wantUnits ? native.floats(at, unitValues).slice() : null,
                    outputs: wantOutputs ? native.floats(outputsAt, outputValues).slice() : null,
                };
            }),
        );
    }

    get outputs(): number {
        return this.layout.layers[this.layout.layers.length - 1].units;
    }

    /** What the nets say of the training rows, [lanes][outputs][rows]. */
    saidOfTraining(): Float32Array {
        const { doors } = this.native;
        const rows = this.native.floats(doors.part_xs(TRAIN), doors.part_rows(TRAIN) * doors.features()).slice();
        return this.forward(rows, false, true).outputs as Float32Array;
    }

    confusion(part: "train" | "test"): Uint32Array {
        const { native } = this;
        const count = this.lanes * native.doors.classes() ** 2;
        return native.lend(4 * count + 4, (at) => {
            this.check(native.doors.confuse(part === "train" ? TRAIN : TEST, at));
            return native.counts(at, count).slice();
        });
    }

    /** z of one unit: [lanes][rows], on the training rows or on rows of one's own. */
    z(layer: number, unit: number, rows?: Float32Array): Float32Array {
        const { native } = this;
        const { doors } = native;
        const count = rows ? rows.length / doors.features() : doors.part_rows(TRAIN);
        const node = this.curveNodes[layer];
        return native.lend(4 * this.lanes * count + 4, (z) => {
            if (rows) native.lendFloats(rows, (x) => doors.pre_activations(node, unit, x, count, z));
            else doors.pre_activations(node, unit, doors.part_xs(TRAIN), count, z);
            return native.floats(z, this.lanes * count).slice();
        });
    }

    gradient(): Float32Array {
        return this.native.floats(this.native.doors.gradient(), this.values * this.lanes).slice();
    }

    /** Δz and its terms on one training row, from parameters before [parameters][lanes] to those shown. */
    explain(layer: number, unit: number, lane: number, row: number, before: Float32Array): [number, number, number, number, number] {
        const { native } = this;
        return native.lendFloats(before, (at) => {
            const told = native.doors.explain(this.curveNodes[layer], unit, lane, row, at);
            this.check(told);
            const [zBefore, zAfter, bias, weights, inputs] = native.doubles(told, 5);
            return [zBefore, zAfter, bias, weights, inputs];
        });
    }
}
