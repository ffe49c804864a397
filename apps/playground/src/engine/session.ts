/* One engine at work: a world and everything that can be asked of it. It knows neither worker nor page, so that tests
 * can drive it anywhere; worker.ts says when it trains and when it tells. */
import {
    EngineError,
    STATES,
    WORDS,
    type Catalogue,
    type Command,
    type Config,
    type Curve,
    type CurveShape,
    type Deed,
    type DeedDone,
    type Evidence,
    type Frame,
    type Imported,
    type Inspection,
    type LastMove,
    type LedgerEvent,
    type Past,
    type State,
    type TwinFrame,
    type UnitName,
    type Watch,
    type Word,
    type World,
} from "./api";
import { readCatalogue, shortest } from "./catalogue";
import { commandOf } from "./command";
import { checkConfig } from "./config";
import { curvesCsv, ledgerCsv } from "./csv";
import { featureNames, readData } from "./data";
import { Curves, type Figures } from "./history";
import { Ledger } from "./ledger";
import { modelBytes, readModel } from "./model";
import { Native } from "./native";
import { Pack, seating, type PackEvent } from "./pack";
import { gridRows, settlePlane } from "./plane";
import { Recording, type Snapshot } from "./recording";

/** The trainer counts steps in 31 bits. */
const MOST_STEPS = 2_000_000_000;

interface Seat {
    pack: Pack;
    lane: number;
}

/** What a world has become. */
interface Life {
    world: World;
    packs: Pack[];
    seats: Seat[]; // [twins]
    recording: Recording;
    curves: Curves;
    ledger: Ledger;
    deeds: Past["deeds"];
    curvesNow: Curve[][]; // [twins][hidden layers]
    lr: number;
    epochDone: number;
    lastLook: Moment; // the parameters at the last census, and at the one before
    lookBefore: Moment | null;
    shown: Snapshot | null; // null: the present
    changes: number; // counts everything that makes figures stale
}

interface Moment {
    step: number;
    packs: Float32Array[];
}

/** What was found out about the moment shown; stale when something has changed. */
interface Found<T> {
    changes: number;
    packs: T[];
}

export class Session {
    readonly catalogue: Catalogue;
    private life: Life | null = null;
    private judged: Found<Float64Array> | null = null; // losses and accuracies
    private examined: Found<ReturnType<Pack["examine"]>> | null = null;
    private toldEvents = 0;
    private toldHistory = -1;

    constructor(
        private readonly module: WebAssembly.Module,
        private readonly columns: Record<string, string[]>,
    ) {
        this.catalogue = readCatalogue(new Native(module));
    }

    private get now(): Life {
        if (!this.life) throw new EngineError("no world is open");
        return this.life;
    }

    /* ---- Opening ---- */

    open(asked: Config, past?: Past): World {
        const config = checkConfig(asked, this.catalogue);
        const seats: Seat[] = [];
        const packs = seating(config, this.catalogue).map((twins) => {
            const pack = new Pack(this.module, config, this.catalogue, twins);
            twins.forEach((twin, lane) => (seats[twin] = { pack, lane }));
            return pack;
        });
        const world = this.worldOf(config, packs, seats);
        this.life = {
            world,
            packs,
            seats,
            recording: new Recording(),
            curves: new Curves(),
            ledger: new Ledger(),
            deeds: [],
            curvesNow: config.twins.map((twin) => twin.curves.map((curve) => ({ ...curve }))),
            lr: config.lr,
            epochDone: 0,
            lastLook: { step: 0, packs: packs.map((pack) => pack.parameters.slice()) },
            lookBefore: null,
            shown: null,
            changes: 0,
        };
        this.judged = null;
        this.examined = null;
        this.toldEvents = 0;
        this.toldHistory = -1;
        this.harvest(null);
        this.keepMoment(false);
        this.keepFigures();
        if (past) this.relive(past);
        return world;
    }

    private relive(past: Past): void {
        for (const { step, deed } of past.deeds) {
            this.runTo(step);
            this.act(deed);
        }
        this.runTo(past.step);
    }

