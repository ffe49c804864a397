// Hands on: what is done by hand has its effect, and no other; done again at the same steps it gives the same bits. Going
// back shows what was; a unit's inspection adds up.
import { configOf, curves, newSession } from "./engine.mjs";
import { check, end, group, refuses, same } from "./tap.mjs";

const session = newSession();
const watch = { parameters: true, unit: { layer: 0, unit: 2 } };
const look = () => session.frame(watch, false, {});
const bits = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
const parameters = () => look().twins.map((twin) => bits(twin.parameters)).join();
const stateOf = (twin, layer, unit) => session.inspect(twin, { layer, unit }, {}).evidence.state;

await group("kill and bring back", () => {
    const world = session.open(configOf({}, ["relu", 0], ["leaky_relu", 0.1]));
    session.runTo(3 * world.stepsPerEpoch);
    const other = bits(look().twins[1].parameters);
    const done = session.act({ do: "kill", twin: 0, layer: 0, unit: 2 });
    same("a killed ReLU unit is dead", stateOf(0, 0, 2), "dead");
    check("and its z lies below zero everywhere", look().twins[0].z.every((z) => z < 0));
    same("the other twin does not notice", bits(look().twins[1].parameters), other);
    check("it is said by how much the outputs changed", done.largestChange > 0 && done.step === 3 * world.stepsPerEpoch, done);
    const [death] = session.ledger().filter((event) => event.kind === "death" && event.byHand === "kill");
    same("the ledger knows who did it", `${death.twin} ${death.layer} ${death.unit} ${death.cause}`, "0 0 2 bias fell");
    session.act({ do: "kill", twin: 1, layer: 0, unit: 2 });
    same("a killed leaky unit is silent, not dead", stateOf(1, 0, 2), "silent");
    session.advance(10 * world.stepsPerEpoch);
    same("in the first layer death is for ever", stateOf(0, 0, 2), "dead");

    const before = look().twins[0];
    const revived = session.act({ do: "revive", twin: 0, units: [{ layer: 0, unit: 2 }] });
    same("ReDo wakes it", `${revived.fates} ${stateOf(0, 0, 2)}`, "woken starved");
    same("without a change of the outputs", `${revived.largestChange} ${look().twins[0].trainLoss}`, `0 ${before.trainLoss}`);
    session.advance(world.stepsPerEpoch);
    check("and it lives on", !["dead", "starved"].includes(stateOf(0, 0, 2)), stateOf(0, 0, 2));

    session.act({ do: "kill", twin: 0, layer: 1, unit: 1 });
    const lifted = session.act({ do: "lift", twin: 0, units: [{ layer: 1, unit: 1 }], share: 0.25 });
    const { fired, rows } = session.inspect(0, { layer: 1, unit: 1 }, {}).evidence;
    check("a lifted unit fires on the share asked for", lifted.fates[0] === "woken" && Math.abs(fired / rows - 0.25) < 0.02, fired / rows);

    session.act({ do: "kill", twin: 0, layer: 0, unit: 5 });
    session.act({ do: "curve", twin: 0, layer: 0, curve: { name: "leaky_relu", alpha: 0.2 } });
    same("under a leaky curve the dead are silent", stateOf(0, 0, 5), "silent");
    same("the swap is told as such", session.ledger().at(-1).cause, "curve changed");
    same("and shown", look().twins[0].curves.join(), "leaky_relu,relu");
    session.advance(20 * world.stepsPerEpoch);
    check("they can learn again", session.inspect(0, { layer: 0, unit: 5 }, {}).weightGradient.some((each) => each !== 0));
});

