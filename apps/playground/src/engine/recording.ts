/* The recorded run: parameters at moments, so that the page can go back to one. Memory is bounded: when it is used up,
 * every second moment goes and from then on half as many are kept, first of the regular ones, then of those that were
 * kept because somebody died. So the whole run stays in view, ever more coarsely. */
import type { Curve } from "./api";

export interface Snapshot {
    step: number;
    epoch: number;
    packs: Float32Array[]; // [packs] of [parameters][lanes]
    curves: Curve[][]; // [twins][hidden layers] as they were; shared while they stay the same
    lr: number;
    eventful: boolean;
}

export const RECORDED_BYTES = 48 << 20;
export const RECORDED_MOMENTS = 3000;

export class Recording {
    private moments: Snapshot[] = [];
    private ticks = 0;
    private every = 1; // ticks between two regular moments

    constructor(
        private readonly mostBytes = RECORDED_BYTES,
        private readonly mostMoments = RECORDED_MOMENTS,
    ) {}

    /** A regular moment; take makes the snapshot if it is wanted. */
    tick(take: () => Snapshot): void {
        if (this.ticks++ % this.every === 0) this.add(take());
    }

    /** In order of steps; a moment that is there already is not kept twice, unless things were changed by hand. */
    add(snapshot: Snapshot, replace = false): void {
        const last = this.moments[this.moments.length - 1];
        if (last && last.step >= snapshot.step) {
            if (replace && last.step === snapshot.step) this.moments[this.moments.length - 1] = { ...snapshot, eventful: true };
            else if (last.step === snapshot.step) last.eventful ||= snapshot.eventful;
            return;
        }
        this.moments.push(snapshot);
        while (this.bytes > this.mostBytes || this.moments.length > this.mostMoments) this.thin();
    }

    /** Every second goes; the first and the last stay. */
    private thin(): void {
        const regular = this.moments.filter((each) => !each.eventful).length;
        const whom = regular > this.moments.length / 2 ? false : true;
        let met = 0;
        this.moments = this.moments.filter(
            (each, i) => i === 0 || i === this.moments.length - 1 || each.eventful !== whom || met++ % 2 === 1,
        );
        if (!whom) this.every *= 2;
    }

    get bytes(): number {
        const one = this.moments[0]?.packs.reduce((sum, each) => sum + each.byteLength, 0) ?? 0;
        return one * this.moments.length;
    }

    get first(): number {
        return this.moments[0]?.step ?? 0;
    }

    get last(): number {
        return this.moments[this.moments.length - 1]?.step ?? 0;
    }

    get count(): number {
        return this.moments.length;
    }

    get steps(): Float64Array {
        return Float64Array.from(this.moments, (each) => each.step);
    }

    /** The moment at or before that step, else the first. */
    at(step: number): Snapshot | null {
        let low = 0;
        let high = this.moments.length;
        while (high - low > 1) {
            const middle = (low + high) >> 1;
            if (this.moments[middle].step <= step) low = middle;
            else high = middle;
        }
        return this.moments[low] ?? null;
    }

    /** The moment before that one. */
    before(step: number): Snapshot | null {
        const found = this.at(step - 1);
        return found && found.step < step ? found : null;
    }
}
