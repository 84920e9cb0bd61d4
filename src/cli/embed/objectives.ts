/** Every embedding loss as something that embeddings of a labelled batch can be trained on. */

import type { LossSpec } from "../../contract/spec.ts";
import {
  arcFaceLoss,
  batchAllTripletLoss,
  batchCircleLoss,
  batchHardQuadrupletLoss,
  batchHardTripletLoss,
  centerLoss,
  contrastiveLoss,
  cosFaceLoss,
  cosineEmbeddingLoss,
  createOimMemory,
  infoNceLoss,
  ntXentLoss,
  oimLoss,
  quadrupletLoss,
  semiHardTripletLoss,
  supConLoss,
  tripletLoss,
  updateCenters,
  updateOimMemory,
  verificationLoss,
} from "../../index.ts";
import type { Random } from "../../random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { drawPairs, drawTuples, pairRounds } from "./batches.ts";

/** Embeddings of a batch, of length 1 each, and their classes. */
export interface Embedded {
  readonly data: Float32Array;
  readonly labels: Int32Array;
  readonly dimension: number;
}

/** One training under a loss, with whatever the loss learns or remembers beside the embeddings. */
export interface Session {
  /** What the optimiser moves beside the network, and its gradient. */
  readonly parameters?: Float32Array;
  readonly gradient?: Float32Array;
  /** The loss of a batch; adds the gradient of its embeddings to `into`. */
  evaluate(batch: Embedded, into: Float32Array): number;
  /** What happens after the optimiser's step. */
  update?(batch: Embedded): void;
}

export interface Problem {
  readonly classes: number;
  readonly dimension: number;
  readonly random: Random;
}

export interface Objective {
  /** The function and the options it is called with, where they are not its defaults. */
  readonly name: string;
  readonly spec: LossSpec;
  /** How the batch is handed to the loss. */
  readonly how: string;
  readonly leastClasses: number;
  start(problem: Problem): Session;
}

type Result<G extends string> = { readonly value: number; readonly grads: Readonly<Record<G, Tensor>> };

const whole = ({ data, labels, dimension }: Embedded) => ({ data, shape: [labels.length, dimension] });

function gather({ data, dimension }: Embedded, rows: Int32Array): { data: Float32Array; shape: number[] } {
  const taken = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries())
    taken.set(data.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  return { data: taken, shape: [rows.length, dimension] };
}

function scatter({ data }: Tensor, rows: Int32Array, dimension: number, into: Float32Array, factor = 1): void {
  for (const [i, row] of rows.entries())
    for (let k = 0; k < dimension; k++) {
      const at = row * dimension + k;
      into[at] = (into[at] as number) + factor * (data[i * dimension + k] as number);
    }
}

const addAll = ({ data }: Tensor, into: Float32Array) => {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) + (data[i] as number);
};

type Options = Readonly<Record<string, number>>;

export function objective(
  loss: { readonly spec: unknown },
  how: string,
  options: Options,
  start: (problem: Problem) => Session,
  leastClasses = 2,
): Objective {
  const spec = loss.spec as LossSpec;
  const settings = Object.entries(options).map(([key, value]) => ` ${key}=${value}`);
  return { name: `${spec.name}${settings.join("")}`, spec, how, leastClasses, start };
}

export type BatchLoss = {
  readonly spec: unknown;
  valueAndGrad(x: ReturnType<typeof whole>, y: Int32Array, options: Options): Result<"embeddings">;
};

/** A loss that takes the batch as it is. */
export const onBatch = (loss: BatchLoss, options: Options = {}): Objective =>
  objective(loss, "the whole batch", options, () => ({
    evaluate: (batch, into) => {
      const { value, grads } = loss.valueAndGrad(whole(batch), batch.labels, options);
      addAll(grads.embeddings, into);
      return value;
    },
  }));

/** A loss of rows side by side, drawn from the batch. */
export function onColumns<G extends string, R extends Result<G>>(
  batch: Embedded,
  columns: readonly Int32Array[],
  names: readonly G[],
  loss: (...rows: ReturnType<typeof gather>[]) => R,
  into: Float32Array,
  factor = 1,
): R {
  const result = loss(...columns.map((rows) => gather(batch, rows)));
  for (const [k, name] of names.entries())
    scatter(result.grads[name], columns[k] as Int32Array, batch.dimension, into, factor);
  return result;
}

