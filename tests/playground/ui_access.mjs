// For everyone: axe-core finds nothing in either theme, at any width, in any state of the page; no width scrolls sideways;
// all can be done with keys; motion is left out where it is not wanted.
import { createRequire } from "node:module";
import { browser, atStep, open, step, text } from "./page.mjs";
import { check, end, group, same } from "./tap.mjs";

const require = createRequire(new URL("../../apps/playground/package.json", import.meta.url));
const axe = require.resolve("axe-core/axe.min.js");

async function violations(page) {
    await page.addScriptTag({ path: axe });
    const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    return found.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.any.concat(node.all)[0]?.message ?? ""}`).join(" | ")}`);
}

const everythingOpen = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));

/** How the page may stand when it is looked at. */
const STATES = {
    "at the beginning": { hash: "" },
    "with all groups open, a unit and a death in view": {
        hash: "#lr=1.5&seed=3&step=450",
        async act(page) {
            await page.locator(".events button").first().click();
            await page.waitForSelector(".slide:not([hidden]) canvas[aria-label]");
            await everythingOpen(page);
            await page.waitForSelector(".inspector .weights input");
        },
    },
    "with trouble": {
        hash: "#data=digits&hidden=16",
        async act(page) {
            await everythingOpen(page);
            await page.getByLabel("CSV", { exact: true }).fill("1,2,a\n1,b\n");
            await page.getByRole("button", { name: "Use this CSV" }).click();
            await page.waitForFunction(() => document.querySelector(".csv .trouble").textContent);
        },
    },
    "a lesson's question": { hash: "#lesson=bring-back" },
    "a lesson's answer": {
        hash: "#lesson=dosage",
        async act(page) {
            await page.locator(".lesson input[type=radio]").first().check();
            await page.getByRole("button", { name: "See what happens" }).click();
            await page.waitForSelector(".lesson[data-ends]");
        },
    },
};

for (const colorScheme of ["light", "dark"])
    for (const [name, { hash, act }] of Object.entries(STATES))
        await group(`axe: ${name}, ${colorScheme}`, async () => {
            const { page, context } = await open(hash, { colorScheme });
            await act?.(page);
            const found = await violations(page);
            check(`axe: ${name}, ${colorScheme}`, found.length === 0, found.join("; "));
            await context.close();
        });

for (const [width, height] of [[360, 740], [768, 1024], [1280, 800]])
    await group(`${width} pixels wide`, async () => {
        const { page, context } = await open("#lr=1.5&seed=3&step=450", { viewport: { width, height }, hasTouch: width < 800 });
        await page.locator(".events button").first().click();
        await everythingOpen(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        check(`${width} pixels: nothing sticks out sideways`, wide <= width, `${wide}`);
        const out = await page.evaluate(() => [...document.querySelectorAll(".twin")].filter((twin) => twin.querySelector(".figures").getBoundingClientRect().right > twin.getBoundingClientRect().right).length);
        check(`${width} pixels: figures stay on their card`, out === 0, `${out} do not`);
        const found = await violations(page);
        check(`${width} pixels: axe finds nothing`, found.length === 0, found.join("; "));
        await context.close();
    });

await group("a death is opened", async () => {
    const { page, context } = await open("#lr=1.5&seed=3&step=450");
    await page.waitForSelector(".events button");
    const names = await page.evaluate(async () => {
        const opened = [".slide", ".inspector"].map((each) => document.querySelector(each)).map(
            (panel) =>
                new Promise((told) => {
                    const tellAtOnce = () => !panel.hidden && told([panel.querySelector("h2").textContent, panel.querySelector(":scope > canvas").ariaLabel]);
                    new MutationObserver(tellAtOnce).observe(panel, { attributeFilter: ["hidden"] });
                }),
        );
        document.querySelector(".events button").click();
        return Promise.all(opened);
    });
    check("panels have their names before their pictures", names.flat().every((name) => name), JSON.stringify(names));
    await context.close();
});

await group("keys", async () => {
    const { page, context } = await open("#lr=1.5&seed=3&step=300");
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press(".");
    await atStep(page, 301);
    check("a full stop is a step", true);
    await page.keyboard.press("e");
    await atStep(page, 315);
    check("e goes to the end of the epoch", true);
    await page.keyboard.press(" ");
    await page.waitForFunction(() => document.querySelector(".transport .run").textContent === "Pause");
    await page.keyboard.press(" ");
    await page.waitForFunction(() => document.querySelector(".transport .run").textContent === "Run");
    check("Space runs and pauses", true);

    const stops = new Set();
    await page.evaluate(() => document.activeElement?.blur());
    for (let i = 0; i < 120; i++) {
        await page.keyboard.press("Tab");
        stops.add(await page.evaluate(() => document.activeElement.className || document.activeElement.tagName));
    }
    check("Tab reaches run, slider, curves, units, ledger", ["run", "scrubber", "curve", "unit"].every((each) => stops.has(each)), [...stops].join());

    await page.locator(".twin").first().locator(".unit[tabindex='0']").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    const label = await page.evaluate(() => document.activeElement.ariaLabel);
    check("arrow keys walk through the network", /^layer 2, unit 2: /.test(label), label);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".inspector:not([hidden])");
    await page.waitForFunction(() => /Layer 2, unit 2/.test(document.querySelector("#inspector-title").textContent));
    check("Enter selects a unit", true);

    const now = await step(page);
    await page.locator(".scrubber").focus();
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction((was) => !document.querySelector(".clock").textContent.startsWith(`step ${was} `), String(now));
    check("arrow keys walk through the recorded run", (await step(page)) < now, String(await step(page)));
    const status = page.locator(".transport [role=status]");
    await page.waitForFunction(() => /Recorded step/.test(document.querySelector(".transport [role=status]").textContent));
    check("a screen reader hears the moment with its evidence", /of 16 dead.*on 240 rows/.test(await status.textContent()), await status.textContent());
    await context.close();
});

