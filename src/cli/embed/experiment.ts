/** Trains the projection under every loss on the same rows, and scores the rows held out. */
import { setImmediate as breathe } from "node:timers/promises";
import { seededRandom } from "../../random.ts";
import { counted } from "../table/columns.ts";
import type { Dataset } from "../table/dataset.ts";
import { standardise } from "../table/scale.ts";
import type { Classes } from "../table/target.ts";
import { type Ranking, rank } from "./metrics.ts";
import type { Objective } from "./objectives.ts";
import { type Point, principalPlane } from "./picture.ts";
import { MOST_HELD_OUT, splitRows } from "./split.ts";
import { type Rows, type Settings, train } from "./training.ts";

/** Held-out rows in some space. */
export interface View extends Ranking {
  readonly points: readonly Point[];
}

export interface Result extends View {
  readonly objective: Objective;
  /** The mean loss of each epoch. */
  readonly losses: readonly number[];
}

export interface Experiment {
  /** The features, standardised: what the projection is given. */
  readonly before: View;
  readonly results: readonly Result[];
  /** Classes of the held-out rows. */
  readonly labels: Int32Array;
  readonly notes: readonly string[];
}

/** Rows set aside, and the rest. */
export interface Material {
  readonly training: Rows;
  readonly features: Float32Array;
  readonly labels: Int32Array;
}

export function prepare({ features, width, target }: Dataset, seed: number): Material {
  const { labels, classes } = target as Classes;
  const { train: trainRows, test: testRows } = splitRows(target as Classes, seededRandom(seed, 3));
  const scaled = standardise(features, width, trainRows);
  const take = (rows: Int32Array) => {
    const taken = new Float32Array(rows.length * width);
    for (const [i, row] of rows.entries()) taken.set(scaled.subarray(row * width, (row + 1) * width), i * width);
    return { features: taken, labels: Int32Array.from(rows, (row) => labels[row] as number) };
  };
  return { training: { ...take(trainRows), width, classes: classes.length }, ...take(testRows) };
}

function view(x: Float32Array, labels: Int32Array, classes: number, width: number): View {
  return { ...rank(x, labels, classes, width), points: principalPlane(x, width) };
}

/** Runs it all; `onEpoch` hears after every epoch which loss is at work. */
export async function runExperiment(
  { training, features, labels }: Material,
  objectives: readonly Objective[],
  settings: Settings,
  onEpoch: (objective: Objective) => void,
): Promise<Experiment> {
  const { width, classes } = training;
  const { dimension, hidden, epochs, seed } = settings;
  const results: Result[] = [];
  for (const objective of objectives) {
    const run = train(objective, training, settings);
    let at = run.next();
    while (!at.done) {
      onEpoch(objective);
      // Lets the terminal draw.
      await breathe();
      at = run.next();
    }
    const { losses, embed } = at.value;
    results.push({ objective, losses, ...view(embed(features), labels, classes, dimension) });
  }
  const model = hidden ? `one hidden layer of ${counted(hidden, "rectified unit")}` : "linear";
  const most = labels.length >= MOST_HELD_OUT - classes ? ` (no more than about ${MOST_HELD_OUT})` : "";
  return {
    before: view(features, labels, classes, width),
    results,
    labels,
    notes: [
      `${counted(training.labels.length, "row")} to learn from, ${labels.length} held out${most}, a share of each class; ${counted(width, "feature")}, standardised by the training rows`,
      `projection: ${model}, ${counted(dimension, "output")} on the unit sphere; Adam, ${counted(epochs, "epoch")} of batches of up to 64 rows from up to 16 classes; seed ${seed}; the same first weights and batches for every loss`,
      "scores: every held-out row asks for the others of its class among all other held-out rows, nearest first by Euclidean distance; the features before, standardised, are the baseline",
      "noise: differences in mAP are told apart where the 95 % interval of a paired bootstrap of the held-out rows leaves 0 out; one split and one training a loss, so that other splits and seeds may differ by more",
      ...results.map(({ objective: { spec, how } }) => `${spec.name}: ${how}`),
    ],
  };
}
