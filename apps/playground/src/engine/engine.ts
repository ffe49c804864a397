/* The page's side of the engine: starts the worker from what the page carries, asks it, hears its frames. */
import { columns, packed } from "virtual:relive";
import { EngineError, type Catalogue, type Config, type Engine, type Frame, type World } from "./api";
import { decodeBase85 } from "./base85";
import type { Answer, Asked, Calls } from "./calls";
import EngineWorker from "./worker?worker&inline";

async function unpacked(): Promise<ArrayBuffer> {
    return new Response(new Blob([decodeBase85(packed)]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
}

interface Waiting {
    resolve: (value: never) => void;
    reject: (error: Error) => void;
}

class WorkerEngine implements Engine {
    onFrame: ((frame: Frame) => void) | null = null;
    private readonly waiting = new Map<number, Waiting>();
    private calls = 0;
    private config: Config | null = null;
    private stopped: Error | null = null;

    constructor(
        private readonly worker: Worker,
        readonly catalogue: Catalogue,
    ) {
        worker.onmessage = ({ data }: MessageEvent<Answer>) => this.hear(data);
        worker.onerror = (event) => this.fail(new Error(`the engine has stopped: ${event.message}`));
    }

    private hear(answer: Answer): void {
        if ("frame" in answer) {
            try {
                this.onFrame?.(answer.frame);
            } finally {
                requestAnimationFrame(() => this.post({ call: "drawn" }));
            }
        } else if ("id" in answer) {
            const waiting = this.waiting.get(answer.id);
            this.waiting.delete(answer.id);
            if ("error" in answer) waiting?.reject(answer.known ? new EngineError(answer.error) : new Error(answer.error));
            else waiting?.resolve(answer.value as never);
        }
    }

    private fail(error: Error): void {
        this.stopped = error;
        for (const { reject } of this.waiting.values()) reject(error);
        this.waiting.clear();
    }

    private post(asked: Asked): void {
        this.worker.postMessage(asked);
    }

    private ask<Name extends keyof Calls>(call: Name, ...given: Calls[Name]["takes"]): Promise<Calls[Name]["gives"]> {
        if (this.stopped) return Promise.reject(this.stopped);
        const id = this.calls++;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, { resolve, reject });
            this.post({ call, id, given });
        });
    }

    async open(...given: Calls["open"]["takes"]): Promise<World> {
        const world = await this.ask("open", ...given);
        this.config = world.config;
        return world;
    }

    reset(): Promise<World> {
        return this.config ? this.open(this.config) : Promise.reject(new EngineError("no world is open"));
    }

    watch = (...given: Calls["watch"]["takes"]) => void this.ask("watch", ...given);
    look = () => void this.ask("look");
    run = () => void this.ask("run");
    pause = () => this.ask("pause");
    setSpeed = (...given: Calls["setSpeed"]["takes"]) => void this.ask("setSpeed", ...given);
    step = (...given: Calls["step"]["takes"]) => this.ask("step", ...given);
    epoch = () => this.ask("epoch");
    runTo = (...given: Calls["runTo"]["takes"]) => this.ask("runTo", ...given);
    act = (...given: Calls["act"]["takes"]) => this.ask("act", ...given);
    past = () => this.ask("past");
    goTo = (...given: Calls["goTo"]["takes"]) => this.ask("goTo", ...given);
    recorded = () => this.ask("recorded");
    slide = (...given: Calls["slide"]["takes"]) => this.ask("slide", ...given);
    inspect = (...given: Calls["inspect"]["takes"]) => this.ask("inspect", ...given);
    curveShape = (...given: Calls["curveShape"]["takes"]) => this.ask("curveShape", ...given);
    ledger = () => this.ask("ledger");
    curvesCsv = () => this.ask("curvesCsv");
    ledgerCsv = () => this.ask("ledgerCsv");
    command = (...given: Calls["command"]["takes"]) => this.ask("command", ...given);
    exportModel = (...given: Calls["exportModel"]["takes"]) => this.ask("exportModel", ...given);
    importModel = (...given: Calls["importModel"]["takes"]) => this.ask("importModel", ...given);
    checkData = (...given: Calls["checkData"]["takes"]) => this.ask("checkData", ...given);

    close(): void {
        this.fail(new EngineError("the engine was closed"));
        this.worker.terminate();
    }
}

export async function startEngine(): Promise<Engine> {
    const worker = new EngineWorker();
    const wasm = await unpacked();
    const catalogue = await new Promise<Catalogue>((resolve, reject) => {
        worker.onerror = (event) => reject(new Error(`the engine does not start: ${event.message}`));
        worker.onmessage = ({ data }: MessageEvent<Answer>) => "catalogue" in data && resolve(data.catalogue);
        worker.postMessage({ call: "start", wasm, columns } satisfies Asked, [wasm]);
    });
    return new WorkerEngine(worker, catalogue);
}
