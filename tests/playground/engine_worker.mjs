// The engine in its worker, in Chromium, from a file: it starts, trains, answers, tells and stops, and asks nothing of
// any network.
import { launch, openFile } from "./browser.mjs";
import { check, end, group, same } from "./tap.mjs";

const browser = await launch();

await group("a world in a worker", async () => {
    const { page, asked, said } = await openFile(browser, process.env.RELIVE_HARNESS);
    const found = await page.evaluate(async () => {
        const { startEngine, defaultConfig } = window.relive;
        const engine = await startEngine();
        const frames = [];
        engine.onFrame = (frame) => frames.push(frame);
        const next = async () => {
            const seen = frames.length;
            engine.look();
            while (frames.length === seen) await new Promise((done) => setTimeout(done, 5));
            return frames.at(-1);
        };
        const settled = async (step) => {
            while (frames.at(-1)?.step !== step) await new Promise((done) => setTimeout(done, 5));
            return frames.at(-1);
        };
        const world = await engine.open(defaultConfig());
        engine.watch({ parameters: true, unitMaps: 16, plane: 32, history: true, confusion: "train" });
        await next();
        await engine.step(7);
        const seventh = await settled(7);
        await engine.epoch();
        const epoch = await settled(15);
        engine.setSpeed("fast");
        engine.run();
        while (frames.at(-1).step < 15000) await next();
        await engine.pause();
        const paused = await next();
        const stood = paused.step;
        const points = frames.findLast((frame) => frame.history).history.steps.length; // a frame has it if it changed
        await new Promise((done) => setTimeout(done, 60));
        const still = await next();
        engine.setSpeed(20);
        const before = performance.now();
        engine.run();
        await new Promise((done) => setTimeout(done, 1000));
        await engine.pause();
        const slow = await next();
        const seconds = (performance.now() - before) / 1000;
        const wrong = await engine.open({ ...defaultConfig(), lr: -1 }).catch((error) => error.message);
        const kept = await next();
        const back = await engine.goTo(300);
        const past = await settled(back);
        await engine.goTo(null);
        const present = await settled(slow.step);
        const again = await engine.reset();
        const first = await settled(0);
        engine.close();
        const late = await engine.past().catch((error) => error.message);
        return {
            rows: world.rows,
            seventh: seventh.step,
            epochs: epoch.epoch,
            maps: epoch.twins.map((twin) => [twin.unitMaps.length, twin.plane.length, twin.parameters.length, twin.confusion.length]),
            points,
            running: [paused.running, frames.some((frame) => frame.running && frame.speed.stepsPerSecond > 0)],
            stood,
            still: still.step,
            paced: (slow.step - stood) / world.stepsPerEpoch / seconds,
            wrong,
            kept: kept.step === slow.step,
            back: [back, past.live, past.twins[0].trainLoss > 0, present.live],
            reset: [again.rows, first.step],
            late,
        };
    });
    same("it has the default's rows", found.rows, 300);
    same("seven steps are seven", found.seventh, 7);
    same("an epoch ends", found.epochs, 1);
    same("maps have their sizes", JSON.stringify(found.maps), JSON.stringify([[16 * 256, 2 * 1024, 114, 4], [16 * 256, 2 * 1024, 114, 4]]));
    check("it keeps a history", found.points > 100 && found.points <= 600, found.points);
    same("it says whether it runs, and how fast", found.running.join(), "false,true");
    check("paused it stands still", found.still === found.stood && found.stood >= 15000, found);
    check("it is no faster than was asked for", found.paced > 0 && found.paced < 26, `${found.paced} epochs a second, asked for 20`);
    check("a bad config is refused in words", String(found.wrong).includes("lr -1"), found.wrong);
    check("and the world stays", found.kept, found);
    same("it goes back and comes again", found.back.join(), [300, false, true, true].join());
    same("reset begins again", found.reset.join(), "300,0");
    same("a closed engine says so", found.late, "the engine was closed");
    check("nothing was asked of the network", asked.length === 0, asked);
    check("nothing was complained of", said.length === 0, said);
});

await browser.close();
end();