await group("by hand", async () => {
    const world = session.open(configOf({}));
    session.act({ do: "weight", twin: 1, layer: 0, unit: 3, input: 1, value: 0.625 });
    session.act({ do: "bias", twin: 1, layer: 2, unit: 1, value: -2 });
    const { layers } = world.layouts[1];
    const own = look().twins[1].parameters;
    same("a weight is set", own[layers[0].weights + 3 * 2 + 1], 0.625);
    same("an output's bias is set", own[layers[2].bias + 1], -2);
    const before = look().twins;
    session.act({ do: "rate", lr: 1e-30 });
    session.advance(7);
    const moved = look().twins.map((twin, t) => Math.max(...twin.parameters.map((w, i) => Math.abs(w - before[t].parameters[i]))));
    check("a rate of next to nothing moves next to nothing", Math.max(...moved) < 1e-28, moved);
    same("and is shown", look().lr, 1e-30);
    session.act({ do: "curve", twin: 1, layer: 1, curve: { name: "leaky_relu", alpha: 0.5 } });
    same("α changes", look().twins[1].alphas.join(), "0.01,0.5");
    same("the command says that hands were on it", `${session.command(1).exact}`, "false");
    await refuses("no such unit", () => session.act({ do: "kill", twin: 0, layer: 0, unit: 8 }), "layer 0, unit 8");
    await refuses("no such layer", () => session.act({ do: "bias", twin: 0, layer: 3, unit: 0, value: 1 }), "layer 3");
    await refuses("no such twin", () => session.act({ do: "kill", twin: 2, layer: 0, unit: 0 }), "twin 2");
    await refuses("no number", () => session.act({ do: "bias", twin: 0, layer: 0, unit: 0, value: NaN }), "bias NaN");
    await refuses("a rate below zero", () => session.act({ do: "rate", lr: -1 }), "learning rate -1");
    await refuses("no such curve", () => session.act({ do: "curve", twin: 0, layer: 0, curve: { name: "x", alpha: 0 } }), '"x"');
    await refuses("a curve that learns", () => session.act({ do: "curve", twin: 0, layer: 0, curve: { name: "prelu", alpha: 0 } }), "cannot share");
    await refuses("a share of nothing", () => session.act({ do: "lift", twin: 0, units: [{ layer: 0, unit: 0 }], share: 0 }), "share 0");
    same("what was refused is no deed", session.past().deeds.length, 4);
});

await group("lived again", () => {
    const config = configOf({ optimizer: "adam", lr: 0.05, dropout: 0.1 }, ["relu", 0], ["leaky_relu", 0.1], ["elu", 1]);
    session.open(config);
    session.advance(20);
    session.act({ do: "kill", twin: 0, layer: 1, unit: 0 });
    session.advance(31);
    session.act({ do: "revive", twin: 0, units: [{ layer: 1, unit: 0 }, { layer: 0, unit: 1 }] });
    session.act({ do: "rate", lr: 0.01 });
    session.advance(100);
    session.act({ do: "curve", twin: 2, layer: 0, curve: { name: "gelu", alpha: 0 } });
    session.advance(9);
    const past = JSON.parse(JSON.stringify(session.past()));
    const [end, ledger] = [parameters(), JSON.stringify(session.ledger())];
    const again = newSession();
    again.open(config, past);
    same("config and past give the same bits", again.frame(watch, false, {}).twins.map((twin) => bits(twin.parameters)).join(), end);
    same("and the same ledger", JSON.stringify(again.ledger()), ledger);
    same("at the same step", again.step, 160);
});

await group("going back", async () => {
    const world = session.open(configOf({ lr: 1, bias: -0.3 }));
    session.runTo(4 * world.stepsPerEpoch);
    const then = look();
    session.runTo(60 * world.stepsPerEpoch + 3);
    const now = parameters();
    const shown = session.goTo(then.step);
    same("it finds the step", shown, then.step);
    const back = look();
    same("everything is as it was", back.twins.map((twin) => `${bits(twin.parameters)} ${twin.trainLoss} ${bits(twin.words)} ${bits(twin.z)}`).join(), then.twins.map((twin) => `${bits(twin.parameters)} ${twin.trainLoss} ${bits(twin.words)} ${bits(twin.z)}`).join());
    same("it says so", back.live, false);
    const model = Buffer.from(session.exportModel(0));
    await refuses("the past is not changed", () => session.act({ do: "kill", twin: 0, layer: 0, unit: 0 }), "is past");
    session.goTo(null);
    same("the present is untouched", parameters(), now);
    check("a model of the past is not that of now", !model.equals(Buffer.from(session.exportModel(0))));
    same("a step between two is the one before", session.goTo(then.step + 4), then.step);
    session.advance(2);
    check("running goes on from the present", look().live && session.step === 60 * world.stepsPerEpoch + 5);

    const deaths = session.ledger().filter((event) => event.kind === "death");
    check("units died", deaths.length > 2, deaths.length);
    for (const death of deaths.slice(0, 4)) {
        const { steps, z } = session.slide(death, [death.since, death.step]);
        same(`death ${death.id}: both moments are kept`, steps.join(), `${death.since},${death.step}`);
        const [before, after] = z.map((twins) => twins[death.twin]);
        check(`death ${death.id}: its z slid below zero`, before.some((each) => each > 0) && after.every((each) => each <= 0));
        check(`death ${death.id}: on that row`, Math.abs(before[death.row] - death.zBefore) < 1e-5 && Math.abs(after[death.row] - death.zAfter) < 1e-5, death);
        const { bias, weights, inputs } = death.terms;
        check(`death ${death.id}: the terms add up`, Math.abs(death.zAfter - death.zBefore - bias - weights - inputs) < 1e-12);
    }
});