    private worldOf(config: Config, packs: Pack[], seats: Seat[]): World {
        const { native } = packs[0];
        const { doors } = native;
        const [rows, features, classes, targets] = [doors.rows(), doors.features(), doors.classes(), doors.targets()];
        const x = native.floats(doors.xs(), rows * features).slice();
        const test = new Uint8Array(rows);
        const testRows = packs[0].partNumbers("test");
        testRows.forEach((row) => (test[row] = 1));
        const scale = (at: number) => Array.from(native.floats(at, features), shortest);
        const trainRows = packs[0].partNumbers("train");
        const batch = config.batch < 0 ? trainRows.length : config.batch || Math.min(32, trainRows.length);
        return {
            config,
            name: config.data.kind === "points" ? "points" : config.data.name,
            rows,
            features,
            classes,
            targets,
            featureNames: featureNames(native, config.data, this.columns),
            classNames: Array.from({ length: classes }, (_, i) => native.text(doors.class_name(i))),
            image: config.data.kind === "shipped" && config.data.name === "digits" ? { width: 8, height: 8 } : null,
            x,
            y: native.floats(doors.ys(), rows * targets).slice(),
            test,
            trainRows,
            testRows,
            scaling: { mean: scale(doors.scale_mean()), deviation: scale(doors.scale_deviation()) },
            loss: native.text(doors.loss_used()),
            batch,
            stepsPerEpoch: Math.ceil(trainRows.length / batch),
            outputs: packs[0].outputs,
            layouts: seats.map((seat) => seat.pack.layout),
            hiddenUnits: packs[0].units,
            lanes: packs[0].lanes,
            reference: spreadOf(x, rows, features),
        };
    }

    checkData(data: Config["data"]): { rows: number; features: number; classes: number; featureNames: string[] } {
        const native = new Native(this.module);
        readData(native, data, 0);
        const { doors } = native;
        return {
            rows: doors.rows(),
            features: doors.features(),
            classes: doors.classes(),
            featureNames: featureNames(native, data, this.columns),
        };
    }

    get isOpen(): boolean {
        return this.life !== null;
    }

    get batch(): number {
        return this.now.world.batch;
    }

    get twins(): number {
        return this.now.seats.length;
    }

    /** What it holds, in bytes. */
    memory(): { wasm: number; recorded: number } {
        const { packs, recording } = this.now;
        return {
            wasm: packs.reduce((sum, pack) => sum + pack.native.doors.memory.buffer.byteLength, 0),
            recorded: recording.bytes,
        };
    }

    /* ---- Running ---- */

    get step(): number {
        return Math.max(...this.now.packs.map((pack) => pack.step));
    }

    get epoch(): number {
        return Math.max(...this.now.packs.map((pack) => pack.epoch));
    }

    /** Nobody can go on. */
    get ended(): boolean {
        return this.step >= MOST_STEPS || this.now.seats.every(({ pack, lane }) => pack.fate(lane).fate !== "running");
    }

    get stepsPerEpoch(): number {
        return this.now.world.stepsPerEpoch;
    }

    /** So many steps, with a census whenever one is due; fewer if the end comes first, or the deadline (a time of
     *  performance.now) at a census. */
    advance(count: number, deadline = Infinity): void {
        const life = this.now;
        this.goTo(null);
        const target = Math.min(this.step + count, MOST_STEPS);
        while (this.step < target && !this.ended) {
            const step = this.step;
            const due = this.nextLook(step);
            for (const pack of life.packs) pack.advance(Math.min(due, target) - step);
            life.changes++;
            if (this.step === due || this.ended) {
                this.harvest(null);
                life.curves.tick(() => this.figures());
                if (performance.now() >= deadline) return;
            }
        }
    }

    runTo(step: number): void {
        this.advance(step - this.step);
    }

    private nextLook(step: number): number {
        const every = this.now.world.config.census || this.now.world.stepsPerEpoch;
        return (Math.floor(step / every) + 1) * every;
    }

