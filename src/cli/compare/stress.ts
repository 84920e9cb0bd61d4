/** Damage done to training rows, and to them alone: test rows stay as they are. */

import { type Random, shuffle } from "../../random.ts";
import { counted } from "../table/columns.ts";
import { robustScale } from "../table/scale.ts";
import type { Target } from "../table/target.ts";

export interface Stress {
  /** Share of training labels changed to another class. */
  readonly labelNoise: number;
  /** Share of training targets moved far away. */
  readonly outliers: number;
  /** The largest class has this many times the training rows of the smallest. */
  readonly imbalance: number;
}

export interface Training {
  readonly rows: Int32Array;
  /** The whole table's target, with the training rows' values changed. */
  readonly target: Target;
}

const [NEAREST, FARTHEST] = [5, 15];

export function applyStress(target: Target, train: Int32Array, stress: Stress, random: Random): Training {
  if (target.task === "regression")
    return { rows: train, target: { ...target, values: moveTargets(target.values, train, stress.outliers, random) } };
  const labels = changeLabels(target.labels, target.classes.length, train, stress.labelNoise, random);
  const rows =
    stress.imbalance > 1 ? thin(target.labels, target.classes.length, train, stress.imbalance, random) : train;
  return { rows, target: { ...target, labels } };
}

/** The given share of the rows, chosen at random. */
const choose = (rows: Int32Array, share: number, random: Random): Int32Array =>
  shuffle(rows.slice(), random).subarray(0, Math.round(share * rows.length));

/** Gives the chosen rows one of the other classes. */
function changeLabels(
  labels: Int32Array,
  classes: number,
  train: Int32Array,
  share: number,
  random: Random,
): Int32Array {
  const changed = labels.slice();
  for (const row of choose(train, share, random))
    changed[row] = ((changed[row] as number) + 1 + random.below(classes - 1)) % classes;
  return changed;
}

/** Moves the chosen rows' targets up or down by 5 to 15 robust standard deviations. */
function moveTargets(values: Float64Array, train: Int32Array, share: number, random: Random): Float64Array {
  const moved = values.slice();
  const { scale } = robustScale(Float64Array.from(train, (row) => values[row] as number));
  for (const row of choose(train, share, random)) {
    const far = NEAREST + (FARTHEST - NEAREST) * random.uniform();
    moved[row] = (moved[row] as number) + (random.uniform() < 0.5 ? -far : far) * scale;
  }
  return moved;
}

/** Drops rows until class sizes fall geometrically, from the largest class to one `ratio` times smaller. */
function thin(labels: Int32Array, classes: number, train: Int32Array, ratio: number, random: Random): Int32Array {
  const sizes = new Int32Array(classes);
  for (const row of train) sizes[labels[row] as number] = (sizes[labels[row] as number] as number) + 1;
  const bySize = Array.from(sizes, (size, label) => ({ size, label })).sort((a, b) => b.size - a.size);
  const largest = bySize[0]?.size ?? 0;
  const left = new Int32Array(classes);
  for (const [rank, { label }] of bySize.entries())
    left[label] = Math.max(1, Math.round(largest * ratio ** (-rank / (classes - 1))));
  return shuffle(train.slice(), random)
    .filter((row) => {
      const label = labels[row] as number;
      left[label] = (left[label] as number) - 1;
      return (left[label] as number) >= 0;
    })
    .sort();
}

/** The stress in words; empty where there is none. */
export function describeStress({ labelNoise, outliers, imbalance }: Stress, classes: number): string[] {
  const percent = (share: number) => `${Number((share * 100).toFixed(4))} %`;
  const said: string[] = [];
  if (labelNoise > 0) said.push(`${percent(labelNoise)} of the labels changed to another class`);
  if (outliers > 0)
    said.push(
      `${percent(outliers)} of the targets moved up or down by ${NEAREST} to ${FARTHEST} robust standard deviations`,
    );
  if (imbalance > 1)
    said.push(`${counted(classes, "class")} thinned until the largest has ${imbalance} times the rows of the smallest`);
  return said.map((line) => `stress: ${line}, in the training rows only; the test rows stay clean`);
}