await group("one unit", () => {
    const world = session.open(configOf({ data: { kind: "shipped", name: "iris" }, loss: "squared", batch: 0, testShare: 0 }, ["tanh", 0], ["relu", 0]));
    session.runTo(3 * world.stepsPerEpoch);
    const { x, scaling } = world;
    for (const twin of [0, 1]) {
        const seen = session.inspect(twin, { layer: 0, unit: 4 }, { unitMaps: 6 });
        const z = Array.from({ length: world.rows }, (_, r) => seen.bias + seen.weights.reduce((sum, w, j) => sum + (w * (x[4 * r + j] - scaling.mean[j])) / scaling.deviation[j], 0));
        check(`twin ${twin}: z is w·x + b`, z.every((each, r) => Math.abs(each - seen.z[r]) < 1e-4));
        same(`twin ${twin}: the evidence counts it`, seen.evidence.fired, seen.z.filter((each) => each > 0).length);
        same(`twin ${twin}: the highest z`, seen.evidence.highestZ, Math.max(...seen.z));
        same(`twin ${twin}: its plane`, seen.plane.length, 36);
        const { zBefore, zAfter, terms } = seen.last;
        check(`twin ${twin}: its last move adds up`, Math.abs(zAfter - zBefore - terms.bias - terms.weights - terms.inputs) < 1e-12 && terms.inputs === 0, seen.last);

        // The gradient by differences of the loss, in steps that float32 can see.
        const nudge = 1 / 1024;
        const lossAt = (value) => {
            session.act({ do: "bias", twin, layer: 0, unit: 4, value });
            return session.frame({}, false, {}).twins[twin].trainLoss;
        };
        const slope = (lossAt(seen.bias + nudge) - lossAt(seen.bias - nudge)) / (2 * nudge);
        lossAt(seen.bias);
        check(`twin ${twin}: the gradient is the loss's slope`, Math.abs(slope - seen.biasGradient) < 0.02 * Math.abs(slope) + 1e-5, `${seen.biasGradient}, by differences ${slope}`);
    }
});

await group("the dosage lesson", () => {
    const twins = [
        { curves: curves(1, "relu", 0), output: { name: "relu", alpha: 0 }, parameters: [1.7, 12.6, -0.85, 0, -40.8, 2.7, -16] },
        { curves: curves(1, "softplus", 1), parameters: [-34.4, -2.52, 2.14, 1.29, -1.3, 2.28, -0.58] },
    ];
    session.open({ ...configOf({ data: { kind: "shipped", name: "dosage" }, hidden: [2], testShare: 0, standardize: false, batch: 0 }), twins });
    const { twins: seen } = session.frame({ unitMaps: 11, plane: 11, area: { low: [0, 0], high: [1, 1] } }, false, {});
    const [relu, softplus] = seen;
    const close = (found, expected) => Math.abs(found - expected) < 5e-5;
    check("ReLU at 0.6: top 0.17", close(relu.unitMaps[6], 0.17), relu.unitMaps[6]);
    check("ReLU at 0.5: bottom 6.3, output 1.01", close(relu.unitMaps[11 + 5], 6.3) && close(relu.plane[5], 1.01), relu.plane[5]);
    same("ReLU at 0 and 1: output 0", `${relu.plane[0]} ${relu.plane[10]}`, "0 0");
    const curve = (z) => Math.log1p(Math.exp(z));
    const exact = (d) => -1.3 * curve(-34.4 * d + 2.14) + 2.28 * curve(-2.52 * d + 1.29) - 0.58;
    check("SoftPlus is what the formula gives", [...softplus.plane].every((each, i) => Math.abs(each - exact(i / 10)) < 1e-5));
});
end();
