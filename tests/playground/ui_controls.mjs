// Each control does what it says, seen on the page and in the address; hands change nets; what is taken away holds what it
// should; an address opens the same page again, to the same figures.
import { readFileSync } from "node:fs";
import { addressHas, atStep, browser, enter, field, figures, open, step, text } from "./page.mjs";
import { check, end, group, same } from "./tap.mjs";

const hash = (page) => page.evaluate(() => decodeURI(location.hash));
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
/** Until the page says so; false if it does not. */
const until = (page, holds, given) => page.waitForFunction(holds, given, { timeout: 10_000 }).then(() => true, () => false);
const count = (page, selector) => page.locator(selector).count();

await group("running", async () => {
    const { page, context, asked, said } = await open();
    same("it begins at step 0", await step(page), 0);
    await press(page, "Step");
    await atStep(page, 1);
    check("Step does one step", true);
    await press(page, "Epoch");
    await atStep(page, 15);
    check("Epoch goes to the end of the epoch", true);
    await page.getByLabel("Speed").selectOption("fast");
    await press(page, "Run");
    check("Run runs, as fast as was chosen", await until(page, () => Number(document.querySelector(".clock").textContent.match(/step ([\d,]+)/)[1].replaceAll(",", "")) > 5000));
    await press(page, "Pause");
    await page.waitForFunction(() => document.querySelector(".transport .run").textContent === "Run");
    const stood = await step(page);
    await page.waitForTimeout(400);
    same("Pause pauses", await step(page), stood);
    check("deaths are in the ledger, with step and cause", /layer \d, unit \d+ died\s+step [\d,]+\s+(weights moved|inputs moved|bias fell)/.test((await text(page, ".events")).replaceAll("\n", " ")), await text(page, ".events"));
    check("a count stands with its evidence", /\d+ of 16 hidden units dead on 240 training rows/.test((await text(page, ".vital")).replaceAll("\n", " ")), await text(page, ".vital"));
    await press(page, "Reset");
    await atStep(page, 0);
    check("Reset goes back to the beginning", (await count(page, ".events li")) === 0);
    check("no network, no complaint", asked.length + said.length === 0, [...asked, ...said].join());
    await context.close();
});

await group("back in time", async () => {
    const { page, context } = await open("#lr=1.5&seed=3&step=450");
    await page.waitForSelector(".events button");
    const entry = page.locator(".events button").nth(2);
    const died = Number((await entry.locator(".step").innerText()).match(/\d+/)[0]);
    const before = await figures(page);
    await entry.click();
    await atStep(page, died);
    check("an entry of the ledger goes back to its moment", true);
    await page.waitForSelector(".slide:not([hidden])");
    check("and shows z of all rows", await until(page, () => /on 240 rows/.test(document.querySelector(".slide canvas").ariaLabel ?? "")));
    check("with the terms and the cause", /bias .*, weights .*, inputs .*\. Cause: /.test(await text(page, ".slide p")));
    check("tools wait for the present", await page.getByRole("button", { name: "Kill" }).isDisabled());
    await page.getByRole("button", { name: "Watch it happen" }).click();
    check("the death can be watched", await until(page, (step) => !document.querySelector(".clock").textContent.startsWith(`step ${step} `), died));
    await page.waitForTimeout(300);
    await page.locator(".slide").getByRole("button", { name: "Close" }).click();
    await page.waitForTimeout(700);
    await press(page, "Back to the present");
    await atStep(page, 450);
    same("the present is as it was", await figures(page), before);
    await page.locator(".scrubber").fill("150");
    await atStep(page, 150);
    check("the slider goes to a recorded moment", true);
    await context.close();
});

