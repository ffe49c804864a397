// The learner's own data: read as the program reads them, refused in the same clear words; parts, names, planes.
import { LIMITS, configOf, inFolder, newSession, program } from "./engine.mjs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, end, group, refuses, same } from "./tap.mjs";

const session = newSession();
const csv = (text, name = "mine.csv") => ({ kind: "csv", name, text });

const WRONG = {
    "a line too short": ["1,2,a\n3,b\n", "mine.csv line 2: expected 3 fields as in line 1, found 2"],
    "a word among numbers": ["1,2,a\n3,x,b\n", "mine.csv line 2 field 2: expected a number, found \"x\""],
    "infinity": ["1,2,a\n3,inf,b\n", "expected a finite number"],
    "nothing": ["", "mine.csv: the file is empty, expected one example a line"],
    "one column": ["1\n2\n", "expected at least 2 fields"],
    "one class": ["1,a\n2,a\n", "expected at least two classes"],
    "an open quote": ["1,\"a\n", "a quote is opened and never closed"],
    "mixed labels": ["1,0\n2,a\n", "expected a number for the class"],
    "a header alone": ["a,b,c\n", "expected examples after the header"],
};
for (const [name, [text, words]] of Object.entries(WRONG)) {
    await refuses(`${name} is refused`, () => session.checkData(csv(text)), words);
    await group(`${name}: the program's words`, () =>
        inFolder((folder) => {
            writeFileSync(join(folder, "mine.csv"), text);
            let said = "";
            try {
                program(process.env.RELIVE_PLAIN, ["train", "--data", "mine.csv"], folder);
            } catch (error) {
                said = error.stderr;
            }
            check(`${name}: the program says the same`, said.includes(words), said);
        }),
    );
}
const wide = (columns) => Array.from({ length: 4 }, (_, r) => `${Array.from({ length: columns }, (_, i) => r * i).join(",")},${r % 2}`).join("\n");
same("fifty columns are read", session.checkData(csv(wide(50))).features, 50);
await refuses("fifty-one are not", () => session.checkData(csv(wide(51))), "mine.csv: 51 columns of features, expected at most 50");
await refuses("nor too many rows", () => session.checkData(csv("1,2\n2,1\n".repeat(LIMITS.rows))), `expected at most ${LIMITS.rows}`);
await refuses("points of one class", () => session.checkData({ kind: "points", points: [[0, 0, 1], [1, 1, 1]] }), "expected at least two classes");
await refuses("no points", () => session.checkData({ kind: "points", points: [] }), "points.csv");

same("a header gives names", session.checkData(csv('\uFEFF\n"a, b" , c,kind\n1,2,x\n3,4,y\n')).featureNames.join("|"), "a, b|c");
same("without one they are numbered", session.checkData(csv("1,2,x\n3,4,y\n")).featureNames.join("|"), "x1|x2");
same("a label may be any word", session.checkData(csv("1,2,x\r\n3,4,y\r\n")).rows, 2);

await group("a world of a CSV", () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${100 - i},${i % 3 === 0 ? "red" : "blue"}`);
    const world = session.open(configOf({ data: csv(rows.join("\n")), testShare: 0.25, batch: 0 }));
    same("its classes are named in order", world.classNames.join(), "blue,red");
    same("its parts are disjoint and whole", [...world.trainRows, ...world.testRows].sort((a, b) => a - b).join(), rows.map((_, i) => i).join());
    same("its test rows are marked", world.test.reduce((sum, each) => sum + each, 0), 10);
    const mean = world.trainRows.reduce((sum, row) => sum + world.x[2 * row], 0) / 30;
    check("its scaling is the training part's", Math.abs(world.scaling.mean[0] - mean) < 1e-5, world.scaling);
    const frame = session.frame({ unitMaps: 5, plane: 7, axes: [1, 0], area: { low: [60, 0], high: [100, 39] } }, false, {});
    same("maps have their sides", `${frame.twins[0].unitMaps.length} ${frame.twins[0].plane.length}`, `${16 * 25} ${2 * 49}`);
    const sum = frame.twins[1].plane[0] + frame.twins[1].plane[49];
    check("classes share one probability", Math.abs(sum - 1) < 1e-6, sum);
});

await group("one feature, real targets", () => {
    const world = session.open(configOf({ data: { kind: "shipped", name: "dosage" }, testShare: 0, batch: 0 }));
    same("rows and targets", [...world.x, ...world.y].join(), "0,0.5,1,0,1,0");
    const { twins } = session.frame({ unitMaps: 9, plane: 9, confusion: "train" }, false, {});
    same("a map of one row", `${twins[0].unitMaps.length} ${twins[0].plane.length} ${twins[0].confusion}`, `${16 * 9} 9 null`);
});

await group("the plane", () => {
    // One unit that passes x₂ on shows the grid itself: up is x₂, slow; across is x₁, fast.
    const parameters = [0, 1, 0, 1, 0, 0, 0];
    const config = { ...configOf({ hidden: [1], standardize: false }), twins: [{ curves: [{ name: "identity", alpha: 0 }], parameters }] };
    session.open(config);
    const { twins } = session.frame({ unitMaps: 3, area: { low: [-1, -2], high: [1, 2] } }, false, {});
    same("its first row lies lowest", [...twins[0].unitMaps].join(), "-2,-2,-2,0,0,0,2,2,2");
});
end();
