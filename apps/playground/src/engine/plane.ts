/* Points of the input plane on which maps are drawn: a grid over two features in raw units, the others held still, on
 * the scale on which the nets take them. */
import type { Area, Scaling, Watch, World } from "./api";

export function areaOf(world: World, axes: [number, number]): Area {
    const side = (axis: number): [number, number] => {
        const low = world.reference.low[axis];
        const high = world.reference.high[axis];
        const margin = 0.08 * (high - low) || 1;
        return [low - margin, high + margin];
    };
    const [across, up] = [side(axes[0]), side(axes[1])];
    return { low: [across[0], up[0]], high: [across[1], up[1]] };
}

/** What a watch leaves open is filled in. */
export function settlePlane(world: World, watch: Watch): { axes: [number, number]; area: Area; rest: number[] } {
    const last = world.features - 1;
    const axes: [number, number] = [Math.min(watch.axes?.[0] ?? 0, last), Math.min(watch.axes?.[1] ?? 1, last)];
    const rest = watch.rest?.length === world.features ? watch.rest : world.reference.mean;
    return { axes, area: watch.area ?? areaOf(world, axes), rest };
}

/** Rows [side · side][features], or [side][features] for data of one feature; up is slow, across is fast. */
export function gridRows(world: World, side: number, plane: { axes: [number, number]; area: Area; rest: number[] }): Float32Array {
    const { features, scaling } = world;
    const { axes, area, rest } = plane;
    const rows = features === 1 ? 1 : side;
    const scaled = (value: number, feature: number) => scale(scaling, value, feature);
    const still = rest.map(scaled);
    const at = (k: number, which: 0 | 1) =>
        scaled(area.low[which] + ((area.high[which] - area.low[which]) * k) / Math.max(1, side - 1), axes[which]);
    const grid = new Float32Array(rows * side * features);
    for (let up = 0, i = 0; up < rows; up++)
        for (let across = 0; across < side; across++, i += features) {
            grid.set(still, i);
            if (features > 1) grid[i + axes[1]] = at(up, 1);
            grid[i + axes[0]] = at(across, 0);
        }
    return grid;
}

function scale(scaling: Scaling, value: number, feature: number): number {
    return (value - scaling.mean[feature]) / scaling.deviation[feature];
}
