// Every lesson in the page: it asks first, runs when a prediction is made, and ends as it claims; so do its further tries.
import { browser, open, text } from "./page.mjs";
import { check, end, group, same } from "./tap.mjs";

const first = await open();
const lessons = await first.page.$$eval(".top-tools option", (options) => options.map((each) => [each.value, each.textContent]).filter(([value]) => value));
await first.context.close();
same("there are eight lessons", lessons.length, 8);

/** What further tries must show, by lesson: words in what is told. */
const TRIES = {
    "high-rate": [/9 were dead at step 900, 9 are at step 1800/],
    "bias-trap": [/the ReLU unit is (alive|always on)/],
    "raw-inputs": [/ReLU has 0 dead/],
    "leaky-no-help": [/leaky net is right on 9\d/, /Where nothing dies there is nothing to rescue/],
    "bring-back": [/[1-9] of 16 hidden units are dead/, /: 0 dead, right on 9\d/],
};

for (const [id, title] of lessons)
    await group(title, async () => {
        const { page, context, asked, said } = await open(`#lesson=${id}`);
        check(`${title}: opens by its address`, await page.locator(".lesson").isVisible());
        const go = page.getByRole("button", { name: "See what happens" });
        check(`${title}: waits for a prediction`, await go.isDisabled());
        await page.locator(".lesson input[type=radio]").first().check();
        await go.click();
        await page.waitForSelector(".lesson[data-ends]", { timeout: 60_000 });
        same(`${title}: ends as it claims`, await page.locator(".lesson").getAttribute("data-ends"), "as told");
        const told = await text(page, ".lesson-body");
        check(`${title}: answers with numbers`, /\d/.test(told) && !/NaN|undefined|–/.test(told), told);
        for (const [i, words] of (TRIES[id] ?? []).entries()) {
            const tries = page.locator(".lesson-body > .pair:not(.quiet) button").filter({ hasNotText: "Go back" });
            await tries.nth(i).click();
            await page.waitForFunction((pattern) => new RegExp(pattern).test(document.querySelector(".told-after")?.textContent ?? ""), words.source, { timeout: 60_000 }).catch(() => undefined);
            check(`${title}: try ${i + 1}`, words.test(await text(page, ".told-after")), await text(page, ".told-after"));
        }
        check(`${title}: nothing is asked of a network, nothing complains`, asked.length + said.length === 0, [...asked, ...said].join());
        await context.close();
    });

await browser.close();
end();