await group("settings", async () => {
    const { page, context } = await open("#seed=0");
    const settings = [
        ["Rows", "120", "data=moons:120"],
        ["Noise", "0.1", "moons:120:0.1"],
        ["Data seed", "4", "data-seed=4"],
        ["Layers", "5, 4, 3", "hidden=5,4,3"],
        ["Initialiser", "xavier", "init=xavier"],
        ["Initial bias", "-0.5", "bias=-0.5"],
        ["Seed", "9", "&seed=9"],
        ["Learning rate", "0.03", "lr=0.03"],
        ["Optimiser", "adam", "optimizer=adam"],
        ["Batch", "8", "batch=8"],
        ["Schedule", "cosine", "schedule=cosine"],
        ["Epochs", "12", "epochs=12"],
        ["Momentum", "0.8", "momentum=0.8"],
        ["L1", "0.001", "l1=0.001"],
        ["L2", "0.002", "l2=0.002"],
        ["Dropout", "0.1", "dropout=0.1"],
        ["Loss", "binary", "loss=binary"],
        ["Census", "5", "census=5"],
        ["Test share", "0.3", "test-share=0.3"],
    ];
    for (const [label, value, part] of settings) {
        await enter(page, label, value, part).then(
            () => check(`${label} is what the run has`, true),
            async () => check(`${label} is what the run has`, false, await hash(page)),
        );
    }
    await (await field(page, "Standardise inputs")).uncheck();
    await addressHas(page, "standardize=off");
    check("Standardise can be left out", true);
    same("the net has the units asked for", await count(page, ".twin >> nth=0 >> .unit"), 12);
    const all = await hash(page);
    check("all of it stands in the address at once", settings.every(([label, , part]) => label === "Rows" || all.includes(part)), all);
    await press(page, "One hidden layer more");
    await addressHas(page, "hidden=5,4,3,3");
    await press(page, "One hidden layer fewer");
    await page.waitForFunction(() => /hidden=5,4,3(&|$)/.test(location.hash));
    check("layers come and go", true);
    await press(page, "One twin more");
    await page.waitForFunction(() => document.querySelectorAll(".twin").length === 3);
    await press(page, "One twin more");
    await page.waitForFunction(() => document.querySelectorAll(".twin").length === 4);
    check("up to four twins", await page.getByRole("button", { name: "One twin more" }).isDisabled());
    await press(page, "One twin fewer");
    await page.waitForFunction(() => document.querySelectorAll(".twin").length === 3);
    check("and fewer again", true);

    const rate = await field(page, "Learning rate");
    await rate.fill("-1");
    await rate.press("Enter");
    check("a rate that cannot be is refused with what was expected", await until(page, () => /lr -1: expected a number above 0/.test(document.querySelector(".transport .trouble").textContent)), await text(page, ".transport .trouble"));
    await (await field(page, "Layers")).fill("8, 65");
    await (await field(page, "Layers")).press("Enter");
    check("a layer of 65 units too", await until(page, () => /hidden 65: expected layers of 1 to 64 units/.test(document.querySelector(".transport .trouble").textContent)), await text(page, ".transport .trouble"));
    same("and the run stays as it was", await count(page, ".twin >> nth=0 >> .unit"), 12);
    await context.close();
});

await group("curves", async () => {
    const { page, context } = await open("#seed=0");
    await page.getByLabel("Curve of twin 1", { exact: true }).selectOption("gelu");
    await addressHas(page, "activations=gelu;leaky_relu");
    check("a twin takes any curve", true);
    await page.getByLabel("α of twin 2").fill("0.2");
    await page.getByLabel("α of twin 2").press("Enter");
    await addressHas(page, "leaky_relu:0.2");
    check("and any α", true);
    await page.getByLabel("Layers that the curve of twin 1 is set for").selectOption("1");
    await page.getByLabel("Curve of twin 1", { exact: true }).selectOption("tanh");
    await addressHas(page, "activations=gelu,tanh;");
    check("a curve a layer", true);
    await press(page, "Epoch");
    await atStep(page, 15);
    await page.getByLabel("α of twin 2").fill("0.05");
    await page.getByLabel("α of twin 2").press("Enter");
    await addressHas(page, "deeds=");
    same("α changes while it runs: the step stays", await step(page), 15);
    await (await field(page, "Learning rate")).fill("0.02");
    await (await field(page, "Learning rate")).press("Enter");
    await page.waitForTimeout(800);
    same("so does the rate", await step(page), 15);
    await context.close();
});

