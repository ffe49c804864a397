/* The worker: takes calls, trains in slices in between, sends frames when the page is ready for one.
 *
 * Training stops every SLICE_MS to listen. A frame is made only after the page has drawn the last one, not sooner than
 * watch.everyMs, and never for more than a fifth of the time: training comes first. */
import { EngineError, type Frame, type Speed, type Watch } from "./api";
import type { Answer, Asked, Calls } from "./calls";
import { Session } from "./session";

const SLICE_MS = 10;
const FIRST_SPEED = 30;

let session: Session;
let watch: Watch = {};
let running = false;
let speed: Speed = FIRST_SPEED;
let pageReady = true;
let frameWanted = false;
let frameCost = 0; // ms that the last frame took
let frameAt = 0;
let owed = 0; // steps that the wanted speed owes us
let clock = 0;
let pace = { since: 0, steps: 0, stepsPerSecond: 0 };

function send(answer: Answer, transfer: Transferable[] = []): void {
    postMessage(answer, { transfer });
}

/* ---- Frames ---- */

function sendFrame(): void {
    const start = performance.now();
    const { stepsPerSecond } = pace;
    const samplesPerSecond = stepsPerSecond * session.batch * session.twins;
    const frame = session.frame(watch, running, { stepsPerSecond: running ? stepsPerSecond : 0, samplesPerSecond: running ? samplesPerSecond : 0 });
    pageReady = false;
    frameWanted = false;
    send({ frame }, buffersOf(frame));
    frameAt = performance.now();
    frameCost = frameAt - start;
}

/** Arrays are handed over, not copied. */
function buffersOf(frame: Frame): ArrayBuffer[] {
    const found: ArrayBuffer[] = [];
    for (const twin of frame.twins)
        for (const value of Object.values(twin)) if (ArrayBuffer.isView(value)) found.push(value.buffer as ArrayBuffer);
    return found;
}

function wantFrame(): void {
    frameWanted = true;
    if (pageReady && session.isOpen) sendFrame();
}

/* ---- Running ---- */

/* A channel to oneself is the timer that does not wait. */
const bell = new MessageChannel();
bell.port1.onmessage = slice;
const soon = () => bell.port2.postMessage(null);

function slice(): void {
    if (!running) return;
    const start = performance.now();
    const before = session.step;
    const steps = stepsDue(start);
    if (steps >= 1) session.advance(Math.floor(steps), start + SLICE_MS);
    const done = session.step - before;
    if (speed !== "fast") owed = Math.min(owed - done, speed * session.stepsPerEpoch * 0.25);
    keepPace(done);
    if (session.ended) running = false;
    const waited = performance.now() - frameAt;
    const due = waited >= Math.max(watch.everyMs ?? 16, 4 * frameCost);
    if (pageReady && (due || !running)) sendFrame();
    else if (!running) frameWanted = true;
    if (!running) return;
    if (speed === "fast" || owed >= 1) soon();
    else setTimeout(slice, 4);
}

function stepsDue(now: number): number {
    if (speed === "fast") return Infinity;
    owed += ((now - clock) / 1000) * speed * session.stepsPerEpoch;
    clock = now;
    return owed;
}

function keepPace(done: number): void {
    pace.steps += done;
    const now = performance.now();
    const passed = now - pace.since;
    if (passed < 500) return;
    pace = { since: now, steps: 0, stepsPerSecond: (1000 * pace.steps) / passed };
}

function pause(): void {
    running = false;
}

/* ---- Calls ---- */

const calls: { [name in keyof Calls]: (...given: Calls[name]["takes"]) => Calls[name]["gives"] } = {
    open(config, past) {
        pause();
        const world = session.open(config, past);
        wantFrame();
        return world;
    },
    checkData: (data) => session.checkData(data),
    watch(what) {
        watch = what;
        if (what.history) session.forgetHistory();
        if (session.isOpen) wantFrame();
    },
    look: wantFrame,
    run() {
        if (running || session.ended) return;
        session.goTo(null);
        running = true;
        clock = performance.now();
        owed = 0;
        pace = { since: clock, steps: 0, stepsPerSecond: 0 };
        soon();
    },
    pause() {
        pause();
        wantFrame();
    },
    setSpeed(wanted) {
        speed = wanted;
        owed = 0;
        clock = performance.now();
    },
    step(count) {
        pause();
        session.advance(count);
        wantFrame();
    },
    epoch() {
        pause();
        session.advance(session.stepsPerEpoch - (session.step % session.stepsPerEpoch));
        wantFrame();
    },
    runTo(step) {
        pause();
        session.runTo(step);
        wantFrame();
    },
    act(deed) {
        const done = session.act(deed);
        wantFrame();
        return done;
    },
    past: () => session.past(),
    goTo(step) {
        pause();
        const shown = session.goTo(step);
        wantFrame();
        return shown;
    },
    recorded: () => session.recorded(),
    slide: (unit, steps) => session.slide(unit, steps),
    inspect: (twin, unit) => session.inspect(twin, unit, watch),
    curveShape: (curve, z) => session.curveShape(curve, z),
    ledger: () => session.ledger(),
    curvesCsv: () => session.curvesCsv(),
    ledgerCsv: () => session.ledgerCsv(),
    command: (twin) => session.command(twin),
    exportModel: (twin) => session.exportModel(twin),
    importModel: (bytes, twin) => session.importModel(bytes, twin),
};

function answer({ id, call, given }: Asked & { call: keyof Calls }): void {
    try {
        const act = calls[call] as (...all: unknown[]) => unknown;
        send({ id, value: act(...(given as unknown[])) });
    } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        send({ id, error: text, known: error instanceof EngineError });
    }
}

onmessage = async ({ data }: MessageEvent<Asked>) => {
    if (data.call === "start") {
        const { wasm, columns } = data;
        session = new Session(await WebAssembly.compile(wasm), columns);
        send({ catalogue: session.catalogue });
    } else if (data.call === "drawn") {
        pageReady = true;
        if (frameWanted) sendFrame();
    } else {
        answer(data);
    }
};