await group("motion", async () => {
    const pictures = async (reducedMotion) => {
        const { page, context } = await open("#lesson=high-rate", { reducedMotion });
        await page.evaluate(() => {
            const clock = document.querySelector(".clock");
            window.seen = new Set();
            new MutationObserver(() => window.seen.add(clock.textContent)).observe(clock, { childList: true, characterData: true, subtree: true });
        });
        await page.locator(".lesson input[type=radio]").first().check();
        await page.getByRole("button", { name: "See what happens" }).click();
        await page.waitForSelector(".lesson[data-ends]");
        const seen = await page.evaluate(() => window.seen.size);
        await context.close();
        return seen;
    };
    const [still, moving] = [await pictures("reduce"), await pictures("no-preference")];
    check("a lesson is a film, and one step for who wants no motion", still <= 2 && moving > 10, `${still} pictures, else ${moving}`);
});

await group("touch", async () => {
    const { page, context } = await open("#seed=0&step=300", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const tap = async (locator, position) => {
        await locator.scrollIntoViewIfNeeded();
        await locator.tap({ position });
    };
    await tap(page.locator(".twin").first().locator('.unit[data-layer="0"][data-unit="4"]'));
    await page.waitForFunction(() => document.querySelector("#inspector-title").textContent === "Layer 1, unit 5");
    check("a tap selects a unit", await page.locator(".inspector").isVisible());
    const small = await page.locator("button:visible:not(.unit), select:visible").evaluateAll((all) => all.filter((each) => Math.min(each.offsetHeight, each.offsetWidth) < 24).map((each) => each.textContent.slice(0, 20)));
    same("nothing to tap is smaller than 24 pixels", small.join(), "");
    await page.evaluate(() => document.querySelectorAll(".setup details").forEach((each) => (each.open = true)));
    await tap(page.getByRole("button", { name: "Draw points" }));
    await tap(page.locator(".plane").first(), { x: 30, y: 30 });
    await page.waitForFunction(() => /^301 rows/.test(document.querySelector(".about-data").textContent));
    check("a tap on a plane adds a point", true);
    await context.close();
});

await group("themes", async () => {
    const { page, context } = await open("", { colorScheme: "dark" });
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    same("dark where the system is dark", await theme(), "dark");
    await page.getByRole("button", { name: "Light theme" }).click();
    same("and light when asked", await theme(), "light");
    check("the button then offers dark", (await text(page, ".top-tools button")) === "Dark");
    await context.close();
    const follows = await open("", { colorScheme: "light" });
    await follows.page.emulateMedia({ colorScheme: "dark" });
    const changed = await follows.page.waitForFunction(() => document.documentElement.dataset.theme === "dark" && document.querySelector(".top-tools button").textContent === "Light", undefined, { timeout: 5000 }).then(() => true, () => false);
    check("a page that is open follows the system, its button too", changed);
    await follows.context.close();
});

await browser.close();
end();