    /** Takes what the monitors found at this census into the ledger, and keeps the moments around a death. */
    private harvest(byHand: string | null): void {
        const life = this.now;
        const epoch = this.epoch;
        const found: { event: PackEvent; pack: Pack }[] = [];
        for (const pack of life.packs)
            for (const event of pack.takeEvents()) {
                const { fate, divergedAt } = pack.fate(event.lane); // what came after a twin diverged is no history
                if (fate !== "diverged" || event.step <= divergedAt) found.push({ event, pack });
            }
        for (const { event, pack } of found)
            life.ledger.add(event, pack.twins[event.lane], pack.curveNodes.indexOf(event.node), epoch, byHand);
        const eventful = found.some(({ event }) => event.since >= 0);
        const step = this.step;
        if (eventful && byHand === null && life.lastLook.step < step) life.recording.add(this.snapshotOf(life.lastLook, true));
        if (step > life.lastLook.step) {
            const spent = life.lookBefore;
            life.lookBefore = life.lastLook;
            life.lastLook = this.momentNow(spent);
            if (eventful) this.keepMoment(true);
            else life.recording.tick(() => this.snapshotOf(life.lastLook, false));
        }
        life.epochDone = epoch;
    }

    private momentNow(into: Moment | null): Moment {
        const packs = this.now.packs.map((pack, p) => {
            const to = into?.packs[p] ?? new Float32Array(pack.values * pack.lanes);
            to.set(pack.parameters);
            return to;
        });
        return { step: this.step, packs };
    }

    private snapshotOf(moment: Moment, eventful: boolean): Snapshot {
        const life = this.now;
        return {
            step: moment.step,
            epoch: Math.floor(moment.step / life.world.stepsPerEpoch),
            packs: moment.packs.map((each) => each.slice()),
            curves: life.curvesNow,
            lr: life.lr,
            eventful,
        };
    }

    private keepMoment(eventful: boolean, replace = false): void {
        this.now.recording.add(this.snapshotOf(this.momentNow(null), eventful), replace);
    }

    private keepFigures(): void {
        this.now.curves.add(this.figures());
    }

    /** The present, for the curves. */
    private figures(): { step: number; epoch: number; twins: Figures[] } {
        const life = this.now;
        const judged = this.judge();
        return {
            step: this.step,
            epoch: this.step / life.world.stepsPerEpoch,
            twins: life.seats.map(({ pack, lane }) => ({
                ...pack.evaluate(lane, judged[life.packs.indexOf(pack)]),
                ...(pack.fate(lane).fate === "diverged" ? GONE : {}),
                dead: pack.native.doors.dead(lane) / pack.units,
                silent: pack.native.doors.silent(lane) / pack.units,
            })),
        };
    }

    /* ---- Hands on ---- */

    act(deed: Deed): DeedDone {
        const life = this.now;
        if (life.shown) throw new EngineError(`step ${life.shown.step} is past; come back to the present to change things`);
        const said = life.packs.map((pack) => pack.saidOfTraining());
        const fates = this.carryOut(deed);
        life.changes++;
        life.deeds.push({ step: this.step, deed });
        if (deed.do === "rate") return { step: this.step, fates, largestChange: 0 };
        for (const pack of life.packs) pack.look();
        this.harvest(deed.do);
        this.keepMoment(true, true);
        life.lastLook = this.momentNow(null);
        this.keepFigures();
        return { step: this.step, fates, largestChange: this.largestChange(deed.twin, said) };
    }

    private largestChange(twin: number, before: Float32Array[]): number {
        const { pack, lane } = this.now.seats[twin];
        const p = this.now.packs.indexOf(pack);
        const after = pack.saidOfTraining();
        const values = after.length / pack.lanes;
        let largest = 0;
        for (let i = lane * values; i < (lane + 1) * values; i++)
            largest = Math.max(largest, Math.abs(after[i] - before[p][i]));
        return largest;
    }

    private seat(twin: number): Seat {
        const seat = this.now.seats[twin];
        if (!seat) throw new EngineError(`twin ${twin}: there are ${this.now.seats.length}, counted from 0`);
        return seat;
    }

    private checkUnit(layer: number, unit: number): void {
        const { hidden } = this.now.world.config;
        if (!(hidden[layer] > unit && unit >= 0))
            throw new EngineError(`layer ${layer}, unit ${unit}: no such hidden unit in layers of ${hidden.join(", ")}`);
    }

