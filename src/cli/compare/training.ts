/** Trains the model under one loss, an epoch at a time. */
import { seededRandom, shuffle } from "../../random.ts";
import { adam } from "../model/adam.ts";
import { createNetwork, type Network } from "../model/network.ts";
import { createBatch, type Values } from "./batch.ts";
import type { Candidate } from "./candidates.ts";

/** Rows gathered for training: features row-major, and what is to be learnt (class indices, or scaled numbers). */
export interface Rows {
  readonly features: Float32Array;
  readonly targets: Values;
  readonly count: number;
}

/** The model, and how it is trained but for the epochs. */
export interface Schedule {
  readonly width: number;
  readonly outputs: number;
  readonly hidden: number;
  readonly weightDecay: number;
  readonly seeds: readonly [number, ...number[]];
}

/** Rows that go through the model together outside training; a batch has no more. */
const CHUNK = 512;
const SMALL_BATCH = 32;
const RATE = 0.02;
const UPDATES = 1600;

/** Rows an update sees: more of them in a large table, whose passes would take many updates otherwise. */
export const batchSize = (rows: number): number =>
  Math.min(CHUNK, Math.max(SMALL_BATCH, 2 ** Math.floor(Math.log2(rows / 100))));

/** Enough epochs for 1600 updates, within reason. */
export const mostEpochs = (rows: number): number =>
  Math.min(1000, Math.max(4, Math.ceil(UPDATES / Math.ceil(rows / batchSize(rows)))));

/** Yields the network after every epoch. Weights and batches depend on the seeds only, never on the loss. */
export function* train(candidate: Candidate, rows: Rows, schedule: Schedule, epochs: number): Generator<Network> {
  const { width, outputs, hidden, weightDecay, seeds } = schedule;
  const network = createNetwork(width, hidden, outputs, CHUNK, seededRandom(...seeds, 0));
  const random = seededRandom(...seeds, 1);
  const step = adam(network.parameters, network.gradient);
  const order = Int32Array.from({ length: rows.count }, (_, i) => i);
  const most = batchSize(rows.count);
  const features = new Float32Array(most * width);
  const sizes = new Set([Math.min(most, rows.count), rows.count % most].filter((size) => size > 0));
  const batches = new Map([...sizes].map((size) => [size, createBatch(candidate, size, outputs)]));
  const updates = epochs * Math.ceil(rows.count / most);
  let done = 0;
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      shuffle(order, random);
      for (let from = 0; from < rows.count; from += most) {
        const chosen = order.subarray(from, from + most);
        const batch = batches.get(chosen.length) as ReturnType<typeof createBatch>;
        for (let i = 0; i < batch.size; i++) {
          const row = (chosen[i] as number) * width;
          features.set(rows.features.subarray(row, row + width), i * width);
        }
        network.forward(features, batch.size, batch.scores);
        batch.evaluate(rows.targets, chosen);
        network.backward(features, batch.size, batch.gradient);
        const rate = RATE * (1 - done++ / updates);
        if (weightDecay > 0) network.shrink(1 - rate * weightDecay);
        step(rate);
      }
      yield network;
    }
  } finally {
    for (const batch of batches.values()) batch.dispose();
  }
}

/** The network's scores for rows. */
export function predict(network: Network, { features, count }: Rows, { width, outputs }: Schedule): Float32Array {
  const scores = new Float32Array(count * outputs);
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    network.forward(
      features.subarray(from * width, to * width),
      to - from,
      scores.subarray(from * outputs, to * outputs),
    );
  }
  return scores;
}
