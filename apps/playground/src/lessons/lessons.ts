/* The lessons, in the order in which they are best taken. */
import type { Lesson } from "./lesson";

export const LESSONS: readonly Lesson[] = [];
