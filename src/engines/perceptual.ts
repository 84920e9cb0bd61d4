/** Perceptual loss through a network: what its layers see of two images, compared. */

import { readNumbers } from "../contract/numbers.ts";
import { type FunctionSpec, frozen } from "../contract/spec.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { describe } from "../tensor/read.ts";
import type { FloatInput } from "../tensor/tensor.ts";

export interface PerceptualOptions {
  /** The layers whose feature maps are compared, by name. */
  layers: readonly string[];
  /** The weight of each layer, ≥ 0. Default 1 each. */
  weights?: readonly number[];
}

/** Images compared by a network: called, it gives the loss, one number. */
export interface Perceptual<X> {
  /** `mask`: the pixels that count, as in perceptualLoss. */
  (predictions: X, targets: X, options?: { mask?: X | FloatInput }): X;
  /** The feature maps of images, [N, C, H, W], in the order of the layers; perceptualLoss and styleLoss take them. */
  features(images: X): X[];
}

const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.findIndex((layer) => typeof layer !== "string") < 0;

export const perceptualSpec: FunctionSpec = frozen({
  name: "perceptual",
  family: "image",
  title: { en: "Perceptual loss of a network", zh: "网络的感知损失" },
  summary: "Compares what the layers of a network see of two images.",
  arguments: [
    {
      name: "network",
      shape: "",
      kind: "value",
      doc: "The network, or a function that gives its feature maps.",
      check: (where: string, network: unknown): void => {
        if ((typeof network !== "object" && typeof network !== "function") || network === null)
          throw new LossaryTypeError(where, `is ${describe(network)}, expected a network`);
      },
    },
  ],
  options: {
    layers: {
      type: "value",
      default: undefined,
      required: true,
      expected: "a list of names",
      check: (where: string, layers: unknown): void => {
        if (!isNames(layers)) throw new LossaryTypeError(where, `is ${describe(layers)}, expected a list of names`);
      },
      doc: "The layers whose feature maps are compared.",
    },
    weights: { type: "tensor", shape: "L", default: undefined, range: "[0, ∞)", doc: "The weight of each layer." },
  },
});

/** The options of a call, checked; `knownOf` gives the network's layers where these are known beforehand. */
export function readPerceptual(
  args: readonly unknown[],
  knownOf: () => readonly string[] | undefined,
): { readonly layers: readonly string[]; readonly weights?: readonly number[] } {
  const { layers, weights } = readNumbers<[unknown], { layers: object; weights?: FloatInput }>(
    perceptualSpec,
    args,
  ).options;
  const names = layers as unknown as readonly string[];
  const known = knownOf();
  if (known) checkLayers(names, known);
  if (!weights) return { layers: names };
  const [count] = weights.shape;
  if (count !== names.length)
    throw new LossaryRangeError("perceptual: weights", `is [${count}], expected [${names.length}], one for each layer`);
  return { layers: names, weights: [...weights.data] };
}

export function checkLayers(layers: readonly string[], known: readonly string[]): void {
  const missing = layers.find((layer) => !known.includes(layer));
  if (missing !== undefined)
    throw new LossaryRangeError("perceptual", `the network has no layer "${missing}"; it has ${known.join(", ")}`);
}

/** Throws unless a layer gives maps over two axes. */
export function checkMap(layer: string, shape: readonly number[]): void {
  if (shape.length !== 4)
    throw new LossaryRangeError(
      "perceptual",
      `layer "${layer}" gives [${shape.join(", ")}], expected feature maps over height and width`,
    );
}
