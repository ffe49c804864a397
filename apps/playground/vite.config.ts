/* The build: everything in one HTML file that works from a double click.
 *
 * The engine (engine.wasm, made by CMake from ./engine and the library) is packed by deflate and carried in base85 by
 * the module "virtual:relive"; scripts and styles are put into the page itself, so it never asks for anything.
 *     RELIVE_ENGINE   path of engine.wasm
 *     RELIVE_PAGE     folder for the page
 *     RELIVE_ENTRY    which page: index.html, or harness.html for tests of the engine alone                          */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { deflateSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { encodeBase85 } from "./src/engine/base85";

const root = resolve(__dirname, "../..");
const engine = process.env.RELIVE_ENGINE ?? resolve(root, "build/playground/engine/engine.wasm");
const MODULE = "virtual:relive";

/* First lines of the data sets that ship: what their columns are called. */
function columns(): Record<string, string[]> {
    const folder = resolve(root, "data");
    const sets = readdirSync(folder).filter((file) => file.endsWith(".csv"));
    const header = (file: string) => readFileSync(resolve(folder, file), "utf8").split(/\r?\n/, 1)[0].split(",");
    return Object.fromEntries(sets.map((file) => [basename(file, ".csv"), header(file).slice(0, -1)]));
}

function relive(): Plugin {
    return {
        name: "relive",
        resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
        load(id) {
            if (id !== `\0${MODULE}`) return undefined;
            if (!existsSync(engine)) throw new Error(`${engine} is not there: run tools/playground FOLDER, or set RELIVE_ENGINE`);
            this.addWatchFile(engine);
            const packed = encodeBase85(deflateSync(readFileSync(engine), { level: 9 }));
            return `export const packed = ${JSON.stringify(packed)};\nexport const columns = ${JSON.stringify(columns())};\n`;
        },
    };
}

/* After bundling: scripts and styles into the HTML, and nothing beside it. */
function oneFile(): Plugin {
    return {
        name: "one-file",
        enforce: "post",
        generateBundle(_, bundle) {
            const pages = Object.values(bundle).filter((each) => each.fileName.endsWith(".html"));
            for (const page of pages) {
                if (page.type !== "asset") continue;
                let html = String(page.source);
                for (const [name, part] of Object.entries(bundle)) {
                    const file = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
                    if (part.type === "chunk" && part.isEntry) {
                        const code = part.code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
                        const tag = new RegExp(`\\s*<script[^>]*src="[^"]*${file}"[^>]*></script>`);
                        if (!tag.test(html)) throw new Error(`${page.fileName} does not load ${name}`);
                        html = html.replace(tag, "").replace("</body>", () => `<script type="module">${code}</script>\n</body>`);
                        delete bundle[name];
                    } else if (part.type === "asset" && name.endsWith(".css")) {
                        const tag = new RegExp(`<link[^>]*href="[^"]*${file}"[^>]*>`);
                        html = html.replace(tag, () => `<style>${String(part.source)}</style>`);
                        delete bundle[name];
                    }
                }
                page.source = html;
            }
            const rest = Object.keys(bundle).filter((name) => !name.endsWith(".html"));
            if (rest.length > 0) throw new Error(`the page would need ${rest.join(", ")} beside it`);
        },
    };
}

export default defineConfig({
    base: "./",
    plugins: [relive(), oneFile()],
    worker: { format: "iife" },
    build: {
        target: "es2022",
        outDir: process.env.RELIVE_PAGE ?? resolve(root, "build/playground/page"),
        emptyOutDir: true,
        rollupOptions: { input: resolve(__dirname, process.env.RELIVE_ENTRY ?? "index.html") },
        assetsInlineLimit: Infinity,
        cssCodeSplit: false,
        modulePreload: false,
        reportCompressedSize: false,
    },
});
