/* What the page knows, in one place: the world, the moment shown, what is selected. Parts of the page read it and are told
 * of changes; they change it only through the methods here. Config is what the run began with; what is done later by hand
 * is kept by the engine as deeds, so that address = config + past. */
import {
    EngineError,
    type Catalogue,
    type Config,
    type Curve,
    type Deed,
    type DeedDone,
    type Engine,
    type Frame,
    type LedgerEvent,
    type Past,
    type Speed,
    type Watch,
    type World,
} from "../engine/api";

export interface Selection {
    twin: number;
    layer: number;
    unit: number;
}

/* world: another run was opened. frame: another moment. selection: another unit, event or pair of axes.
   status: running or not, trouble, speed. */
export type Change = "world" | "frame" | "selection" | "status";

const SPEEDS: Speed[] = [2, 8, 30, "fast"];

export class App {
    readonly catalogue: Catalogue;
    config!: Config;
    world!: World;
    frame!: Frame;
    events: LedgerEvent[] = [];
    selection: Selection | null = null;
    event: LedgerEvent | null = null;
    axes: [number, number] = [0, 1];
    confusion: "train" | "test" = "test";
    speed: Speed = 8;
    running = false;
    trouble = "";
    lesson = ""; // asked, and not yet answered: the address names it instead of a state
    drawing: number | null = null; // the class that a click on a plane adds; null: none
    private readonly heard: Record<Change, (() => void)[]> = { world: [], frame: [], selection: [], status: [] };
    private opening: Promise<void> = Promise.resolve();
    private seen = ""; // the data that the axes were chosen for
    private between = false; // two worlds: frames are of neither

    constructor(readonly engine: Engine) {
        this.catalogue = engine.catalogue;
        engine.setSpeed(this.speed);
        engine.onFrame = (frame) => this.take(frame);
    }

    on(change: Change, react: () => void): void {
        this.heard[change].push(react);
    }

    /** Calls back a single time: with the first such change for which it holds. */
    once(change: Change, holds: () => boolean, react: () => void): void {
        const list = this.heard[change];
        const listen = () => {
            if (!holds()) return;
            list.splice(list.indexOf(listen), 1);
            react();
        };
        list.push(listen);
    }

    tell(change: Change): void {
        for (const react of [...this.heard[change]]) react();
    }

    /* ---- A run ---- */

    /** Opens a config; with a past, as it was left. If it cannot be, the run before stays and the reason is shown. */
    open(config: Config, past?: Past): Promise<boolean> {
        const done = this.opening.then(() => this.openNow(config, past));
        this.opening = done.then(() => undefined);
        return done;
    }

    private async openNow(config: Config, past?: Past): Promise<boolean> {
        try {
            await this.engine.pause().catch(() => undefined);
            this.between = true;
            const world = await this.engine.open(config, past);
            const events = await this.engine.ledger();
            this.between = false;
            this.begin(world, events);
            return true;
        } catch (error) {
            this.between = false;
            this.running = false;
            this.fail(error);
            return false;
        }
    }

    private begin(world: World, events: LedgerEvent[]): void {
        this.events = events;
        this.world = world;
        this.config = world.config;
        this.trouble = "";
        this.running = false;
        this.event = null;
        if (world.name !== this.seen) this.axes = tellingAxes(world);
        this.seen = world.name;
        if (!world.testRows.length) this.confusion = "train";
        const { selection } = this;
        if (selection && !(selection.twin < this.config.twins.length && selection.unit < (this.config.hidden[selection.layer] ?? 0)))
            this.selection = null;
        this.tell("world");
        this.look();
        this.tell("selection");
        this.tell("status");
    }

    /** A changed setting: the same run from its beginning, with that one thing different. */
    change(different: Partial<Config>): Promise<boolean> {
        return this.open({ ...this.config, ...different });
    }

    reset(): Promise<boolean> {
        return this.open(this.config);
    }

    fail(error: unknown): void {
        this.trouble = error instanceof EngineError || error instanceof Error ? error.message : String(error);
        this.tell("status");
    }

    /* ---- Time ---- */

    run(): void {
        if (this.running || this.frame?.ended) return;
        this.event = null;
        this.running = true;
        this.engine.run();
        this.tell("status");
    }

    async pause(): Promise<void> {
        await this.engine.pause();
        this.running = false;
        this.tell("status");
    }

    async step(): Promise<void> {
        await this.quietly(this.engine.step(1));
    }

