/** Perceptual loss through a network: what its layers see of two images, compared. */

import { checkNames } from "../contract/options.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { describe } from "../tensor/read.ts";

export interface PerceptualOptions {
  /** The layers whose feature maps are compared, by name. */
  layers: readonly string[];
  /** The weight of each layer, ≥ 0. Default 1 each. */
  weights?: readonly number[];
}

/** Images compared by a network: called, it gives the loss, one number. */
export interface Perceptual<X> {
  (predictions: X, targets: X): X;
  /** The feature maps of images, [N, C, H, W], in the order of the layers; perceptualLoss and styleLoss take them. */
  features(images: X): X[];
}

/** The options, checked; `known` are the network's layers where these are known beforehand. */
export function readPerceptual(options: PerceptualOptions, known?: readonly string[]): PerceptualOptions {
  if (typeof options !== "object" || options === null)
    throw new LossaryTypeError("perceptual: options", `is ${describe(options)}, expected an object with layers`);
  checkNames("perceptual", { ...options }, ["layers", "weights"]);
  const { layers, weights } = options;
  if (!Array.isArray(layers) || layers.length === 0 || layers.some((layer) => typeof layer !== "string"))
    throw new LossaryTypeError("perceptual: layers", `is ${describe(layers)}, expected a list of names`);
  if (known) checkLayers(layers, known);
  if (weights !== undefined) checkWeights(weights, layers.length);
  return { layers, weights };
}

export function checkLayers(layers: readonly string[], known: readonly string[]): void {
  const missing = layers.find((layer) => !known.includes(layer));
  if (missing !== undefined)
    throw new LossaryRangeError("perceptual", `the network has no layer "${missing}"; it has ${known.join(", ")}`);
}

function checkWeights(weights: readonly number[], count: number): void {
  if (!Array.isArray(weights))
    throw new LossaryTypeError("perceptual: weights", `is ${describe(weights)}, expected a list`);
  if (weights.length !== count)
    throw new LossaryRangeError(
      "perceptual: weights",
      `is [${weights.length}], expected [${count}], one for each layer`,
    );
  const outside = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (outside >= 0)
    throw new LossaryRangeError(`perceptual: weights[${outside}]`, `is ${weights[outside]}, outside [0, ∞)`);
}

/** Throws unless a layer gives maps over two axes. */
export function checkMap(layer: string, shape: readonly number[]): void {
  if (shape.length !== 4)
    throw new LossaryRangeError(
      "perceptual",
      `layer "${layer}" gives [${shape.join(", ")}], expected feature maps over height and width`,
    );
}