    private carryOut(deed: Deed): DeedDone["fates"] {
        const life = this.now;
        if (deed.do === "rate") {
            for (const pack of life.packs) pack.setRate(deed.lr);
            life.lr = deed.lr;
            return [];
        }
        const { pack, lane } = this.seat(deed.twin);
        if (deed.do === "weight" || deed.do === "bias") {
            this.setParameter(pack, lane, deed);
        } else if (deed.do === "kill") {
            this.checkUnit(deed.layer, deed.unit);
            kill(pack, lane, deed.layer, deed.unit);
        } else if (deed.do === "curve") {
            if (!this.catalogue.curves.some((curve) => curve.name === deed.curve.name))
                throw new EngineError(`curve "${deed.curve.name}": the library has none of that name`);
            this.checkUnit(deed.layer, 0);
            pack.setCurve(deed.layer, lane, deed.curve);
            pack.showCurve(deed.layer, lane, deed.curve);
            life.curvesNow = life.curvesNow.map((curves, twin) =>
                twin === deed.twin ? curves.map((curve, layer) => (layer === deed.layer ? { ...deed.curve } : curve)) : curves,
            );
        } else {
            for (const { layer, unit } of deed.units) this.checkUnit(layer, unit);
            return pack.wake(lane, deed.units, deed.do === "lift" ? deed.share : undefined);
        }
        return [];
    }

    private setParameter(pack: Pack, lane: number, deed: Deed & { do: "weight" | "bias" }): void {
        const layer = pack.layout.layers[deed.layer];
        const input = deed.do === "weight" ? deed.input : 0;
        if (!layer || !(deed.unit >= 0 && deed.unit < layer.units && input >= 0 && input < layer.inputs))
            throw new EngineError(`layer ${deed.layer}, unit ${deed.unit}, input ${input}: no such place in the net`);
        if (!Number.isFinite(Math.fround(deed.value)))
            throw new EngineError(`${deed.do} ${deed.value}: expected a finite number`);
        pack.set(deed.do === "weight" ? layer.weights + deed.unit * layer.inputs + input : layer.bias + deed.unit, lane, deed.value);
    }

    past(): Past {
        return { deeds: structuredClone(this.now.deeds), step: this.step };
    }

    /* ---- Going back ---- */

    /** Shows a recorded moment, or with null the present; says which step is shown. */
    goTo(step: number | null): number {
        const life = this.now;
        const found = step === null ? null : life.recording.at(step);
        if (found === life.shown) return found?.step ?? this.step;
        life.shown = found;
        life.changes++;
        if (found) this.lay(found.packs, found.curves);
        else this.showPresent();
        return found?.step ?? this.step;
    }

    private lay(packs: Float32Array[], curves: Curve[][]): void {
        const life = this.now;
        life.packs.forEach((pack, p) => {
            pack.shownParameters.set(packs[p]);
            pack.show(false);
        });
        life.seats.forEach(({ pack, lane }, twin) =>
            curves[twin].forEach((curve, layer) => {
                const info = this.catalogue.curves.find((each) => each.name === curve.name);
                if (!info?.alone) pack.showCurve(layer, lane, curve);
            }),
        );
    }

    private showPresent(): void {
        for (const pack of this.now.packs) pack.show(true);
    }

    /** Looks at other parameters for the time of one question. */
    private at<T>(packs: Float32Array[], curves: Curve[][], ask: () => T): T {
        const { shown } = this.now;
        this.lay(packs, curves);
        try {
            return ask();
        } finally {
            if (shown) this.lay(shown.packs, shown.curves);
            else this.showPresent();
        }
    }

    recorded(): Float64Array {
        return this.now.recording.steps;
    }

    slide(unit: UnitName, steps: number[]): { steps: number[]; z: Float32Array[][] } {
        const life = this.now;
        this.checkUnit(unit.layer, unit.unit);
        const found = steps.map((step) => life.recording.at(step)).filter((each) => each !== null);
        const z = found.map((moment) =>
            this.at(moment.packs, moment.curves, () => {
                const all = new Map(life.packs.map((pack) => [pack, pack.z(unit.layer, unit.unit)]));
                return life.seats.map(({ pack, lane }) => slice(all.get(pack) as Float32Array, lane, pack.lanes));
            }),
        );
        return { steps: found.map((moment) => moment.step), z };
    }

