/** Where in a list of recorded steps the last one at or before this step stands; 0 if all are later. */
export function momentAt(steps: ArrayLike<number>, step: number): number {
    let at = steps.length - 1;
    while (at > 0 && steps[at] > step) at--;
    return Math.max(0, at);
}
