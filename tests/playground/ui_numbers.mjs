// What the page shows is what the nets are: figures are the program's for the command that the page gives, the inspector's
// numbers those of the model it saves, and counts of one thing agree wherever they stand.
import { readFileSync } from "node:fs";
import { inFolder, runLine } from "./engine.mjs";
import { atStep, browser, open, text } from "./page.mjs";
import { check, end, group, same } from "./tap.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const until = (page, holds, given) => page.waitForFunction(holds, given, { timeout: 10_000 }).then(() => true, () => false);
const minus = (shown) => Number(shown.replace("−", "-").replace("+", ""));
/** As the page writes numbers: three digits. */
const near = (shown, value) => Math.abs(minus(shown) - value) <= 0.006 * Math.abs(value) + 1e-6;
const cells = (page, selector) => page.locator(selector).allInnerTexts();

async function select(page, twin, layer, unit) {
    await page.locator(".twin").nth(twin).locator(`.unit[data-layer="${layer}"][data-unit="${unit}"]`).click();
    await page.waitForFunction((name) => document.querySelector("#inspector-title").textContent === name, `Layer ${layer + 1}, unit ${unit + 1}`);
    await page.evaluate(() => document.querySelectorAll(".inspector details").forEach((each) => (each.open = true)));
    await page.waitForSelector(".inspector:not([aria-busy]) .weights input");
}

async function saved(page, name) {
    const [file] = await Promise.all([page.waitForEvent("download"), press(page, name)]);
    return readFileSync(await file.path());
}

/** A tensor of a safetensors file. */
function tensor(bytes, name) {
    const head = Number(bytes.readBigUInt64LE(0));
    const { shape, data_offsets: [from, to] } = JSON.parse(bytes.subarray(8, 8 + head))[name];
    return { shape, values: new Float32Array(new Uint8Array(bytes.subarray(8 + head + from, 8 + head + to)).buffer) };
}

await group("figures are the program's", async () => {
    const { page, context } = await open("#seed=4&lr=0.5&step=600&hidden=6,5");
    for (const twin of [0, 1]) {
        await page.getByLabel("Twin to take away").selectOption(String(twin));
        await press(page, "Command (relive train)");
        await page.waitForFunction((curve) => document.querySelector(".share pre").textContent.includes(`--activation ${curve}`), ["relu", "leaky_relu"][twin]);
        const line = await text(page, ".share pre");
        const [seed] = await inFolder((folder) => JSON.parse(runLine(process.env.RELIVE_PLAIN, { line, csv: null }, ["--json"], folder)).seeds);
        const shown = await cells(page, `.twin >> nth=${twin} >> .figures tbody td`);
        const rate = (share) => `${(100 * share).toFixed(1)} %`;
        check(`twin ${twin + 1}: loss`, near(shown[0], seed.loss_curve.at(-1)), `${shown[0]}, the program ${seed.loss_curve.at(-1)}`);
        same(`twin ${twin + 1}: accuracy`, shown.slice(2).join(), [seed.train_accuracy, seed.test_accuracy].map(rate).join());
        const dead = seed.layers.reduce((sum, layer) => sum + layer.dead.length, 0);
        same(`twin ${twin + 1}: dead units`, (await cells(page, `.twin >> nth=${twin} >> .vital b`))[0], `${dead} of 11 hidden units dead`);
    }
    await context.close();
});

/** How many units of a twin are called so: as many as expected, or what it comes to. Names are renewed seldom, for those who listen. */
async function called(page, twin, word, expected) {
    const units = page.locator(".twin").nth(twin).locator(".unit");
    for (let left = 25; ; left--) {
        const labels = await units.evaluateAll((all) => all.map((each) => each.ariaLabel));
        const count = labels.filter((label) => label.includes(`: ${word}`)).length;
        if (count === expected || left === 0) {
            return count;
        }
        await page.waitForTimeout(200);
    }
}

