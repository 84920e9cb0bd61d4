/** Fewer rows of a large table, drawn by the seed. */

import { seededRandom, shuffle } from "../../random.ts";
import { counted } from "./columns.ts";
import { pick } from "./pick.ts";
import type { Target, TargetReading } from "./target.ts";

export interface Sampling {
  readonly most: number;
  readonly seed: number;
}

const pickTarget = (target: Target, at: Int32Array): Target =>
  target.task === "classification"
    ? { ...target, labels: pick(target.labels, at) }
    : { ...target, values: pick(target.values, at) };

/** At most so many of the rows whose target is known, in their order, and what is said of it. */
export function sampleRows(reading: TargetReading, { most, seed }: Sampling): [TargetReading, string[]] {
  const { rows, target } = reading;
  if (rows.length <= most) return [reading, []];
  const all = Int32Array.from({ length: rows.length }, (_, i) => i);
  const at = shuffle(all, seededRandom(seed, 4)).subarray(0, most).sort();
  const note = `a sample of ${counted(most, "row")} out of ${rows.length}, drawn by the seed (--max-rows takes more or fewer)`;
  return [{ ...reading, rows: pick(rows, at), target: pickTarget(target, at) }, [note]];
}
