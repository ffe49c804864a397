/* Where a network's parts lie on its canvas: a column a layer, inputs left, outputs right. */
import type { World } from "../engine/api";

export interface Spot {
    x: number;
    y: number;
}

export interface Placed {
    width: number;
    height: number;
    radius: number; // of a unit
    inputs: Spot[]; // one only where there are too many to show
    bundled: boolean; // that one stands for all inputs
    hidden: Spot[][]; // [layers][units]
    outputs: Spot[];
}

const MOST_INPUTS = 8;
const EDGE = 26; // room for the names of inputs and outputs

export function place(world: World, width: number): Placed {
    const { hidden } = world.config;
    const tallest = Math.max(...hidden, Math.min(world.features, MOST_INPUTS), world.outputs);
    const columns = hidden.length + 2;
    const gap = (width - 2 * EDGE) / (columns - 1);
    const height = Math.max(170, Math.min(440, tallest * (tallest > 16 ? 14 : 29) + 10));
    const pitch = Math.min(46, (height - 8) / tallest);
    const radius = Math.max(2, Math.min(15, pitch * 0.42, gap * 0.34));
    const column = (at: number, count: number): Spot[] => {
        const step = Math.min(pitch, (height - 8) / Math.max(1, count)) * (count < tallest / 2 ? 1.25 : 1);
        const fits = Math.min(step, (height - 2 * radius - 6) / Math.max(1, count - 1));
        return Array.from({ length: count }, (_, i) => ({ x: EDGE + at * gap, y: height / 2 + (i - (count - 1) / 2) * fits }));
    };
    const bundled = world.features > MOST_INPUTS;
    return {
        width,
        height,
        radius,
        inputs: column(0, bundled ? 1 : world.features),
        bundled,
        hidden: hidden.map((count, layer) => column(layer + 1, count)),
        outputs: column(columns - 1, world.outputs),
    };
}