await group("one thing, one number", async () => {
    const { page, context } = await open("#lr=1.5&seed=3&step=450", { acceptDownloads: true });
    const dead = Number((await text(page, ".vital b")).match(/\d+/)[0]);
    same("units that are called dead are as many as are counted", await called(page, 0, "dead", dead), dead);
    check("there are some", dead > 0, dead);
    for (const part of ["test", "train"]) {
        await page.getByLabel("Confusion matrix of").first().selectOption(part);
        await page.waitForTimeout(600);
        const counts = (await cells(page, ".twin >> nth=0 >> .confusion tbody td")).map(Number);
        const rows = counts.reduce((sum, each) => sum + each, 0);
        same(`the confusion matrix has all rows of the ${part} part`, rows, part === "test" ? 60 : 240);
        const shown = (await cells(page, ".twin >> nth=0 >> .figures tbody td"))[part === "test" ? 3 : 2];
        same(`its diagonal is the accuracy, ${part} part`, `${((100 * (counts[0] + counts[3])) / rows).toFixed(1)} %`, shown);
    }
    const truth = await page.locator(".twin").first().locator(".confusion tbody tr").first().locator("td").allInnerTexts();
    same("a row of it is what is: half of the moons", truth.reduce((sum, each) => sum + Number(each), 0), 120);
    const curves = (await saved(page, "Curves (CSV)")).toString().trim().split("\n").map((line) => line.split(","));
    const last = curves.findLast(([twin]) => twin === "1");
    const shown = await cells(page, ".twin >> nth=0 >> .figures tbody td");
    check("figures are the last of the curves", last[2] === "450" && near(shown[0], last[4]) && near(shown[1], last[6]), `${last}: ${shown}`);
    same("and so is the dead share", Math.round(16 * Number(last[8])), dead);
    const spoken = await page.locator("[data-chart]").evaluateAll((charts) => charts.map((each) => each.ariaLabel));
    check("charts say what they show", spoken[0].includes(`Loss over the steps; at step 450: ReLU ${shown[0]}`) && spoken[1].includes(`ReLU ${shown[2]}`) && spoken[2].includes(`ReLU ${((100 * dead) / 16).toFixed(1)} %`), spoken.join(" | "));
    await context.close();
});

await group("silent is not dead", async () => {
    const { page, context } = await open("#hidden=16&bias=-2");
    const said = (await text(page, ".twin >> nth=1 >> .vital")).replaceAll("\n", " ");
    const silent = Number(said.match(/(\d+) silent/)?.[1]);
    check("leaky units below zero are counted as silent alone", silent > 0, said);
    same("in the words above the net", said, `0 of 16 hidden units dead on 240 training rows; ${silent} silent, not dead.`);
    same("and so many are called silent", await called(page, 1, "silent", silent), silent);
    await context.close();
});

await group("the inspector", async () => {
    const { page, context } = await open("#seed=0&step=300", { acceptDownloads: true });
    const first = await saved(page, "Model (safetensors)");
    await page.getByLabel("Twin to take away").selectOption("1");
    const second = await saved(page, "Model (safetensors)");
    for (const [twin, layer, unit, file] of [[0, 0, 3, first], [1, 1, 5, second]]) {
        await select(page, twin, layer, unit);
        const [w, b] = [tensor(file, `${2 * layer}.weight`), tensor(file, `${2 * layer}.bias`)];
        const inputs = w.shape[1];
        const values = [b.values[unit], ...w.values.subarray(unit * inputs, (unit + 1) * inputs)];
        const shown = await page.locator(".inspector .weights input").evaluateAll((all) => all.map((each) => Number(each.value)));
        check(`bias and weights of layer ${layer + 1}, unit ${unit + 1} are the model's`, shown.length === values.length && shown.every((each, i) => Math.abs(each - values[i]) <= 5e-4 * Math.abs(values[i])), `${shown}; ${values}`);
        const terms = (await cells(page, ".inspector .move .value")).map(minus);
        const [from, to] = (await text(page, ".inspector .move p")).match(/went from (\S+) to (\S+) since/).slice(1).map(minus);
        check("the three terms add up to the move of z", Math.abs(terms[0] + terms[1] + terms[2] - (to - from)) < 0.01 * Math.abs(to) + 0.01, `${terms}: ${from} to ${to}`);
        if (layer === 0) check("inputs of a first layer do not move, weights and bias do", terms[2] === 0 && terms[0] !== 0 && terms[1] !== 0, terms);
        const facts = Object.fromEntries(await page.evaluate(() => [...document.querySelectorAll(".inspector .facts dt")].map((each) => [each.textContent, each.nextElementSibling.textContent]))); // at one moment: the inspector is drawn anew when the engine answers
        const [spoken] = (await page.locator(".inspector > canvas").evaluate((canvas) => canvas.ariaLabel)).match(/on \d+ of 240/);
        check("the histogram, the facts and the words agree", facts["fires (z > 0) on"].startsWith(spoken.slice(3)) && (twin === 1 || (await text(page, ".word")).includes(facts["conducts (slope not 0) on"].replace(" rows", " training rows"))), JSON.stringify(facts));
        const [, low, high] = (await text(page, ".inspector > canvas + p")).match(/from (\S+) to (\S+)/);
        check("so do the ends of z", facts["lowest z"] === low && facts["highest z"].split(",")[0] === high, `${low} ${high} ${JSON.stringify(facts)}`);
    }
    await select(page, 0, 0, 3);
    const bias = page.getByLabel("Bias", { exact: true });
    const gradient = minus((await cells(page, ".inspector .weights .gradient"))[0]);
    const was = Number(await bias.inputValue());
    const lossAt = async (value) => {
        await bias.fill(String(value));
        await bias.press("Enter");
        await page.waitForTimeout(300);
        return Number((await saved(page, "Curves (CSV)")).toString().split("\n").findLast((line) => line.startsWith("1,")).split(",")[4]);
    };
    const [more, less] = [await lossAt(was + 0.002), await lossAt(was - 0.002)];
    check("the bias's gradient is the slope of the loss", gradient !== 0 && Math.abs((more - less) / 0.004 - gradient) < 0.1 * Math.abs(gradient), `${(more - less) / 0.004}, shown ${gradient}`);
    await context.close();
});

