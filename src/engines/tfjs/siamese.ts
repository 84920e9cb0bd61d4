import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { FunctionSpec } from "../../contract/spec.ts";
import { mathsOf } from "../../formula/maths.ts";
import {
  type Branch,
  distanceOf,
  pseudoSiameseSpec,
  readDistance,
  type Siamese,
  type SiameseOptions,
  siameseSpec,
} from "../siamese.ts";
import { engine } from "./engine.ts";

/** A branch, or a model of TensorFlow.js layers. */
export type TfjsBranch = Branch<Tensor> | { apply(inputs: Tensor): unknown };

const maths = mathsOf(engine);

const toBranch = (network: TfjsBranch): Branch<Tensor> =>
  typeof network === "function" ? (network as Branch<Tensor>) : (inputs) => network.apply(inputs) as Tensor;

/**
 * Siamese network: one network embeds both sides of a pair, and the pair is judged by the distance of its embeddings.
 *
 *     const pair = siamese(model);
 *     optimizer.minimize(() => contrastiveLoss(...pair.embeddings(first, second), different));
 *     const same = pair(first, second).less(threshold);
 *
 * Shapes     The network takes a batch and gives [N, D]. Distances: [N].
 * Gradient   The weights are shared, so each receives the sum of what both branches ask of it.
 * Errors     Embeddings that are not [N, D], or differ in shape; another distance than "cosine" and "euclidean".
 * Edges      The cosine with a zero vector is 0, so its distance is 1.
 * Relation   pseudoSiamese has a network a side.
 * Source     J. Bromley et al., Signature Verification using a "Siamese" Time Delay Neural Network, 1993.
 */
export function siamese(network: TfjsBranch, options?: SiameseOptions): Siamese<Tensor>;
export function siamese(...args: unknown[]): Siamese<Tensor> {
  const [network] = args as [TfjsBranch];
  return pairOf(siameseSpec, args, network, network);
}
siamese.spec = siameseSpec;

/**
 * Pseudo-siamese network: a network of its own for each side, for pairs of two kinds, such as photographs and drawings.
 * Nothing is shared; both must give embeddings of one dimension. Otherwise as `siamese`.
 */
export function pseudoSiamese(first: TfjsBranch, second: TfjsBranch, options?: SiameseOptions): Siamese<Tensor>;
export function pseudoSiamese(...args: unknown[]): Siamese<Tensor> {
  const [first, second] = args as [TfjsBranch, TfjsBranch];
  return pairOf(pseudoSiameseSpec, args, first, second);
}
pseudoSiamese.spec = pseudoSiameseSpec;

function pairOf(spec: FunctionSpec, args: readonly unknown[], first: TfjsBranch, second: TfjsBranch): Siamese<Tensor> {
  const distance = readDistance(spec, args);
  const [left, right] = [toBranch(first), toBranch(second)];
  const embeddings = (a: Tensor, b: Tensor): [Tensor, Tensor] => tf.tidy(() => [left(a), right(b)]);
  const pair = (a: Tensor, b: Tensor) => tf.tidy(() => distanceOf(spec.name, maths, left(a), right(b), distance));
  return Object.assign(pair, { embeddings });
}
