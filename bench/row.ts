/** What a benchmark row says; the families' files are lists of these. */
import type { nn, numpy } from "@jax-js/jax";
import type * as tfjs from "@tensorflow/tfjs";
import type { Loss } from "lossary";

export interface Data {
  /** The predictions. */
  readonly x: Float32Array;
  /** Targets: numbers, probabilities or signs; or class indices. */
  readonly y: Float32Array | Int32Array;
  readonly shape: readonly number[];
  readonly targetShape: readonly number[];
}

// biome-ignore lint/suspicious/noExplicitAny: rows hold losses of every signature
export type AnyLoss = Loss<any, any, any>;
type JaxArray = numpy.Array;

/** Every function computes the mean loss; peers differentiate theirs with respect to x. */
export interface Row {
  readonly name: string;
  readonly data: () => Data;
  readonly loss: AnyLoss;
  readonly options?: object;
  /** The gradient's name in Lossary. */
  readonly wrt: string;
  /** A Python expression of x, y, n (rows) and F = torch.nn.functional. */
  readonly torch: string;
  /** Class indices come to tfjs and jax-js as one-hot rows. */
  readonly tfjs: (tf: typeof tfjs, x: tfjs.Tensor, y: tfjs.Tensor) => tfjs.Scalar;
  readonly jax: (np: typeof numpy, nnet: typeof nn, x: JaxArray, y: JaxArray) => JaxArray;
  /** One fused pass in plain JavaScript: writes the gradient, returns the mean. */
  readonly plain: (data: Data, gradient: Float32Array) => number;
}

/** A small seeded generator (mulberry32), so that every run times the same data. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Elementwise data: x in ±4, y as `target` draws it. */
export const pairs = (shape: readonly number[], target: (random: () => number) => number) => (): Data => {
  const random = uniform(1);
  const size = sizeOf(shape);
  const x = Float32Array.from({ length: size }, () => 8 * random() - 4);
  const y = Float32Array.from({ length: size }, () => target(random));
  return { x, y, shape, targetShape: shape };
};

/** Rows of logits with a class index each. */
export const labelled = (n: number, classes: number) => (): Data => {
  const random = uniform(2);
  const x = Float32Array.from({ length: n * classes }, () => 8 * random() - 4);
  const y = Int32Array.from({ length: n }, () => Math.floor(random() * classes));
  return { x, y, shape: [n, classes], targetShape: [n] };
};
