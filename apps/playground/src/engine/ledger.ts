/* The ledger: who died or came back, when and of what. The newest LEDGER_KEPT are kept, all are counted. */
import { LEDGER_KEPT, type EventKind, type LedgerEvent } from "./api";
import type { PackEvent } from "./pack";

export class Ledger {
    private kept: LedgerEvent[] = [];
    count = 0;

    add(event: PackEvent, twin: number, layer: number, epoch: number, byHand: string | null): void {
        this.kept.push({
            id: this.count++,
            step: event.step,
            since: event.since,
            epoch,
            kind: event.kind as EventKind,
            twin,
            layer,
            unit: event.unit,
            cause: byHand === "curve" ? "curve changed" : event.cause,
            row: event.row,
            zBefore: event.zBefore,
            zAfter: event.zAfter,
            terms: { bias: event.terms[0], weights: event.terms[1], inputs: event.terms[2] },
            byHand,
        });
        if (this.kept.length > 2 * LEDGER_KEPT) this.kept = this.kept.slice(-LEDGER_KEPT);
    }

    /** Kept events with ids from `from` on. */
    since(from: number): LedgerEvent[] {
        const first = this.count - this.kept.length;
        return this.kept.slice(Math.max(0, from - first, this.kept.length - LEDGER_KEPT));
    }
}
