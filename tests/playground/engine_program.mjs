// `relive play`: a program that carries the page writes it byte for byte, whole or not at all.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inFolder } from "./engine.mjs";
import { check, end, group, same } from "./tap.mjs";

const MOST_BYTES = 600_000;

function play(folder, ...words) {
    const env = { ...process.env, DISPLAY: "", WAYLAND_DISPLAY: "" };
    try {
        return { code: 0, out: execFileSync(process.env.RELIVE_PLAIN, ["play", ...words], { cwd: folder, env, encoding: "utf8", stdio: "pipe" }) };
    } catch (error) {
        return { code: error.status, said: error.stderr };
    }
}

await group("relive play", () =>
    inFolder((folder) => {
        const page = readFileSync(process.env.RELIVE_PLAYGROUND);
        const { code, out } = play(folder);
        same("it ends well", code, 0);
        check("it says where the file is", out.includes("outputs/playground.html"), out);
        check("it is the page", readFileSync(join(folder, "outputs/playground.html")).equals(page));
        check(`the page is below ${MOST_BYTES} bytes`, statSync(process.env.RELIVE_PLAYGROUND).size < MOST_BYTES, page.length);
        same("--out says where to", play(folder, "--out", "there", "--no-open").code, 0);
        check("and there it is", readFileSync(join(folder, "there/playground.html")).equals(page));
        writeFileSync(join(folder, "file"), "");
        const refused = play(folder, "--out", "file");
        check("a file is no folder", refused.code === 2 && refused.said.includes("not a folder"), refused);
        mkdirSync(join(folder, "deep"));
        same("a folder that is there will do", play(folder, "--out", "deep").code, 0);
        const lost = play(folder, "--out", "no/such");
        check("no folder is made in the air", lost.code === 2 && !existsSync(join(folder, "no")), lost);
    }),
);

await group("the page needs nobody", () => {
    const page = readFileSync(process.env.RELIVE_PLAYGROUND, "utf8");
    const tags = page.match(/<(script|link|img|iframe)\b[^>]*>/g) ?? [];
    const outside = tags.filter((tag) => /(src|href)="(?!data:|#)/.test(tag));
    check("no tag loads anything", outside.length === 0, outside);
});

end();
