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
import { type JaxArray, scope } from "./engine.ts";

/**
 * Siamese network: one network embeds both sides of a pair, and the pair is judged by the distance of its embeddings.
 *
 *     const loss = (weights, first, second, different) => {
 *       const pair = siamese((x) => np.matmul(x, weights.ref));
 *       return contrastiveLoss(...pair.embeddings(first, second), different);
 *     };
 *
 * Shapes     The network takes a batch, which it consumes, and gives [N, D]. Distances: [N].
 * Gradient   The weights are shared, so each receives the sum of what both branches ask of it.
 * Errors     Embeddings that are not [N, D], or differ in shape; another distance than "cosine" and "euclidean".
 * Edges      The cosine with a zero vector is 0, so its distance is 1. The inputs are consumed; what the network closes over
 *            is its own business.
 * Relation   pseudoSiamese has a network a side.
 * Source     J. Bromley et al., Signature Verification using a "Siamese" Time Delay Neural Network, 1993.
 */
export function siamese(network: Branch<JaxArray>, options?: SiameseOptions): Siamese<JaxArray>;
export function siamese(...args: unknown[]): Siamese<JaxArray> {
  const [network] = args as [Branch<JaxArray>];
  return pairOf(siameseSpec, args, network, network);
}
siamese.spec = siameseSpec;

/** Pseudo-siamese network: a network of its own for each side, nothing shared. Otherwise as `siamese`. */
export function pseudoSiamese(
  first: Branch<JaxArray>,
  second: Branch<JaxArray>,
  options?: SiameseOptions,
): Siamese<JaxArray>;
export function pseudoSiamese(...args: unknown[]): Siamese<JaxArray> {
  const [first, second] = args as [Branch<JaxArray>, Branch<JaxArray>];
  return pairOf(pseudoSiameseSpec, args, first, second);
}
pseudoSiamese.spec = pseudoSiameseSpec;

function pairOf(
  spec: FunctionSpec,
  args: readonly unknown[],
  left: Branch<JaxArray>,
  right: Branch<JaxArray>,
): Siamese<JaxArray> {
  const distance = readDistance(spec, args);
  const embeddings = (a: JaxArray, b: JaxArray): [JaxArray, JaxArray] => [left(a), right(b)];
  const pair = (first: JaxArray, second: JaxArray) => {
    const [a, b] = embeddings(first, second);
    try {
      return scope(a.dtype, ({ engine }) => distanceOf(spec.name, mathsOf(engine), a, b, distance));
    } finally {
      a.dispose();
      b.dispose();
    }
  };
  return Object.assign(pair, { embeddings });
}