    /* ---- Frames ---- */

    private judge(): Float64Array[] {
        const { changes, packs } = this.now;
        if (this.judged?.changes !== changes) this.judged = { changes, packs: packs.map((pack) => pack.evaluateAll()) };
        return this.judged.packs;
    }

    private examine(): ReturnType<Pack["examine"]>[] {
        const { changes, packs } = this.now;
        if (this.examined?.changes !== changes) this.examined = { changes, packs: packs.map((pack) => pack.examine()) };
        return this.examined.packs;
    }

    frame(watch: Watch, running: boolean, speed: Frame["speed"]): Frame {
        const life = this.now;
        const { world, shown } = life;
        const plane = settlePlane(world, watch);
        const twins = this.twinFrames(watch, plane);
        const events = life.ledger.since(this.toldEvents);
        this.toldEvents = life.ledger.count;
        const fresh = watch.history && life.curves.version !== this.toldHistory;
        if (fresh) this.toldHistory = life.curves.version;
        return {
            step: shown?.step ?? this.step,
            epoch: shown?.epoch ?? this.epoch,
            live: shown === null,
            running,
            ended: this.ended,
            lr: shown?.lr ?? life.lr,
            twins,
            watch,
            area: plane.area,
            events,
            eventCount: life.ledger.count,
            history: fresh ? life.curves.export() : null,
            recorded: { first: life.recording.first, last: life.recording.last, count: life.recording.count },
            speed,
        };
    }

    /** The next frame that watches the history brings it, changed or not. */
    forgetHistory(): void {
        this.toldHistory = -1;
    }

    private twinFrames(watch: Watch, plane: ReturnType<typeof settlePlane>): TwinFrame[] {
        const life = this.now;
        const { world, shown } = life;
        const judged = this.judge();
        const examined = this.examine();
        const side = { units: watch.unitMaps ?? 0, plane: watch.plane ?? 0 };
        const unit = watch.unit && watch.unit.unit < (world.config.hidden[watch.unit.layer] ?? 0) ? watch.unit : null;
        const confusion = world.classes > 0 && world.loss !== "squared" && watch.confusion;
        const looks = new Map(
            life.packs.map((pack) => [
                pack,
                {
                    ...this.maps(pack, side, plane),
                    confusion: confusion && pack.partRows(confusion) > 0 ? pack.confusion(confusion) : null,
                    z: unit ? pack.z(unit.layer, unit.unit) : null,
                },
            ]),
        );
        return life.seats.map(({ pack, lane }, twin): TwinFrame => {
            const p = life.packs.indexOf(pack);
            const maps = looks.get(pack) as NonNullable<ReturnType<typeof looks.get>>;
            const { fate, divergedAt } = pack.fate(lane);
            const gone = fate === "diverged" && (!shown || shown.step >= divergedAt);
            const curves = (shown?.curves ?? life.curvesNow)[twin];
            const words = every(examined[p].words, lane, pack.lanes, Uint16Array);
            return {
                ...pack.evaluate(lane, judged[p]),
                ...(gone ? GONE : {}),
                fate: shown && !gone ? "running" : fate,
                divergedAt,
                dead: words.reduce((sum, each) => sum + (each >> DEAD) % 2, 0),
                silent: words.reduce((sum, each) => sum + (each >> SILENT) % 2, 0),
                states: Uint8Array.from(words, stateIndex),
                words,
                fired: every(examined[p].fired, lane, pack.lanes, Float32Array),
                parameters: watch.parameters ? pack.lane(shown?.packs[p] ?? pack.parameters, lane) : null,
                alphas: curves.map((curve) => curve.alpha),
                curves: curves.map((curve) => curve.name),
                unitMaps: maps.units && slice(maps.units, lane, pack.lanes),
                plane: maps.plane && slice(maps.plane, lane, pack.lanes),
                confusion: maps.confusion && !gone ? slice(maps.confusion, lane, pack.lanes) : null,
                z: maps.z && slice(maps.z, lane, pack.lanes),
            };
        });
    }

