// Trains the core's WebAssembly module under node and reports in TAP. A module without imports is the point: it asks
// nothing of its host, so any page or program can hold it.
import { readFileSync } from "node:fs";

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
let tests = 0;
let failures = 0;
function check(what, holds, detail = "") {
    tests++;
    failures += holds ? 0 : 1;
    console.log(`${holds ? "ok" : "not ok"} ${tests} - ${what}${holds ? "" : ` (${detail})`}`);
}

const imports = WebAssembly.Module.imports(module).map((each) => `${each.module}.${each.name}`);
check("the module imports nothing", imports.length === 0, imports.join(" "));

if (imports.length === 0) {
    const core = new WebAssembly.Instance(module).exports;
    const trouble = () => {
        const bytes = new Uint8Array(core.memory.buffer, core.trouble(), 252);
        return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
    };
    const row = (lane, lanes) => Array.from({ length: core.parameters() }, (_, i) => core.parameter(i, lane, lanes));

    check("four lanes train", core.train(4), trouble());
    const packed = row(0, 4);
    for (let lane = 0; lane < 4; lane++)
        check(`lane ${lane} has learnt something`, core.loss_of(lane) < 0.6 && core.accuracy_of(lane) >= 0.75,
            `loss ${core.loss_of(lane)}, accuracy ${core.accuracy_of(lane)}`);
    check("the census gives a share", core.dead_share_of_first() >= 0 && core.dead_share_of_first() < 1,
        core.dead_share_of_first());

    check("one lane trains", core.train(1), trouble());
    const alone = row(0, 1);
    check("a lane alone gives the same bits as in a pack", alone.length === 42 && alone.every((w, i) => Object.is(w, packed[i])),
        `${alone.length} parameters, first ${alone[0]} and ${packed[0]}`);
}
console.log(`1..${tests}`);
process.exit(failures ? 1 : 0);
