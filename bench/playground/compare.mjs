// The playground's benchmark: training in the page's worker against the same trainings natively (native.c), the frames
// that the page draws meanwhile, and its start. bench/playground/run builds what it takes:
//
//     node bench/playground/compare.mjs HARNESS.html PLAYGROUND.html PLAIN FULL
//
// PLAIN and FULL are bench_playground with the kernels that WebAssembly has and with all that the processor can. First the
// losses are compared: with the plain kernels they must be equal, bit for bit. Then all are timed in turn; a round gives
// one ratio, and the median of the ratios stands with the least and the largest. Chromium is that of tests/playground.
import { execFileSync } from "node:child_process";
import { launch, openFile } from "../../tests/playground/browser.mjs";

const [harness, playground, ...natives] = process.argv.slice(2);
const ROUNDS = 5;

/** As in native.c. */
const TASKS = {
    moons: { data: { kind: "shipped", name: "moons", rows: 300, noise: 0.2 }, hidden: [8, 8], batch: 16, epochs: 2000 },
    digits: { data: { kind: "shipped", name: "digits" }, hidden: [32], batch: 32, epochs: 40 },
};

/** Of one task: kernels' name, millions of rows a second over four twins, loss. */
function natively(program, task) {
    const [[, kernels], [, speed, loss]] = execFileSync(program, [task], { encoding: "utf8" }).trim().split("\n").map((line) => line.split(" "));
    return { kernels, speed: Number(speed), loss: Number(loss) };
}

/** Millions of rows a second over four twins: epochs from the beginning with nobody watching, then two seconds as the
 *  page watches them. */
function inWorker(page, task) {
    return page.evaluate(
        async ({ epochs, ...changes }) => {
            const { startEngine, defaultConfig } = window.relive;
            const engine = await startEngine();
            const twins = ["relu", "leaky_relu", "relu", "relu"].map((name) => ({ curves: changes.hidden.map(() => ({ name, alpha: name === "relu" ? 0 : 0.01 })) }));
            const config = { ...defaultConfig(), ...changes, twins };
            let [best, loss] = [Infinity, NaN];
            for (let round = 0; round < 2; round++) {
                const world = await engine.open(config);
                const start = performance.now();
                await engine.runTo(epochs * world.stepsPerEpoch);
                best = Math.min(best, (performance.now() - start) / (epochs * world.trainRows.length * 4));
                const frame = new Promise((done) => (engine.onFrame = done));
                engine.look();
                loss = (await frame).twins[0].trainLoss;
            }
            engine.onFrame = () => undefined;
            const world = await engine.open(config);
            engine.watch({ parameters: true, unitMaps: 18, plane: 44, history: true, confusion: "test" });
            engine.setSpeed("fast");
            const start = performance.now();
            engine.run();
            await new Promise((done) => setTimeout(done, 2000));
            await engine.pause();
            const { step } = await engine.past();
            const watched = (4e-3 * step * world.trainRows.length) / world.stepsPerEpoch / (performance.now() - start);
            engine.close();
            return { alone: 1e-3 / best, watched, loss };
        },
        task,
    );
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const percent = (share) => `${(100 * share).toFixed(0)} %`;
const spread = (ratios) => `${percent(median(ratios))} (${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))})`;

async function compare(page, name, task) {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push({ worker: await inWorker(page, task), natives: natives.map((program) => natively(program, name)) });
    const [{ worker, natives: [plain] }] = rounds;
    if (worker.loss !== plain.loss) throw new Error(`${name}: the worker ends at ${worker.loss}, the program at ${plain.loss}`);
    const speed = (of) => median(rounds.map(of)).toFixed(2);
    console.log(`${name}: millions of rows a second, four twins in four lanes, one core`);
    console.log(`    worker ${speed((each) => each.worker.alone)}, while a page watches ${speed((each) => each.worker.watched)}`);
    natives.forEach((_, n) => {
        const against = (what) => spread(rounds.map((each) => each.worker[what] / each.natives[n].speed));
        console.log(`    native, ${rounds[0].natives[n].kernels} ${speed((each) => each.natives[n].speed)}: the worker ${against("alone")} of it, watched ${against("watched")}`);
    });
}

/** The real page at its default size, training as fast as it can: time between animation frames. */
async function framesOf(page) {
    await page.getByLabel("Speed").selectOption("fast");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    return page.evaluate(async () => {
        const times = [];
        await new Promise((done) => {
            const tick = (now) => (times.push(now), now - times[0] < 4000 ? requestAnimationFrame(tick) : done());
            requestAnimationFrame(tick);
        });
        const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
        return { perSecond: (1000 * gaps.length) / (times.at(-1) - times[0]), late: gaps[Math.floor(0.99 * gaps.length)], clock: document.querySelector(".clock").textContent };
    });
}

const browser = await launch();
const { page, context } = await openFile(browser, harness);
for (const [name, task] of Object.entries(TASKS)) await compare(page, name, task);
await context.close();
const starts = [];
for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const opened = await openFile(browser, playground, { viewport: { width: 1280, height: 900 } });
    await opened.page.waitForSelector("#page:not([aria-busy])");
    starts.push(performance.now() - start);
    if (round < ROUNDS - 1) await opened.context.close();
    else {
        const { perSecond, late, clock } = await framesOf(opened.page);
        console.log(`The page is ready ${Math.round(median(starts))} ms after its file was asked for (${Math.round(Math.min(...starts))} to ${Math.round(Math.max(...starts))}).`);
        console.log(`It draws ${perSecond.toFixed(1)} frames a second while it trains as fast as it can (99 % within ${late.toFixed(1)} ms; it stood at: ${clock}).`);
    }
}
await browser.close();
