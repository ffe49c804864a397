// Colours that mean something stay apart for everyone: states of units, and plus and minus, seen as they are and without
// red or green cones (matrices of Machado, Oliveira and Fernandes, 2009, severity 1; they act on linear light), at least 15
// apart in CIELAB and 3 : 1 against the card. (States wear shapes as well.)
import { browser, open } from "./page.mjs";
import { check, end, group } from "./tap.mjs";

const EYES = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red cones": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green cones": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
};
const TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];
const WHITE = [0.9505, 1, 1.089];
const SETS = { states: ["soft", "dead", "nearly", "silent", "always", "dormant", "starved", "broken"], signs: ["plus", "minus"] };

const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, each, i) => sum + each * vector[i], 0));
const light = (hex) => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
const luminance = (hex) => times(TO_XYZ, light(hex))[1];
const contrast = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);

function lab(hex, eyes) {
    const seen = times(eyes, light(hex)).map((c) => Math.min(1, Math.max(0, c)));
    const [x, y, z] = times(TO_XYZ, seen).map((c, i) => c / WHITE[i]).map((c) => (c > 0.008856 ? Math.cbrt(c) : 7.787 * c + 16 / 116));
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

for (const colorScheme of ["light", "dark"])
    await group(colorScheme, async () => {
        const { page, context } = await open("", { colorScheme });
        const read = (names) => page.evaluate((all) => all.map((name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()), names);
        const [card, scheme] = await read(["card", "paper"]);
        check(`${colorScheme}: the theme is on`, luminance(scheme) > 0.5 === (colorScheme === "light"), scheme);
        for (const [what, names] of Object.entries(SETS)) {
            const colours = await read(names);
            colours.forEach((colour, i) => check(`${colorScheme}: ${names[i]} stands out from the card`, contrast(colour, card) >= 3, contrast(colour, card)));
            for (const [who, eyes] of Object.entries(EYES)) {
                const seen = colours.map((colour) => lab(colour, eyes));
                const pairs = seen.flatMap((a, i) => seen.slice(0, i).map((b, j) => [Math.hypot(...a.map((c, k) => c - b[k])), names[i], names[j]]));
                const [nearest] = pairs.sort(([a], [b]) => a - b);
                check(`${colorScheme}, ${who}: ${what} are apart`, nearest[0] >= 15, nearest.join(" "));
            }
        }
        await context.close();
    });
await browser.close();
end();
