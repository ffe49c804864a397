// Debian's Chromium through playwright-core, which the playground's own node_modules brings. A page is opened from a file,
// as by a double click, on a network that does not exist; whatever it asks for or complains of is kept.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../../apps/playground/package.json", import.meta.url));
const { chromium } = require("playwright-core");

/** Debian's, or the one that CHROMIUM names. Root may not use the sandbox. */
export function launch(more = []) {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
    });
}

/** A fresh page on that file. asked: every request that left it. said: errors in its console, thrown or logged. */
export async function openFile(browser, file, { hash = "", ...options } = {}) {
    const context = await browser.newContext({ offline: true, ...options });
    const page = await context.newPage();
    const asked = [];
    const said = [];
    page.on("request", (request) => /^(file|blob|data):/.test(request.url()) || asked.push(request.url()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("console", (message) => message.type() === "error" && said.push(message.text()));
    await page.goto(pathToFileURL(file).href + hash);
    return { page, context, asked, said };
}
