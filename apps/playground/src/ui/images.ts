/* Data whose rows are images: a row as a picture, and a unit's weights on its pixels as one. */
import type { World } from "../engine/api";
import { h } from "./dom";
import { palette, rgb } from "./palette";

type Ink = (value: number) => [red: number, green: number, blue: number, opacity: number];

function picture(values: ArrayLike<number>, { width, height }: { width: number; height: number }, ink: Ink, label: string): HTMLCanvasElement {
    const canvas = h("canvas", { class: "image", width, height, role: "img", "aria-label": label });
    const draw = canvas.getContext("2d") as CanvasRenderingContext2D;
    const pixels = draw.createImageData(width, height);
    for (let i = 0; i < values.length; i++) pixels.data.set(ink(values[i]), 4 * i);
    draw.putImageData(pixels, 0, 0);
    return canvas;
}

const HIGHEST = 16; // a pixel of the digits is a count of 16 dots

/** A row of the data, in black on white. */
export function imageOf(world: World, row: number, label: string): HTMLCanvasElement {
    const { image, features, x } = world;
    if (!image) throw new Error("these data are no images");
    return picture(x.subarray(row * features, (row + 1) * features), image, (value) => [0, 0, 0, (255 * value) / HIGHEST], label);
}

/** Weights on the pixels: in the colours of the network's lines, full for the largest. */
export function weightsImage(world: World, weights: Float32Array, label: string): HTMLCanvasElement {
    if (!world.image) throw new Error("these data are no images");
    const { plus, minus } = palette();
    const [above, below] = [rgb(plus), rgb(minus)];
    const most = weights.reduce((largest, each) => Math.max(largest, Math.abs(each)), 0) || 1;
    const ink: Ink = (value) => [...(value < 0 ? below : above), (255 * Math.abs(value)) / most];
    return picture(weights, world.image, ink, label);
}