    async epoch(): Promise<void> {
        await this.quietly(this.engine.epoch());
    }

    private async quietly(work: Promise<unknown>): Promise<void> {
        this.running = false;
        try {
            await work;
        } catch (error) {
            this.fail(error);
        }
        this.tell("status");
    }

    setSpeed(speed: Speed): void {
        this.speed = speed;
        this.engine.setSpeed(speed);
        this.tell("status");
    }

    faster(by: number): void {
        const at = SPEEDS.indexOf(this.speed);
        this.setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + by))]);
    }

    /** Shows a recorded moment; null: the present. */
    async goTo(step: number | null): Promise<void> {
        await this.quietly(this.engine.goTo(step));
    }

    /* ---- Looking ---- */

    /** What frames have to hold follows from what is on the page. */
    watchNow(): Watch {
        const units = this.world.hiddenUnits * this.config.twins.length;
        return {
            parameters: true,
            unitMaps: this.world.features === 1 ? 40 : units > 600 ? 8 : units > 160 ? 12 : 18,
            plane: this.world.features === 1 ? 233 : 44,
            axes: this.axes,
            confusion: this.world.classes ? this.confusion : undefined,
            unit: this.selection ? { layer: this.selection.layer, unit: this.selection.unit } : undefined,
            history: true,
        };
    }

    look(): void {
        this.engine.watch(this.watchNow());
    }

    select(selection: Selection | null): void {
        this.selection = selection;
        if (!selection || this.event?.layer !== selection.layer || this.event.unit !== selection.unit) this.event = null;
        this.look();
        this.tell("selection");
    }

    /** Back to the moment at which it happened, with its unit in view. */
    async revisit(event: LedgerEvent): Promise<void> {
        this.event = event;
        this.selection = { twin: event.twin, layer: event.layer, unit: event.unit };
        this.look();
        await this.goTo(event.step);
        this.tell("selection");
    }

    setAxes(axes: [number, number]): void {
        this.axes = axes;
        this.look();
        this.tell("selection");
    }

    private take(frame: Frame): void {
        if (this.between) return;
        const last = this.events.at(-1)?.id ?? -1;
        this.events.push(...frame.events.filter((event) => event.id > last));
        const ran = this.running;
        const history = frame.history ?? this.frame?.history ?? null;
        this.frame = { ...frame, history };
        this.running = frame.running;
        this.tell("frame");
        if (ran !== this.running) this.tell("status");
    }

    /* ---- Hands on ---- */

    async act(deed: Deed): Promise<DeedDone | null> {
        try {
            const done = await this.engine.act(deed);
            this.trouble = "";
            this.tell("selection");
            this.tell("status");
            return done;
        } catch (error) {
            this.fail(error);
            return null;
        }
    }

    /** Another rate while it runs; at the very beginning it is simply the run's rate. */
    setRate(lr: number): Promise<unknown> {
        return this.frame.step === 0 ? this.change({ lr }) : this.act({ do: "rate", lr });
    }

    /** Another curve or α for one layer (layer −1: all) of a twin; live where the curve allows it. */
    async setCurve(twin: number, layer: number, curve: Curve): Promise<void> {
        const { curves } = this.config.twins[twin];
        const layers = curves.map((_, i) => i).filter((i) => layer < 0 || i === layer);
        const alone = (name: string) => this.catalogue.curves.find((each) => each.name === name)?.alone;
        if (this.frame.step > 0 && !alone(curve.name) && !layers.some((i) => alone(curves[i].name))) {
            for (const each of layers) await this.act({ do: "curve", twin, layer: each, curve });
            return;
        }
        const twins = this.config.twins.map((each, i) =>
            i === twin ? { ...each, curves: each.curves.map((old, l) => (layers.includes(l) ? curve : old)) } : each,
        );
        await this.change({ twins });
    }
}

/** The first two features; of images the two pixels that vary most, since those at the rim are empty. */
function tellingAxes(world: World): [number, number] {
    if (!world.image) return [0, Math.min(1, world.features - 1)];
    const { rows, features, x, reference } = world;
    const spread = Array.from({ length: features }, (_, i) => {
        let sum = 0;
        for (let row = 0; row < rows; row++) sum += (x[row * features + i] - reference.mean[i]) ** 2;
        return sum;
    });
    const [first, second] = spread.map((_, i) => i).sort((a, b) => spread[b] - spread[a]);
    return [first, second];
}
