/* The doors of engine.wasm (engine/engine.c) with their types. Addresses are numbers; memory may grow in any call, so
 * views of it are made when they are read and never kept. */

export interface Doors {
    memory: WebAssembly.Memory;
    take(bytes: number): number;
    give(block: number): void;
    trouble(): number;
    version(): number;
    curve_name(i: number): number;
    curve_formula(i: number): number;
    curve_slope_formula(i: number): number;
    curve_kink(i: number): number;
    curve_alpha(i: number): number;
    curve_has_alpha(i: number): number;
    curve_learned(i: number): number;
    curve_drawn(i: number): number;
    curve_shape(i: number, alpha: number, n: number, z: number, value: number, slope: number): void;
    initialiser_name(i: number): number;
    optimiser_name(i: number): number;
    loss_name(i: number): number;
    word_name(i: number): number;
    load(spec: number, seed: number): number;
    parse(name: number, text: number, bytes: number, regression: number): number;
    rows(): number;
    features(): number;
    classes(): number;
    targets(): number;
    xs(): number;
    ys(): number;
    class_name(i: number): number;
    split(share: number, seed: number): number;
    part_rows(part: number): number;
    part_xs(part: number): number;
    part_ys(part: number): number;
    part_numbers(part: number): number;
    measure_scale(): number;
    make_scale(): number;
    scale_mean(): number;
    scale_deviation(): number;
    apply_scale(): void;
    begin_net(seed: number, lanes: number): number;
    add_dense(units: number, init: number, sd: number, bias: number): number;
    add_curves(curves: number, alphas: number): number;
    add_dropout(share: number): number;
    settings(): number;
    begin_training(): number;
    parameters(): number;
    parameter_count(): number;
    node_count(): number;
    node_kind(node: number): number;
    node_units(node: number): number;
    node_offset(node: number): number;
    node_parameters(node: number): number;
    node_weights(node: number): number;
    loss_used(): number;
    describe(lane: number): number;
    advance(count: number): void;
    steps(): number;
    epochs(): number;
    fate(lane: number): number;
    diverged_at(lane: number): number;
    look(): number;
    dead(lane: number): number;
    silent(lane: number): number;
    event_count(): number;
    event(i: number): number;
    event_kind(i: number): number;
    event_cause(i: number): number;
    forget_events(): void;
    set_rate(rate: number): number;
    set_curve(node: number, lane: number, curve: number, alpha: number): number;
    revive(lane: number, count: number, nodesAndUnits: number, fates: number): number;
    lift(lane: number, count: number, nodesAndUnits: number, share: number, fates: number): number;
    show(present: number): void;
    shown_parameters(): number;
    show_curve(node: number, lane: number, curve: number, alpha: number): number;
    evaluate(): number;
    examine(): number;
    unit_count(): number;
    unit_words(): number;
    unit_fired(): number;
    unit_signs(index: number, lane: number): number;
    forward(x: number, count: number, units: number, outputs: number): number;
    confuse(part: number, counts: number): number;
    pre_activations(node: number, unit: number, x: number, count: number, z: number): void;
    gradient(): number;
    explain(node: number, unit: number, lane: number, row: number, before: number): number;
}

/** An instance of the module, and what its memory holds as JavaScript has it. */
export class Native {
    readonly doors: Doors;

    constructor(module: WebAssembly.Module) {
        this.doors = new WebAssembly.Instance(module).exports as unknown as Doors;
    }

    floats(at: number, count: number): Float32Array {
        return new Float32Array(this.doors.memory.buffer, at, count);
    }

    doubles(at: number, count: number): Float64Array {
        return new Float64Array(this.doors.memory.buffer, at, count);
    }

    whole(at: number, count: number): Int32Array {
        return new Int32Array(this.doors.memory.buffer, at, count);
    }

    counts(at: number, count: number): Uint32Array {
        return new Uint32Array(this.doors.memory.buffer, at, count);
    }

    text(at: number): string {
        const bytes = new Uint8Array(this.doors.memory.buffer);
        return new TextDecoder().decode(bytes.slice(at, bytes.indexOf(0, at)));
    }

    /** A list's names: up to the first door that gives none. */
    names(door: (i: number) => number): string[] {
        const names: string[] = [];
        for (let at = door(0); at !== 0; at = door(names.length)) names.push(this.text(at));
        return names;
    }

    /** Lends a block of memory for the time of one call. */
    lend<T>(bytes: number, use: (at: number) => T): T {
        const at = this.doors.take(bytes);
        if (at === 0) throw new Error("out of memory");
        try {
            return use(at);
        } finally {
            this.doors.give(at);
        }
    }

    lendFloats<T>(values: ArrayLike<number>, use: (at: number) => T): T {
        return this.lend(4 * values.length, (at) => {
            this.floats(at, values.length).set(values);
            return use(at);
        });
    }

    lendText<T>(text: string, use: (at: number, bytes: number) => T): T {
        const bytes = new TextEncoder().encode(text);
        return this.lend(bytes.length + 1, (at) => {
            const memory = new Uint8Array(this.doors.memory.buffer);
            memory.set(bytes, at);
            memory[at + bytes.length] = 0;
            return use(at, bytes.length);
        });
    }
}