await group("images", async () => {
    const { page, context } = await open("#data=digits&hidden=6,5&step=90&seed=1");
    const pixels = (selector) => page.locator(selector).evaluateAll((all) => all.map((each) => [...each.getContext("2d").getImageData(0, 0, 8, 8).data]));
    const sets = await pixels(".images canvas");
    same("an image of every digit, no two alike", new Set(sets.map(String)).size, 10);
    check("a nought is empty in the middle, a one is not", sets[0][4 * 27 + 3] < 40 && sets[1][4 * 27 + 3] > 200, `${sets[0][4 * 27 + 3]} ${sets[1][4 * 27 + 3]}`);
    await select(page, 0, 0, 2);
    await page.waitForFunction(() => document.querySelectorAll(".looks canvas").length === 2);
    const weights = await page.locator(".inspector .weights tbody input").evaluateAll((all) => all.slice(1).map((each) => Number(each.value)));
    const [drawn] = await pixels(".looks canvas");
    const most = Math.max(...weights.map(Math.abs));
    const wrong = weights.filter((weight, i) => {
        const [red, green, , opacity] = drawn.slice(4 * i, 4 * i + 4);
        return Math.abs(opacity - (255 * Math.abs(weight)) / most) > 2 || (opacity > 40 && red > green !== weight < 0);
    });
    same("weights as an image: size and sign of each", wrong.length, 0);
    const [, digit, z] = (await cells(page, ".looks figcaption"))[1].match(/on this (\d): (\S+)/);
    const facts = await text(page, ".inspector .facts");
    check("the image on which z is highest, by its number", facts.includes(`${z}, row `) && Number(digit) < 10, `${digit} ${z} ${facts}`);
    await select(page, 0, 1, 1);
    await page.waitForFunction(() => document.querySelectorAll(".looks canvas").length === 1);
    check("a deeper unit has no pixels of its own", true);
    await page.goto(`${page.url().split("#")[0]}#seed=1`);
    await page.reload();
    await atStep(page, 0);
    same("where rows are no images there are none", await page.locator(".images canvas, .looks canvas").count(), 0);
    await context.close();
});

await group("a point", async () => {
    const { page, context } = await open("#seed=0");
    await page.getByLabel("Class of the points").selectOption("1");
    await press(page, "Draw points");
    await page.getByLabel("x of a new point").fill("1.5");
    await page.getByLabel("y of a new point").fill("-0.25");
    await press(page, "Add");
    await page.waitForFunction(() => /^301 rows/.test(document.querySelector(".about-data").textContent));
    await press(page, "Epoch");
    await page.waitForFunction(() => !/step 0 /.test(document.querySelector(".clock").textContent));
    const points = await saved(page, "Command (relive train)");
    same("is kept where and as what it was put", points.toString().trim().split("\n").at(-1), "1.5,-0.25,1");
    await context.close();
});

await browser.close();
end();
