// The playground's benchmark: training in the page's worker against the same trainings natively (bench/playground/native.c), and
// the frames that the page draws meanwhile.
//
//     node bench/playground.mjs HARNESS.html PLAYGROUND.html PLAIN FULL
//
// PLAIN and FULL are bench_playground built with -DRELIVE_PLAIN=ON (the kernels that WebAssembly has) and without. First
// the losses are compared: with the plain kernels they must be equal, bit for bit. Chromium comes from tests/playground.
import { execFileSync } from "node:child_process";
import { launch, openFile } from "../tests/playground/browser.mjs";

const [harness, playground, plain, full] = process.argv.slice(2);
const ROUNDS = 4;

/** As in bench/playground/native.c. */
const TASKS = {
    moons: { data: { kind: "shipped", name: "moons", rows: 300, noise: 0.2 }, hidden: [8, 8], batch: 16, epochs: 2000 },
    digits: { data: { kind: "shipped", name: "digits" }, hidden: [32], batch: 32, epochs: 40 },
};

function natively(program) {
    const lines = execFileSync(program, { encoding: "utf8" }).trim().split("\n").map((line) => line.split(" "));
    return { kernels: lines[0][1], figures: Object.fromEntries(lines.slice(1).map(([name, speed, loss]) => [name, { speed: Number(speed), loss: Number(loss) }])) };
}

/** Millions of rows a second over four twins, the best of some rounds: nothing watched, then as the page watches. */
async function inWorker(page, task) {
    return page.evaluate(
        async ([{ epochs, ...changes }, rounds]) => {
            const { startEngine, defaultConfig } = window.relive;
            const engine = await startEngine();
            const twins = ["relu", "leaky_relu", "relu", "relu"].map((name) => ({ curves: changes.hidden.map(() => ({ name, alpha: name === "relu" ? 0 : 0.01 })) }));
            const config = { ...defaultConfig(), ...changes, twins };
            let [best, loss] = [Infinity, NaN];
            for (let round = 0; round < rounds; round++) {
                const world = await engine.open(config);
                const start = performance.now();
                await engine.runTo(epochs * world.stepsPerEpoch);
                best = Math.min(best, (performance.now() - start) / (epochs * world.trainRows.length * 4));
                const frame = new Promise((done) => (engine.onFrame = done));
                engine.look();
                loss = (await frame).twins[0].trainLoss;
            }
            let watched = 0;
            engine.onFrame = (frame) => (watched = Math.max(watched, frame.running ? frame.speed.samplesPerSecond : 0));
            await engine.open(config);
            engine.watch({ parameters: true, unitMaps: 24, plane: 48, history: true, confusion: "test" });
            engine.setSpeed("fast");
            engine.run();
            await new Promise((done) => setTimeout(done, 2500));
            engine.close();
            return { speed: 1e-3 / best, watched: 1e-6 * watched, loss };
        },
        [task, ROUNDS],
    );
}

/** The real page at its default size, training as fast as it can: time between animation frames. */
async function framesOf(page) {
    await page.evaluate(() => {
        const speed = [...document.querySelectorAll("select, input")].find((each) => /speed/i.test(each.getAttribute("aria-label") ?? each.labels?.[0]?.textContent ?? ""));
        if (speed) {
            speed.value = [...(speed.options ?? [])].at(-1)?.value ?? speed.max;
            for (const type of ["input", "change"]) speed.dispatchEvent(new Event(type, { bubbles: true }));
        }
        const run = [...document.querySelectorAll("button")].find((each) => /^\s*run/i.test(each.getAttribute("aria-label") ?? each.textContent));
        run.click();
    });
    return page.evaluate(async () => {
        const times = [];
        await new Promise((done) => {
            const tick = (now) => (times.push(now), now - times[0] < 4000 ? requestAnimationFrame(tick) : done());
            requestAnimationFrame(tick);
        });
        const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
        return { perSecond: (1000 * gaps.length) / (times.at(-1) - times[0]), late: gaps[Math.floor(0.99 * gaps.length)], clock: document.querySelector(".clock")?.textContent };
    });
}

const browser = await launch();
const { page } = await openFile(browser, harness);
const [same, all] = [natively(plain), natively(full)];
console.log(`Millions of rows a second, four twins, one core      worker   while drawn   native: ${same.kernels}   ${all.kernels} at 4 lanes`);
for (const [name, task] of Object.entries(TASKS)) {
    const { speed, watched, loss } = await inWorker(page, task);
    if (loss !== same.figures[name].loss) throw new Error(`${name}: the worker ends at ${loss}, the program at ${same.figures[name].loss}`);
    const [p, f] = [same.figures[name].speed, all.figures[name].speed];
    const share = (of) => `${((100 * speed) / of).toFixed(0)} %`;
    console.log(`${name.padEnd(50)} ${speed.toFixed(2).padStart(8)} ${watched.toFixed(2).padStart(13)} ${`${p.toFixed(2)} (${share(p)})`.padStart(18)} ${`${f.toFixed(2)} (${share(f)})`.padStart(16)}`);
}
await page.close();
const start = performance.now();
const opened = await openFile(browser, playground, { viewport: { width: 1280, height: 900 } });
await opened.page.waitForSelector("#page:not([aria-busy])");
console.log(`The page is ready ${Math.round(performance.now() - start)} ms after it was asked for.`);
const { perSecond, late, clock } = await framesOf(opened.page);
console.log(`It draws ${perSecond.toFixed(1)} frames a second while it trains as fast as it can (99 % within ${late.toFixed(1)} ms; it stood at: ${clock}).`);
await browser.close();
