/* Curves over time. When they have grown to HISTORY_POINTS every second point goes, and from then on half as many are
 * taken: a run of an hour costs no more memory than one of a minute, and looking costs ever less. */
import { HISTORY_POINTS, type History } from "./api";

export interface Figures {
    trainLoss: number;
    testLoss: number;
    trainAccuracy: number;
    testAccuracy: number;
    dead: number; // shares
    silent: number;
}

interface Point {
    step: number;
    epoch: number;
    twins: Figures[];
}

export class Curves {
    private points: Point[] = [];
    private ticks = 0;
    private every = 1;
    version = 0;

    tick(take: () => Point): void {
        if (this.ticks++ % this.every === 0) this.add(take());
    }

    add(point: Point): void {
        const last = this.points[this.points.length - 1];
        this.version++;
        if (last && last.step === point.step) {
            this.points[this.points.length - 1] = point;
            return;
        }
        this.points.push(point);
        if (this.points.length <= HISTORY_POINTS) return;
        this.points = this.points.filter((_, i) => i % 2 === 0);
        this.every *= 2;
    }

    get all(): readonly Point[] {
        return this.points;
    }

    export(): History {
        const twins = this.points[0]?.twins.length ?? 0;
        return {
            steps: this.column((point) => point.step),
            epochs: this.column((point) => point.epoch),
            twins: Array.from({ length: twins }, (_, t) => ({
                trainLoss: this.column((point) => point.twins[t].trainLoss),
                testLoss: this.column((point) => point.twins[t].testLoss),
                trainAccuracy: this.column((point) => point.twins[t].trainAccuracy),
                testAccuracy: this.column((point) => point.twins[t].testAccuracy),
                dead: this.column((point) => point.twins[t].dead),
                silent: this.column((point) => point.twins[t].silent),
            })),
        };
    }

    /** Wanted by every frame; Float64Array.from with a function takes twice the time of this loop and more. */
    private column(of: (point: Point) => number): Float64Array {
        const values = new Float64Array(this.points.length);
        for (let i = 0; i < values.length; i++) values[i] = of(this.points[i]);
        return values;
    }
}
