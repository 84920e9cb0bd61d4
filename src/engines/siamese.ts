/** Siamese networks: two branches that embed, and the distance of what they give. */

import { plain, readCall } from "../contract/call.ts";
import { type FunctionSpec, frozen, type ValueArgument } from "../contract/spec.ts";
import type { Maths } from "../formula/maths.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { between } from "../losses/embedding/distances.formula.ts";
import { describe } from "../tensor/read.ts";

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

const branch = (name: string, doc: string): ValueArgument => ({
  name,
  shape: "",
  kind: "value",
  doc,
  check: checkBranch,
});

function checkBranch(where: string, network: unknown): void {
  const model = typeof network === "object" && network !== null && "apply" in network;
  if (typeof network !== "function" && !model)
    throw new LossaryTypeError(where, `is ${describe(network)}, expected a network that embeds a batch`);
}

const options = {
  distance: {
    type: "choice",
    default: "cosine",
    choices: ["cosine", "euclidean"],
    doc: "1 − cos(a, b), or ‖a − b‖.",
  },
} as const;

export const siameseSpec: FunctionSpec = frozen({
  name: "siamese",
  family: "embedding",
  title: { en: "Siamese network", zh: "孪生网络" },
  summary: "One network embeds both sides of a pair, and their distance judges it.",
  arguments: [branch("network", "Embeds a batch, [N, D].")],
  options,
});

export const pseudoSiameseSpec: FunctionSpec = frozen({
  name: "pseudoSiamese",
  family: "embedding",
  title: { en: "Pseudo-siamese network", zh: "伪孪生网络" },
  summary: "A network for each side of a pair embeds it, and their distance judges it.",
  arguments: [branch("first", "Embeds the first side, [N, D]."), branch("second", "Embeds the second side, [N, D].")],
  options,
});

/** Which distance; throws unless the call is right. */
export const readDistance = (spec: FunctionSpec, args: readonly unknown[]): "cosine" | "euclidean" =>
  readCall(spec, args, plain).options.distance as "cosine" | "euclidean";

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
