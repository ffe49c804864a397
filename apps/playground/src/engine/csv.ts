/* The curves and the ledger as CSV files, with the program's column names where it has them. */
import type { LedgerEvent, World } from "./api";
import type { Curves } from "./history";

const cell = (value: number) => (Number.isFinite(value) ? String(value) : "");

export function curvesCsv(points: Curves["all"], world: World): string {
    const lines = ["twin,activation,step,epoch,train_loss,train_accuracy,test_loss,test_accuracy,dead_share,silent_share"];
    world.config.twins.forEach((twin, t) => {
        const name = twin.curves.map((curve) => curve.name).filter((each, i, all) => all.indexOf(each) === i);
        for (const point of points) {
            const { trainLoss, trainAccuracy, testLoss, testAccuracy, dead, silent } = point.twins[t];
            const values = [point.step, point.epoch, trainLoss, trainAccuracy, testLoss, testAccuracy, dead, silent];
            lines.push([t + 1, name.join("/"), ...values.map(cell)].join(","));
        }
    });
    return `${lines.join("\n")}\n`;
}

export function ledgerCsv(events: LedgerEvent[], world: World): string {
    const lines = ["twin,activation,event,step,since,epoch,layer,unit,cause,row,z_before,z_after,bias,weights,inputs,by_hand"];
    for (const event of events) {
        const { terms, row, zBefore, zAfter } = event;
        const numbers = row < 0 ? ["", "", "", "", "", ""] : [row, zBefore, zAfter, terms.bias, terms.weights, terms.inputs].map(cell);
        const since = event.since < 0 ? "" : event.since;
        const curve = world.config.twins[event.twin].curves[event.layer].name;
        lines.push(
            [event.twin + 1, curve, event.kind, event.step, since, event.epoch, event.layer + 1, event.unit, event.cause, ...numbers, event.byHand ?? ""].join(","),
        );
    }
    return `${lines.join("\n")}\n`;
}