export const PAIRS = "two pairs a row: one of its class, one of another";
const pairNames = ["first", "second"] as const;

const contrastive = objective(contrastiveLoss, PAIRS, {}, ({ random }) => ({
  evaluate: (batch, into) => {
    const { columns, different } = drawPairs(batch.labels, random);
    return onColumns(batch, columns, pairNames, (a, b) => contrastiveLoss.valueAndGrad(a, b, different), into).value;
  },
}));

const cosineMargin = { margin: 0.3 };
const cosineEmbedding = objective(cosineEmbeddingLoss, PAIRS, cosineMargin, ({ random }) => ({
  evaluate: (batch, into) => {
    const { columns, different } = drawPairs(batch.labels, random);
    const signs = different.map((other) => 1 - 2 * other);
    return onColumns(
      batch,
      columns,
      pairNames,
      (a, b) => cosineEmbeddingLoss.valueAndGrad(a, b, signs, cosineMargin),
      into,
    ).value;
  },
}));

const verification = objective(
  verificationLoss,
  `${PAIRS}; its classifier learns along`,
  {},
  ({ dimension, random }) => {
    const parameters = new Float32Array(2 * dimension + 2);
    const gradient = new Float32Array(parameters.length);
    // Class 1 says "same": a larger difference speaks against it.
    for (let k = 0; k < 2 * dimension; k++) parameters[k] = (k < dimension ? 1 : -1) + 0.01 * random.normal();
    const weight = { data: parameters.subarray(0, 2 * dimension), shape: [2, dimension] };
    const bias = parameters.subarray(2 * dimension);
    return {
      parameters,
      gradient,
      evaluate: (batch, into) => {
        const { columns, different } = drawPairs(batch.labels, random);
        const same = different.map((other) => 1 - other);
        const { value, grads } = onColumns(
          batch,
          columns,
          pairNames,
          (a, b) => verificationLoss.valueAndGrad(a, b, same, weight, bias),
          into,
        );
        gradient.set(grads.weight.data);
        gradient.set(grads.bias.data, 2 * dimension);
        return value;
      },
    };
  },
);

const triplet = objective(tripletLoss, "one random triplet a row", {}, ({ random }) => ({
  evaluate: (batch, into) => {
    const { columns } = drawTuples(batch.labels, 3, random);
    const names = ["anchor", "positive", "negative"] as const;
    return onColumns(batch, columns, names, (a, p, n) => tripletLoss.valueAndGrad(a, p, n), into).value;
  },
}));

const quadruplet = objective(
  quadrupletLoss,
  "one random quadruplet a row",
  {},
  ({ random }) => ({
    evaluate: (batch, into) => {
      const { columns } = drawTuples(batch.labels, 4, random);
      const names = ["anchor", "positive", "negative", "negative2"] as const;
      return onColumns(batch, columns, names, (a, p, n, q) => quadrupletLoss.valueAndGrad(a, p, n, q), into).value;
    },
  }),
  3,
);

const PARTNERS = "pairs of rows of one class, one pair a class at a time";

type PairLoss<G extends string> = {
  readonly spec: unknown;
  valueAndGrad(a: ReturnType<typeof gather>, b: ReturnType<typeof gather>, options: Options): Result<G>;
};

/** A loss whose positives are partners of one class, and whose negatives are all other pairs. */
export const onPartners = <G extends string>(loss: PairLoss<G>, names: readonly [G, G], options: Options): Objective =>
  objective(loss, PARTNERS, options, () => ({
    evaluate: (batch, into) => {
      const rounds = pairRounds(batch.labels);
      let sum = 0;
      for (const { first, second } of rounds)
        sum += onColumns(
          batch,
          [first, second],
          names,
          (a, b) => loss.valueAndGrad(a, b, options),
          into,
          1 / rounds.length,
        ).value;
      return sum / rounds.length;
    },
  }));