    /** One pass serves both maps where their sides are the same. */
    private maps(
        pack: Pack,
        side: { units: number; plane: number },
        plane: ReturnType<typeof settlePlane>,
    ): { units: Float32Array | null; plane: Float32Array | null } {
        const { world } = this.now;
        if (side.units === side.plane && side.units > 0) {
            const both = pack.forward(gridRows(world, side.units, plane), true, true);
            return { units: both.units, plane: both.outputs };
        }
        return {
            units: side.units > 0 ? pack.forward(gridRows(world, side.units, plane), true, false).units : null,
            plane: side.plane > 0 ? pack.forward(gridRows(world, side.plane, plane), false, true).outputs : null,
        };
    }

    /* ---- One unit ---- */

    inspect(twin: number, { layer, unit }: UnitName, watch: Watch): Inspection {
        const life = this.now;
        const { pack, lane } = this.seat(twin);
        this.checkUnit(layer, unit);
        this.examine(); // evidence is read from it
        const own = pack.lane(life.shown?.packs[life.packs.indexOf(pack)] ?? pack.parameters, lane);
        const gradient = pack.lane(pack.gradient(), lane);
        const [here, next] = [pack.layout.layers[layer], pack.layout.layers[layer + 1]];
        const from = here.weights + unit * here.inputs;
        const curves = (life.shown?.curves ?? life.curvesNow)[twin];
        const slope = here.slopes >= 0 ? own[here.slopes + unit] : curves[layer].alpha;
        return {
            twin,
            layer,
            unit,
            step: life.shown?.step ?? this.step,
            curve: { name: curves[layer].name, alpha: slope },
            weights: own.slice(from, from + here.inputs),
            bias: own[here.bias + unit],
            weightGradient: gradient.slice(from, from + here.inputs),
            biasGradient: gradient[here.bias + unit],
            outgoing: Float32Array.from({ length: next.units }, (_, o) => own[next.weights + o * next.inputs + unit]),
            z: slice(pack.z(layer, unit), lane, pack.lanes),
            evidence: this.evidence(pack, lane, layer, unit),
            last: this.lastMove(twin, layer, unit),
            plane: this.zPlane(pack, lane, layer, unit, watch),
        };
    }

    private zPlane(pack: Pack, lane: number, layer: number, unit: number, watch: Watch): Float32Array | null {
        if (!watch.unitMaps) return null;
        const { world } = this.now;
        const rows = gridRows(world, watch.unitMaps, settlePlane(world, watch));
        return slice(pack.z(layer, unit, rows), lane, pack.lanes);
    }

    private evidence(pack: Pack, lane: number, layer: number, unit: number): Evidence {
        const { hidden } = this.now.world.config;
        const index = hidden.slice(0, layer).reduce((sum, units) => sum + units, unit);
        const [rows, conducted, fired, broken, highestZ, highestRow, lowestZ, lowestA, highestA, meanSize, dormancy, zeros, steepest, starved, severed, words] =
            pack.signs(index, lane);
        return {
            state: STATES[stateIndex(words)],
            words: WORDS.filter((_, i) => (words >> i) % 2 === 1),
            rows,
            conducted,
            fired,
            broken,
            highestZ,
            highestRow,
            lowestZ,
            lowestA,
            highestA,
            meanSize,
            dormancy,
            zeros,
            steepest,
            starved: starved !== 0,
            severed: severed !== 0,
            thresholds: { dormant: 0.025, saturated: 1e-3, nearlyDead: 0.01 },
        };
    }

    /** From the census before the moment shown; for a recorded moment from the one recorded before it. */
    private lastMove(twin: number, layer: number, unit: number): LastMove | null {
        const life = this.now;
        const { shown } = life;
        const { pack, lane } = this.seat(twin);
        const p = life.packs.indexOf(pack);
        const before: Moment | null = shown
            ? life.recording.before(shown.step)
            : life.lastLook.step < this.step
              ? life.lastLook
              : life.lookBefore;
        if (!before) return null;
        const z = this.at(before.packs, (shown?.curves ?? life.curvesNow), () => slice(pack.z(layer, unit), lane, pack.lanes));
        const row = z.reduce((best, value, i) => (value > z[best] || Number.isNaN(z[best]) ? i : best), 0);
        const [zBefore, zAfter, bias, weights, inputs] = pack.explain(layer, unit, lane, row, before.packs[p]);
        return { since: before.step, row, zBefore, zAfter, terms: { bias, weights, inputs } };
    }

