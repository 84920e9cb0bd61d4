/** How well the neighbours of a row are of its class: every row asks, all others answer, nearest first. */

export interface Scores {
  /** Share of the rows with one of their class nearest, or among the five nearest. */
  readonly recallAt1: number;
  readonly recallAt5: number;
  /** Mean share of the own class among the R nearest, R being the number of others of the class. */
  readonly rPrecision: number;
  /** Mean over the rows of the average precision of their ranking. */
  readonly meanAveragePrecision: number;
  /** Mean of (b − a) / max(a, b): a to the own class, b to the nearest other one; 0 for a class of one row. */
  readonly silhouette: number;
}

export interface Metric {
  readonly key: keyof Scores;
  readonly title: string;
}

/** Higher is better in all of them. */
export const metrics: readonly Metric[] = [
  { key: "recallAt1", title: "recall@1" },
  { key: "recallAt5", title: "recall@5" },
  { key: "rPrecision", title: "R-precision" },
  { key: "meanAveragePrecision", title: "mAP" },
  { key: "silhouette", title: "silhouette" },
];

function distancesFrom(x: Float32Array, row: number, dimension: number, into: Float64Array): void {
  const from = row * dimension;
  for (let j = 0; j < into.length; j++) {
    let sum = 0;
    for (let k = 0; k < dimension; k++) {
      const difference = (x[from + k] as number) - (x[j * dimension + k] as number);
      sum += difference * difference;
    }
    into[j] = Math.sqrt(sum);
  }
}

/** What one ranking says; `hits` tells in order of distance whether a row is of the class asked for. */
function rankingScores(hits: readonly boolean[], relevant: number) {
  let found = 0;
  let precisions = 0;
  let atR = 0;
  for (const [i, hit] of hits.entries()) {
    if (hit) precisions += ++found / (i + 1);
    if (i + 1 === relevant) atR = found / relevant;
  }
  return {
    recallAt1: Number(hits[0]),
    recallAt5: Number(hits.slice(0, 5).includes(true)),
    rPrecision: atR,
    meanAveragePrecision: precisions / relevant,
  };
}

function silhouetteOf(distances: Float64Array, labels: Int32Array, own: number, counts: Int32Array): number {
  if ((counts[own] as number) < 2) return 0;
  const sums = new Float64Array(counts.length);
  for (const [j, label] of labels.entries()) sums[label] = (sums[label] as number) + (distances[j] as number);
  let other = Number.POSITIVE_INFINITY;
  for (const [label, count] of counts.entries())
    if (label !== own && count > 0) other = Math.min(other, (sums[label] as number) / count);
  const inner = (sums[own] as number) / ((counts[own] as number) - 1);
  const most = Math.max(inner, other);
  return most > 0 && Number.isFinite(other) ? (other - inner) / most : 0;
}

export interface Ranking {
  readonly scores: Scores;
  /** The average precision of each row that asks, in their order. */
  readonly precisions: Float64Array;
}

/** Scores of rows by Euclidean distance; equal distances rank by row. Rows without another of their class do not ask. */
export function rank(x: Float32Array, labels: Int32Array, classes: number, dimension: number): Ranking {
  const n = labels.length;
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  const sums = { recallAt1: 0, recallAt5: 0, rPrecision: 0, meanAveragePrecision: 0 };
  const distances = new Float64Array(n);
  const precisions: number[] = [];
  let silhouette = 0;
  for (const [i, own] of labels.entries()) {
    distancesFrom(x, i, dimension, distances);
    silhouette += silhouetteOf(distances, labels, own, counts) / n;
    const relevant = (counts[own] as number) - 1;
    if (relevant === 0) continue;
    const order = Int32Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
    order.sort((a, b) => (distances[a] as number) - (distances[b] as number) || a - b);
    const one = rankingScores(
      Array.from(order, (j) => labels[j] === own),
      relevant,
    );
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += one[key];
    precisions.push(one.meanAveragePrecision);
  }
  const mean = (sum: number) => sum / (precisions.length || 1);
  const scores = {
    recallAt1: mean(sums.recallAt1),
    recallAt5: mean(sums.recallAt5),
    rPrecision: mean(sums.rPrecision),
    meanAveragePrecision: mean(sums.meanAveragePrecision),
    silhouette,
  };
  return { scores, precisions: Float64Array.from(precisions) };
}