const unitRows = (rows: number, dimension: number, random: Random) => {
  const data = Float32Array.from({ length: rows * dimension }, () => random.normal());
  toUnitRows(data, dimension);
  return data;
};

function toUnitRows(data: Float32Array, dimension: number): void {
  for (let from = 0; from < data.length; from += dimension) {
    const row = data.subarray(from, from + dimension);
    const length = Math.hypot(...row) || 1;
    for (let k = 0; k < dimension; k++) row[k] = (row[k] as number) / length;
  }
}

/** Takes the mean of the rows off each, and puts them back on the unit sphere. */
function spread(data: Float32Array, dimension: number): Float32Array {
  const rows = data.length / dimension;
  const moved = data.slice();
  for (let k = 0; k < dimension; k++) {
    let mean = 0;
    for (let at = k; at < data.length; at += dimension) mean += (data[at] as number) / rows;
    for (let at = k; at < data.length; at += dimension) moved[at] = (moved[at] as number) - mean;
  }
  toUnitRows(moved, dimension);
  return moved;
}

/** Slow, for centers that run after features which have not parted yet would not part them. */
const CENTER_RATE = 0.02;

const center = objective(
  centerLoss,
  `centers move by their update rule, at rate ${CENTER_RATE}; alone the loss would collapse, so they start in random directions, and after each move their mean is put back to 0 and their length to 1`,
  {},
  ({ classes, dimension, random }) => {
    const shape = [classes, dimension];
    let centers = spread(unitRows(classes, dimension, random), dimension);
    return {
      evaluate: (batch, into) => {
        const { value, grads } = centerLoss.valueAndGrad(whole(batch), batch.labels, { data: centers, shape });
        addAll(grads.features, into);
        return value;
      },
      update: (batch) => {
        const { data } = updateCenters({ data: centers, shape }, whole(batch), batch.labels, { rate: CENTER_RATE });
        centers = spread(Float32Array.from(data), dimension);
      },
    };
  },
);

const oim = objective(
  oimLoss,
  "a memory of one direction a class, updated after each step; no unlabelled rows",
  {},
  ({ classes, dimension }) => {
    let memory = createOimMemory({ identities: classes, dimension, queueSize: 0 });
    return {
      evaluate: (batch, into) => {
        const { value, grads } = oimLoss.valueAndGrad(whole(batch), batch.labels, memory);
        addAll(grads.features, into);
        return value;
      },
      update: (batch) => {
        memory = updateOimMemory(memory, whole(batch), batch.labels);
      },
    };
  },
);

type MarginLoss = {
  readonly spec: unknown;
  valueAndGrad(
    x: ReturnType<typeof whole>,
    y: Int32Array,
    weight: { data: Float32Array; shape: number[] },
    options: Options,
  ): Result<"embeddings" | "weight">;
};

/** A loss with a direction a class, which learns along. */
const onDirections = (loss: MarginLoss, options: Options): Objective =>
  objective(loss, "one direction a class, which learns along", options, ({ classes, dimension, random }) => {
    const parameters = unitRows(classes, dimension, random);
    const gradient = new Float32Array(parameters.length);
    const weight = { data: parameters, shape: [classes, dimension] };
    return {
      parameters,
      gradient,
      evaluate: (batch, into) => {
        const { value, grads } = loss.valueAndGrad(whole(batch), batch.labels, weight, options);
        addAll(grads.embeddings, into);
        gradient.set(grads.weight.data);
        return value;
      },
    };
  });

export const objectives: readonly Objective[] = [
  onBatch(batchHardTripletLoss),
  onBatch(semiHardTripletLoss),
  onBatch(batchAllTripletLoss),
  triplet,
  { ...onBatch(batchHardQuadrupletLoss), leastClasses: 3 },
  quadruplet,
  contrastive,
  cosineEmbedding,
  verification,
  center,
  onBatch(batchCircleLoss, { scale: 32 }),
  onBatch(supConLoss),
  onPartners(infoNceLoss, ["queries", "keys"], {}),
  onPartners(ntXentLoss, ["first", "second"], {}),
  onDirections(arcFaceLoss, { scale: 16 }),
  onDirections(cosFaceLoss, { scale: 16 }),
  oim,
];