await group("hands on", async () => {
    const { page, context } = await open("#seed=0&step=300");
    const unit = page.locator(".twin").first().locator('.unit[data-layer="0"][data-unit="0"]');
    await unit.click();
    const word = () => text(page, ".inspector .word");
    await page.waitForFunction(() => /conducts on \d+ of 240 training rows/.test(document.querySelector(".word").textContent));
    await press(page, "Kill");
    check("Kill kills", await until(page, () => /^dead/.test(document.querySelector(".word").textContent)), await word());
    check("the ledger says that it was by hand", await until(page, () => /by hand: kill/.test(document.querySelector(".events").textContent)), await text(page, ".ledger"));
    await press(page, "Revive (ReDo)");
    check("Revive revives", await until(page, () => !/^dead/.test(document.querySelector(".word").textContent)), await word());
    check("and severs until the next step", /severed/.test(await word()), await word());
    await press(page, "Step");
    await atStep(page, 301);
    check("which joins it again", await until(page, () => !/severed/.test(document.querySelector(".word").textContent)), await word());
    await press(page, "Kill");
    await until(page, () => /^dead/.test(document.querySelector(".word").textContent));
    await press(page, "Lift bias");
    check("Lift bias lifts: it fires on a tenth of the rows", await until(page, () => /conducts on 24 of 240/.test(document.querySelector(".word").textContent)), await word());
    await press(page, "Kill");
    await until(page, () => /^dead/.test(document.querySelector(".word").textContent));
    await press(page, "Leaky swap");
    check("Leaky swap: silent, and not dead", await until(page, () => /^silent/.test(document.querySelector(".word").textContent)), await word());

    await page.evaluate(() => document.querySelectorAll(".inspector details").forEach((each) => (each.open = true)));
    const weight = page.getByLabel("Weight from x1");
    await weight.fill("1.25");
    await weight.press("Enter");
    await weight.blur();
    await page.waitForTimeout(400);
    same("a weight can be set", await weight.inputValue(), "1.25");
    const bias = page.getByLabel("Bias", { exact: true });
    await bias.fill("3");
    await bias.press("Enter");
    check("a bias too: the unit fires more", await until(page, () => /^(alive|always on)/.test(document.querySelector(".word").textContent)), await word());

    await addressHas(page, "deeds=");
    await page.waitForTimeout(900);
    const now = await figures(page);
    const address = await page.evaluate(() => location.hash);
    const again = await open(address);
    await atStep(again.page, 301);
    same("the address lives all of it again, to the same figures", await figures(again.page), now);
    check("with the unit in view", await until(again.page, () => /Layer 1, unit 1/.test(document.querySelector("#inspector-title").textContent)));
    await again.context.close();
    await context.close();
});

