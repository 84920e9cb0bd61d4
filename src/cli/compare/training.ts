/** Trains the model under one loss, an epoch at a time. */
import { resident } from "../../index.ts";
import { seededRandom, shuffle } from "../../random.ts";
import type { ResidentTensor } from "../../tensor/tensor.ts";
import { adam } from "./adam.ts";
import type { Candidate, Encoding, Targets } from "./candidates.ts";
import { createNetwork, type Network } from "./network.ts";

/** Rows gathered for training: features row-major, and what is to be learnt (class indices, or scaled numbers). */
export interface Rows {
  readonly features: Float32Array;
  readonly targets: Float64Array | Int32Array;
  readonly count: number;
}

export interface Schedule {
  readonly width: number;
  readonly outputs: number;
  readonly hidden: number;
  readonly epochs: number;
  readonly seeds: readonly [number, ...number[]];
}

/** Rows that go through the model together outside training. */
export const CHUNK = 256;
const BATCH = 32;
const RATE = 0.02;
const UPDATES = 2400;

/** Enough epochs for 2400 updates, within reason. */
export const defaultEpochs = (rows: number): number =>
  Math.min(1000, Math.max(10, Math.ceil(UPDATES / Math.ceil(rows / BATCH))));

/** The kernel memory of one batch size. */
interface Batch {
  readonly size: number;
  readonly scores: ResidentTensor<"float32">;
  readonly gradient: ResidentTensor<"float32">;
  readonly targets: Targets;
}

function createBatch(size: number, outputs: number, encoding: Encoding): Batch {
  const shape = encoding === "numbers" ? [size] : [size, outputs];
  return {
    size,
    scores: resident(shape),
    gradient: resident(shape),
    targets: encoding === "labels" ? resident([size], "int32") : resident(shape),
  };
}

const dispose = ({ scores, gradient, targets }: Batch): void => {
  for (const tensor of [scores, gradient, targets]) tensor.dispose();
};

/** Writes the targets of some rows as the loss wants them. */
export function encode(encoding: Encoding, values: Rows["targets"], rows: Int32Array, into: Targets["data"]): void {
  if (encoding === "labels" || encoding === "numbers") {
    for (let i = 0; i < rows.length; i++) into[i] = values[rows[i] as number] as number;
    return;
  }
  const classes = into.length / rows.length;
  into.fill(encoding === "signs" ? -1 : 0);
  for (let i = 0; i < rows.length; i++) into[i * classes + (values[rows[i] as number] as number)] = 1;
}

/** Yields the network after every epoch. Weights and batches depend on the seeds only, never on the loss. */
export function* train({ evaluate, encoding }: Candidate, rows: Rows, schedule: Schedule): Generator<Network> {
  const { width, outputs, epochs, hidden, seeds } = schedule;
  const network = createNetwork(width, hidden, outputs, CHUNK, seededRandom(...seeds, 0));
  const random = seededRandom(...seeds, 1);
  const step = adam(network.parameters, network.gradient);
  const order = Int32Array.from({ length: rows.count }, (_, i) => i);
  const features = new Float32Array(BATCH * width);
  const sizes = new Set([Math.min(BATCH, rows.count), rows.count % BATCH].filter((size) => size > 0));
  const batches = new Map([...sizes].map((size) => [size, createBatch(size, outputs, encoding)]));
  const updates = epochs * Math.ceil(rows.count / BATCH);
  let done = 0;
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      shuffle(order, random);
      for (let from = 0; from < rows.count; from += BATCH) {
        const chosen = order.subarray(from, from + BATCH);
        const { size, scores, gradient, targets } = batches.get(chosen.length) as Batch;
        for (let i = 0; i < size; i++) {
          const row = (chosen[i] as number) * width;
          features.set(rows.features.subarray(row, row + width), i * width);
        }
        encode(encoding, rows.targets, chosen, targets.data);
        network.forward(features, size, scores.data);
        evaluate(scores, targets, gradient);
        network.backward(features, size, gradient.data);
        step(RATE * (1 - done++ / updates));
      }
      yield network;
    }
  } finally {
    for (const batch of batches.values()) dispose(batch);
  }
}

/** The network's scores for rows. */
export function predict(network: Network, { features, count }: Rows, width: number, outputs: number): Float32Array {
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
