// A run without end stays within bounds: recording, curves, ledger and the engine's own memory grow to a size and no
// further; what is kept spans the whole run and keeps deaths longest.
import { HISTORY_POINTS, LEDGER_KEPT, Curves, Ledger, Recording, configOf, newSession } from "./engine.mjs";
import { check, end, group, same } from "./tap.mjs";

await group("a recording", () => {
    const recording = new Recording(4000, 1000);
    const moment = (step, eventful = false) => ({ step, epoch: step, packs: [new Float32Array(10)], curves: [], lr: 1, eventful });
    let most = 0;
    for (let step = 0; step < 20000; step++) {
        if (step % 4001 === 7) recording.add(moment(step, true));
        else recording.tick(() => moment(step));
        most = Math.max(most, recording.bytes);
    }
    check("its bytes are bounded", most <= 4000, most);
    const steps = [...recording.steps];
    check("it is in order", steps.every((step, i) => i === 0 || step > steps[i - 1]));
    check("it spans the run", steps[0] === 0 && steps.at(-1) > 19000 && steps.length > 40, steps);
    const gaps = steps.slice(1).map((step, i) => step - steps[i]);
    check("without holes", Math.max(...gaps) < 1200, gaps);
    check("deaths stay", [7, 4008, 8009, 12010, 16011].every((step) => steps.includes(step)), steps);
    same("it finds the moment before", recording.at(4100).step <= 4100 && recording.at(1e9).step, steps.at(-1));
    same("nothing stands before the first", recording.before(0), null);
    for (let step = 20000; step < 30000; step++) recording.add(moment(step, true));
    check("even if somebody dies at every step", recording.bytes <= 4000 && recording.count > 40, recording.count);
    const [first] = recording.steps;
    same("the first moment stays", first, 0);
});

await group("curves", () => {
    const history = new Curves();
    for (let step = 0; step < 100000; step++) history.tick(() => ({ step, epoch: step, twins: [{ trainLoss: step }] }));
    const { steps, twins } = history.export();
    check("are bounded", steps.length <= HISTORY_POINTS && steps.length > HISTORY_POINTS / 3, steps.length);
    check("span the run evenly", steps[0] === 0 && steps.at(-1) > 99000 && twins[0].trainLoss.every((loss, i) => loss === steps[i]));
});

await group("a ledger", () => {
    const ledger = new Ledger();
    const event = { step: 1, since: 0, kind: "death", cause: "", node: 1, unit: 1, lane: 0, row: 0, zBefore: 0, zAfter: 0, terms: [0, 0, 0] };
    for (let i = 0; i < 30000; i++) ledger.add(event, 0, 0, 0, null);
    same("keeps the newest", `${ledger.since(0).length} ${ledger.since(0)[0].id} ${ledger.count}`, `${LEDGER_KEPT} ${30000 - LEDGER_KEPT} 30000`);
    same("and tells what is new", ledger.since(29998).length, 2);
});

await group("a long run", () => {
    const session = newSession();
    // A census at every step, and dropout under Adam, by which units die and return without end: the most that a run can
    // leave behind.
    const config = configOf({ data: { kind: "shipped", name: "moons", rows: 60, noise: 0.2 }, census: 1, optimizer: "adam", lr: 0.02, dropout: 0.3, hidden: [8, 8, 8] }, ["relu", 0], ["relu6", 0], ["leaky_relu", 0.01], ["relu", 1]);
    session.open(config);
    const bytes = () => session.memory();
    const watch = { parameters: true, unitMaps: 8, plane: 8, history: true, confusion: "test" };
    const run = (looks, steps) => {
        for (let i = 0; i < looks; i++) {
            session.advance(steps);
            session.frame(watch, true, {});
            session.inspect(0, { layer: 1, unit: 2 }, watch);
        }
    };
    run(40, 400);
    const early = bytes();
    run(160, 400);
    const late = bytes();
    check("much happened", session.step === 80000 && session.frame(watch, true, {}).eventCount > 500, `${session.step}, ${session.frame(watch, true, {}).eventCount}`);
    check("the engine's memory does not grow", late.wasm === early.wasm, `${early.wasm} to ${late.wasm} bytes`);
    check("nor what is recorded", late.recorded <= 48 << 20, late.recorded);
    check("a small net is small", late.wasm < 8 << 20, late.wasm);
});

await group("one world after the other", () => {
    const session = newSession();
    for (let i = 0; i < 40; i++) session.open(configOf({ data: { kind: "shipped", name: "digits" }, hidden: [64, 64], batch: 0 }));
    check("digits and two wide layers fit", session.memory().wasm < 64 << 20, session.memory().wasm);
});

end();
