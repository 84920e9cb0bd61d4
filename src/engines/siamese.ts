/** Siamese networks: two branches that embed, and the distance of what they give. */

import type { Maths } from "../formula/maths.ts";
import { LossaryRangeError } from "../lossaryError.ts";
import { between } from "../losses/embedding/distances.formula.ts";

export interface SiameseOptions {
  /** 1 − cos(a, b), or ‖a − b‖. Default "cosine". */
  distance?: "cosine" | "euclidean";
}

/** What a branch is: it takes a batch of inputs and gives their embeddings [N, D]. */
export type Branch<X> = (inputs: X) => X;

/** A pair of branches: called, it gives the distance of each pair, [N]. */
export interface Siamese<X> {
  (first: X, second: X): X;
  /** The embeddings [N, D] of both sides, for a loss of pairs. */
  embeddings(first: X, second: X): [X, X];
}

const distances: readonly unknown[] = ["cosine", "euclidean"];

/** Which distance, checked. */
export function readDistance(name: string, { distance = "cosine" }: SiameseOptions): "cosine" | "euclidean" {
  if (distances.includes(distance)) return distance;
  throw new LossaryRangeError(`${name}: distance`, `is ${JSON.stringify(distance)}, expected "cosine" or "euclidean"`);
}

/** Distance of each row of two batches of embeddings. */
export function distanceOf<X>(name: string, m: Maths<X>, a: X, b: X, distance: "cosine" | "euclidean"): X {
  const [left, right] = [m.shapeOf(a), m.shapeOf(b)];
  if (left.length !== 2 || right.length !== 2 || left.some((length, i) => length !== right[i]))
    throw new LossaryRangeError(
      name,
      `the branches give [${left.join(", ")}] and [${right.join(", ")}], expected equal [N, D]`,
    );
  return between(m, a, b, distance);
}
