/* The lessons, in the order in which they are best taken. A new one is a file and a line here. */
import { biasTrap } from "./bias_trap";
import { bornDead } from "./born_dead";
import { bringBack } from "./bring_back";
import { deepNarrow } from "./deep_narrow";
import { dosage } from "./dosage";
import { highRate } from "./high_rate";
import { leakyNoHelp } from "./leaky_no_help";
import type { Lesson } from "./lesson";
import { rawInputs } from "./raw_inputs";

export const LESSONS: readonly Lesson[] = [dosage, highRate, bornDead, biasTrap, rawInputs, deepNarrow, leakyNoHelp, bringBack];
