// The page as a learner opens it, from the file that RELIVE_PLAYGROUND names: opened, waited for, driven.
import { launch, openFile } from "./browser.mjs";

const file = process.env.RELIVE_PLAYGROUND;
export const browser = await launch();

/** A page that has started, in a context of its own. */
export async function open(hash = "", options = {}) {
    const opened = await openFile(browser, file, { hash, reducedMotion: "reduce", viewport: { width: 1280, height: 900 }, ...options });
    await opened.page.waitForSelector("#page:not([aria-busy])");
    await opened.page.waitForFunction(() => /step/.test(document.querySelector(".clock")?.textContent ?? ""));
    return opened;
}

export const text = (page, selector) => page.locator(selector).first().innerText();

/** The step that the page shows. */
export async function step(page) {
    return Number((await text(page, ".clock")).match(/step ([\d,]+)/)[1].replaceAll(",", ""));
}

export function atStep(page, wanted) {
    const shown = `step ${wanted.toLocaleString("en-GB")} `;
    return page.waitForFunction((start) => document.querySelector(".clock")?.textContent.startsWith(start), shown);
}

/** A field of the set-up by its label: groups are opened first. */
export async function field(page, label) {
    await page.evaluate(() => document.querySelectorAll(".setup > details").forEach((each) => (each.open = true)));
    return page.locator(".setup").getByLabel(label, { exact: true });
}

/** Enters a value and waits until the address tells of it. */
export async function enter(page, label, value, inAddress) {
    const input = await field(page, label);
    if ((await input.evaluate((element) => element.tagName)) === "SELECT") await input.selectOption(value);
    else {
        await input.fill(value);
        await input.press("Enter");
    }
    await addressHas(page, inAddress);
}

export function addressHas(page, words) {
    return page.waitForFunction((part) => location.hash.includes(part), words, { timeout: 10_000 });
}

/** Some figures of every twin, to be compared. */
export function figures(page) {
    return page.evaluate(() =>
        JSON.stringify([...document.querySelectorAll(".twin")].map((twin) => [twin.querySelector(".vital").textContent, ...[...twin.querySelectorAll(".figures td")].map((each) => each.textContent)])),
    );
}
