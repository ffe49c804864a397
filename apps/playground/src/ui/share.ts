/* Taking away: a link, a picture, curves and ledger as CSV, a model, the command that trains the same net. All are made
 * here; nothing leaves the machine. */
import type { App } from "./app";
import { link } from "./address";
import { button, h, say } from "./dom";
import { picture } from "./picture";
import { twinTitle } from "./words";

export function share(app: App): HTMLElement {
    const told = h("p", { class: "small", role: "status" });
    const command = h("pre", { tabindex: "0", hidden: true, "aria-label": "Command" });
    const notes = h("ul", { class: "small" });
    const which = h("select", { "aria-label": "Twin to take away" });
    const twin = () => Number(which.value || 0);
    const guarded = (act: () => Promise<void>) => () => void act().catch((error: Error) => say(told, error.message));

    const copyLink = button("Copy link", guarded(async () => {
        const { address, note } = await link(app);
        history.replaceState(null, "", address.slice(address.indexOf("#")));
        say(told, `${(await copied(address)) ? "The link is on the clipboard." : "The link is in the address bar."} It holds every setting, what was done by hand, and the step. ${note}`);
    }));
    const png = button("Picture (PNG)", guarded(async () => {
        save(await picture(app), "relive.png");
        say(told, "Saved relive.png.");
    }));
    const curves = button("Curves (CSV)", guarded(async () => {
        save(new Blob([await app.engine.curvesCsv()], { type: "text/csv" }), "curves.csv");
        say(told, "Saved curves.csv.");
    }));
    const deaths = button("Ledger (CSV)", guarded(async () => {
        save(new Blob([await app.engine.ledgerCsv()], { type: "text/csv" }), "ledger.csv");
        say(told, "Saved ledger.csv.");
    }));
    const model = button("Model (safetensors)", guarded(async () => {
        save(new Blob([(await app.engine.exportModel(twin())) as BlobPart]), "relive.safetensors");
        say(told, "Saved relive.safetensors, as at the moment shown; relive and PyTorch open it.");
    }));
    const line = button("Command (relive train)", guarded(async () => {
        const answer = await app.engine.command(twin());
        command.hidden = !answer.line;
        say(command, answer.line ?? "");
        notes.replaceChildren(...answer.notes.map((note) => h("li", {}, note)));
        if (answer.csv && answer.csvName) save(new Blob([answer.csv], { type: "text/csv" }), answer.csvName);
        if (answer.line) say(told, (await copied(answer.line)) ? "The command is on the clipboard." : "The command stands below.");
        else say(told, "The program cannot train this net.");
    }));
    const file = h("input", { type: "file", accept: ".safetensors", hidden: true });
    const open = button("Open a model", () => file.click(), { title: "A safetensors file of relive's" });
    const take = async (from: File) => {
        const imported = await app.engine.importModel(new Uint8Array(await from.arrayBuffer()), -1);
        if (await app.open(imported.config)) say(told, `Opened ${from.name}. ${imported.notes.join(" ")}`);
    };
    file.onchange = () => {
        const chosen = file.files?.[0];
        file.value = "";
        if (chosen) guarded(() => take(chosen))();
    };
    addEventListener("drop", (event) => {
        const dropped = event.dataTransfer?.files[0];
        if (dropped && /\.safetensors$/i.test(dropped.name)) guarded(() => take(dropped))();
    });
    app.on("world", () => {
        const chosen = which.value;
        which.replaceChildren(...app.config.twins.map((each, i) => h("option", { value: i }, twinTitle(each, app.config))));
        which.value = Number(chosen) < app.config.twins.length ? chosen || "0" : "0";
    });
    return h(
        "section",
        { class: "share", "aria-labelledby": "share-title" },
        h("h2", { id: "share-title" }, "Take away"),
        h("div", { class: "pair" }, copyLink, png, curves, deaths),
        h("div", { class: "pair" }, h("label", {}, "of ", which), model, line, open, file),
        told,
        command,
        notes,
    );
}

async function copied(text: string): Promise<boolean> {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        return false;
    }
}

export function save(blob: Blob, name: string): void {
    const address = URL.createObjectURL(blob);
    const anchor = h("a", { href: address, download: name });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
