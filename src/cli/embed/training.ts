/** Trains a projection, linear or with one hidden layer, whose outputs are put on the unit sphere. */

import { seededRandom } from "../../random.ts";
import { adam } from "../model/adam.ts";
import { createNetwork, type Network } from "../model/network.ts";
import { batchSampler } from "./batches.ts";
import type { Objective } from "./objectives.ts";

export interface Settings {
  readonly epochs: number;
  readonly dimension: number;
  readonly hidden: number;
  readonly seed: number;
}

/** Rows to learn from. */
export interface Rows {
  readonly features: Float32Array;
  readonly labels: Int32Array;
  readonly width: number;
  readonly classes: number;
}

const CHUNK = 256;
const RATE = 0.01;
const UPDATES = 1000;

/** Enough epochs for 1000 updates, within reason. */
export const defaultEpochs = (rows: number): number => Math.min(500, Math.max(5, Math.ceil((UPDATES * 60) / rows)));

/** Divides rows by their lengths, in place, and returns those; a row of 0 stays. */
function normalise(x: Float32Array, dimension: number): Float32Array {
  const lengths = new Float32Array(x.length / dimension);
  for (const i of lengths.keys()) {
    const row = x.subarray(i * dimension, (i + 1) * dimension);
    const length = Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));
    lengths[i] = length;
    if (length > 0) for (let k = 0; k < dimension; k++) row[k] = (row[k] as number) / length;
  }
  return lengths;
}

/** From the gradient for unit rows to that for the rows before, in place. */
function normaliseGradient(unit: Float32Array, lengths: Float32Array, gradient: Float32Array, dimension: number): void {
  for (const [i, length] of lengths.entries()) {
    const row = unit.subarray(i * dimension, (i + 1) * dimension);
    const own = gradient.subarray(i * dimension, (i + 1) * dimension);
    const along = own.reduce((sum, g, k) => sum + g * (row[k] as number), 0);
    for (let k = 0; k < dimension; k++)
      own[k] = length > 0 ? ((own[k] as number) - along * (row[k] as number)) / length : 0;
  }
}

/** Unit embeddings of rows. */
function embed(network: Network, features: Float32Array, width: number, dimension: number): Float32Array {
  const rows = features.length / width;
  const out = new Float32Array(rows * dimension);
  for (let from = 0; from < rows; from += CHUNK) {
    const to = Math.min(rows, from + CHUNK);
    network.forward(
      features.subarray(from * width, to * width),
      to - from,
      out.subarray(from * dimension, to * dimension),
    );
  }
  normalise(out, dimension);
  return out;
}

export interface Trained {
  /** The mean loss of each epoch. */
  readonly losses: readonly number[];
  /** Unit embeddings of other rows. */
  embed(features: Float32Array): Float32Array;
}

/** Yields after every epoch. First weights and batches depend on the seed only, never on the loss. */
export function* train(
  objective: Objective,
  { features, labels, width, classes }: Rows,
  { epochs, dimension, hidden, seed }: Settings,
): Generator<undefined, Trained> {
  const network = createNetwork(width, hidden, dimension, CHUNK, seededRandom(seed, 0));
  const sampler = batchSampler(labels, classes, seededRandom(seed, 1));
  const session = objective.start({ classes, dimension, random: seededRandom(seed, 2) });
  const step = adam(network.parameters, network.gradient);
  const ownStep = session.parameters && session.gradient ? adam(session.parameters, session.gradient) : () => undefined;
  const losses: number[] = [];
  const updates = epochs * sampler.batches;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let sum = 0;
    for (let i = 0; i < sampler.batches; i++) {
      const batch = sampler.draw();
      const count = batch.rows.length;
      const x = new Float32Array(count * width);
      for (const [at, row] of batch.rows.entries())
        x.set(features.subarray(row * width, (row + 1) * width), at * width);
      const data = new Float32Array(count * dimension);
      network.forward(x, count, data);
      const lengths = normalise(data, dimension);
      const embedded = { data, labels: batch.labels, dimension };
      const gradient = new Float32Array(data.length);
      sum += session.evaluate(embedded, gradient);
      normaliseGradient(data, lengths, gradient, dimension);
      network.backward(x, count, gradient);
      const rate = RATE * (1 - losses.length / epochs - i / updates);
      step(rate);
      ownStep(rate);
      session.update?.(embedded);
    }
    losses.push(sum / sampler.batches);
    yield;
  }
  return { losses, embed: (rows) => embed(network, rows, width, dimension) };
}