await group("data", async () => {
    const { page, context } = await open("#seed=0");
    for (const [name, about] of [["circles", /2 features, 2 classes/], ["iris", /150 rows.*4 features, 3 classes/], ["breast_cancer", /30 features, 2 classes/], ["digits", /64 features, 10 classes/], ["dosage", /3 rows.*1 feature, real targets/], ["spirals", /2 features, 2 classes/]]) {
        await (await field(page, "Data set")).selectOption(name);
        check(`${name} opens`, await until(page, (pattern) => new RegExp(pattern).test(document.querySelector(".about-data").textContent), about.source), await text(page, ".about-data"));
        if (name === "digits") same("digits show their images", await count(page, ".images canvas"), 10);
        if (name === "iris") {
            await page.getByLabel("Feature up").selectOption("3");
            await addressHas(page, "axes=0,3");
            check("two of the features are chosen for the plane", true);
        }
    }
    await page.locator(".csv > summary").click();
    const csv = page.getByLabel("CSV", { exact: true });
    const wrong = () => text(page, ".csv .trouble");
    const use = async (content, words) => {
        await csv.fill(content);
        await press(page, "Use this CSV");
        await until(page, (part) => document.querySelector(".csv .trouble").textContent.includes(part), words);
        return wrong();
    };
    const short = await use("x,y,class\n1,2,a\n3,b\n", "line 3");
    check("a line too short is refused, and named", /line 3/.test(short) && !short.includes("\n"), short);
    const wordy = await use("1,2,a\n3,oops,b\n", "oops");
    check("so is a word among numbers", /oops/.test(wordy), wordy);
    const wide = await use(`${Array.from({ length: 52 }, (_, i) => i).join(",")},a\n${Array.from({ length: 52 }, (_, i) => i).join(",")},b\n`, "50");
    check("and more than 50 columns", /50/.test(wide), wide);
    check("the run stays as it was", /2 features/.test(await text(page, ".about-data")));
    await use("u,v,w,class\n" + Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 5},${i % 3},${i % 2 ? "odd" : "even"}`).join("\n"), "");
    check("a good CSV opens", await until(page, () => /40 rows.*3 features, 2 classes/.test(document.querySelector(".about-data").textContent)), await text(page, ".about-data"));
    await addressHas(page, "csv=");
    const again = await open(await page.evaluate(() => location.hash));
    check("and travels in the address", /40 rows.*3 features, 2 classes/.test(await text(again.page, ".about-data")));
    await again.context.close();

    await (await field(page, "Data set")).selectOption("blobs");
    await until(page, () => /3 classes/.test(document.querySelector(".about-data").textContent));
    const rows = Number((await text(page, ".about-data")).match(/^[\d,]+/)[0].replaceAll(",", ""));
    await press(page, "Draw points");
    await page.locator(".plane").first().click({ position: { x: 20, y: 20 } });
    check("a click on a plane adds a point", await until(page, (n) => document.querySelector(".about-data").textContent.startsWith(`${(n + 1).toLocaleString("en-GB")} rows`), rows), await text(page, ".about-data"));
    await press(page, "Undo point");
    check("and Undo takes it back", await until(page, (n) => document.querySelector(".about-data").textContent.startsWith(`${n.toLocaleString("en-GB")} rows`), rows), await text(page, ".about-data"));
    await page.getByLabel("x of a new point").fill("0.5");
    await press(page, "Add");
    check("points can be typed as well", await until(page, (n) => document.querySelector(".about-data").textContent.startsWith(`${(n + 1).toLocaleString("en-GB")} rows`), rows), await text(page, ".about-data"));
    await context.close();
});

await group("taking away", async () => {
    const { page, context } = await open("#lr=1.5&seed=3&step=450", { acceptDownloads: true });
    const download = async (name) => {
        const [file] = await Promise.all([page.waitForEvent("download"), press(page, name)]);
        return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
    };
    const png = await download("Picture (PNG)");
    check("a picture", png.name === "relive.png" && png.bytes.subarray(1, 4).toString() === "PNG" && png.bytes.length > 30_000, `${png.name} ${png.bytes.length}`);
    const curves = await download("Curves (CSV)");
    check("curves as CSV", curves.name === "curves.csv" && /^twin,activation,step,epoch,train_loss/.test(curves.bytes.toString()) && curves.bytes.toString().split("\n").length > 20, curves.bytes.toString().slice(0, 200));
    const ledger = await download("Ledger (CSV)");
    check("the ledger as CSV", ledger.name === "ledger.csv" && /^twin,activation,event,step.*\n(.*\n)*.*,death,/.test(ledger.bytes.toString()), ledger.bytes.toString().slice(0, 200));
    const model = await download("Model (safetensors)");
    const header = JSON.parse(model.bytes.subarray(8, 8 + Number(model.bytes.readBigUInt64LE(0))).toString());
    check("a model as safetensors", JSON.stringify(header["0.weight"].shape) === "[8,2]" && "relive.net" in header.__metadata__, JSON.stringify(header));
    await press(page, "Command (relive train)");
    check("the command", await until(page, () => /^relive train .*--lr 1\.5/.test(document.querySelector(".share pre").textContent)), await text(page, ".share"));

    const fresh = await open("#hidden=3");
    await fresh.page.locator('.share input[type="file"]').setInputFiles({ name: "mine.safetensors", mimeType: "application/octet-stream", buffer: model.bytes });
    check("the page opens its own model", await until(fresh.page, () => document.querySelectorAll(".twin .unit").length === 32), await text(fresh.page, ".share"));
    await fresh.page.locator('.share input[type="file"]').setInputFiles({ name: "bad.safetensors", mimeType: "application/octet-stream", buffer: Buffer.from("nonsense") });
    check("and refuses what is none, in one line", await until(fresh.page, () => /safetensors/.test(document.querySelector(".share [role=status]").textContent) && !/Opened/.test(document.querySelector(".share [role=status]").textContent)), await text(fresh.page, ".share [role=status]"));
    await fresh.context.close();

    await page.locator(".twin").first().locator('.unit[data-layer="1"][data-unit="2"]').click();
    await page.waitForTimeout(900);
    const address = await page.evaluate(() => location.hash);
    const now = await figures(page);
    const again = await open(address);
    await atStep(again.page, 450);
    same("URL round trip: the same figures", await figures(again.page), now);
    await again.page.waitForTimeout(900);
    same("URL round trip: the same address", await again.page.evaluate(() => location.hash), address);
    await again.context.close();
    const broken = await open("#hidden=8,900&lr=0.1");
    check("an address that cannot be says why, and the page still opens", /hidden 900/.test(await text(broken.page, ".transport .trouble")) && (await count(broken.page, ".twin")) === 2, await text(broken.page, ".transport .trouble"));
    await broken.context.close();
    await context.close();
});

await group("for teachers", async () => {
    const { page, context } = await open("#embed&seed=2");
    check("embed hides set-up and taking away", !(await page.locator(".setup").isVisible()) && !(await page.locator(".share").isVisible()) && (await page.locator(".twin").first().isVisible()));
    await page.waitForTimeout(900);
    check("and stays in the address", /embed/.test(await hash(page)), await hash(page));
    await context.close();
    const parts = { setup: ".setup", transport: ".transport", curves: ".charts", ledger: ".ledger", share: ".share", legend: ".legend", planes: ".plane-box", figures: ".numbers" };
    const all = await open(`#hide=${Object.keys(parts).join(",")}&seed=2`);
    for (const [part, selector] of Object.entries(parts)) check(`hide=${part}`, !(await all.page.locator(selector).first().isVisible()));
    check("the networks stay", await all.page.locator(".network").first().isVisible());
    await all.context.close();
});

await browser.close();
end();
