// What the playground's tests report: TAP, as the other test programs do. Each file awaits its tests, then end().
let tests = 0;
let failures = 0;

/** One claim and whether it holds; detail says what was found instead. */
export function check(what, holds, detail = "") {
    tests++;
    failures += holds ? 0 : 1;
    const said = typeof detail === "string" ? detail : JSON.stringify(detail);
    console.log(`${holds ? "ok" : "not ok"} ${tests} - ${what}${holds ? "" : ` (${said})`}`);
}

export function same(what, found, expected) {
    check(what, Object.is(found, expected), `${found}, expected ${expected}`);
}

/** That act refuses, in these words. */
export async function refuses(what, act, words) {
    try {
        await act();
        check(what, false, "it was taken");
    } catch (error) {
        check(what, error.message.includes(words), `"${error.message}", expected "${words}"`);
    }
}

/** A group of claims: what throws inside is one that failed. */
export async function group(name, body) {
    try {
        await body();
    } catch (error) {
        check(name, false, error.stack ?? String(error));
    }
}

export function end() {
    console.log(`1..${tests}`);
    process.exit(failures ? 1 : 0);
}