    curveShape(curve: Curve, z: Float32Array): CurveShape {
        const native = new Native(this.module);
        const index = this.catalogue.curves.findIndex((each) => each.name === curve.name);
        if (index < 0) throw new EngineError(`curve "${curve.name}": the library has none of that name`);
        return native.lendFloats(z, (at) =>
            native.lend(8 * z.length + 4, (to) => {
                native.doors.curve_shape(index, curve.alpha, z.length, at, to, to + 4 * z.length);
                return {
                    value: native.floats(to, z.length).slice(),
                    slope: native.floats(to + 4 * z.length, z.length).slice(),
                };
            }),
        );
    }

    /* ---- Taking away ---- */

    ledger(): LedgerEvent[] {
        return this.now.ledger.since(0);
    }

    curvesCsv(): string {
        return curvesCsv(this.now.curves.all, this.now.world);
    }

    ledgerCsv(): string {
        return ledgerCsv(this.ledger(), this.now.world);
    }

    command(twin: number): Command {
        this.seat(twin);
        return commandOf(this.now.world, twin, this.past(), this.catalogue);
    }

    exportModel(twin: number): Uint8Array {
        const life = this.now;
        const { pack, lane } = this.seat(twin);
        const own = pack.lane(life.shown?.packs[life.packs.indexOf(pack)] ?? pack.parameters, lane);
        return modelBytes(life.world, pack.layout, own, pack.describe(lane), this.catalogue);
    }

    importModel(bytes: Uint8Array, twin: number): Imported {
        return readModel(bytes, this.now.world, twin, this.catalogue);
    }
}

const GONE = { trainLoss: NaN, testLoss: NaN, trainAccuracy: NaN, testAccuracy: NaN };
const DEAD = WORDS.indexOf("dead");
const SILENT = WORDS.indexOf("silent");
const SHOWN: readonly State[] = STATES.slice(1); // in the glossary's order

function stateIndex(words: number): number {
    const shown = SHOWN.find((state) => (words >> WORDS.indexOf(state as Word)) % 2 === 1);
    return shown ? STATES.indexOf(shown) : 0;
}

/** Lane by lane: that lane's part of [lanes][…]. */
function slice<T extends Float32Array | Uint32Array>(all: T, lane: number, lanes: number): T {
    const size = all.length / lanes;
    return all.slice(lane * size, (lane + 1) * size) as T;
}

/** Lane last: that lane's part of […][lanes]. */
function every<T extends Float32Array | Uint16Array>(
    all: ArrayLike<number>,
    lane: number,
    lanes: number,
    kind: { new (length: number): T },
): T {
    const own = new kind(all.length / lanes);
    for (let i = 0; i < own.length; i++) own[i] = all[i * lanes + lane];
    return own;
}

/** Lowers the bias until the unit's highest z on the training rows is below zero, and a little further. */
function kill(pack: Pack, lane: number, layer: number, unit: number): void {
    const row = pack.layout.layers[layer].bias + unit;
    for (let more = 1; more < 1e6; more *= 2) {
        const z = slice(pack.z(layer, unit), lane, pack.lanes);
        const highest = z.reduce((most, value) => Math.max(most, value), -Infinity);
        const lowest = z.reduce((least, value) => Math.min(least, value), Infinity);
        if (highest < 0) return;
        if (!Number.isFinite(highest - lowest)) throw new EngineError("this unit is broken: its z is not finite");
        const bias = pack.parameters[row * pack.lanes + lane];
        pack.set(row, lane, bias - highest - more * Math.max(0.01, 0.05 * (highest - lowest)));
    }
}

function spreadOf(x: Float32Array, rows: number, features: number): World["reference"] {
    const low = Array<number>(features).fill(Infinity);
    const high = Array<number>(features).fill(-Infinity);
    const mean = Array<number>(features).fill(0);
    for (let row = 0; row < rows; row++)
        for (let j = 0; j < features; j++) {
            const value = x[row * features + j];
            low[j] = Math.min(low[j], value);
            high[j] = Math.max(high[j], value);
            mean[j] += value / rows;
        }
    return { low, high, mean };
}
