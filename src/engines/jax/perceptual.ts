import { namedOptions } from "../../contract/options.ts";
import { LossaryRangeError } from "../../lossaryError.ts";
import { perceptualPortable } from "../../losses/image/perceptual/perceptualLoss.formula.ts";
import type { FloatInput } from "../../tensor/tensor.ts";
import {
  checkLayers,
  checkMap,
  type Perceptual,
  type PerceptualOptions,
  perceptualSpec,
  readPerceptual,
} from "../perceptual.ts";
import type { JaxArray } from "./engine.ts";
import { native } from "./native.ts";

/** A network as a function: it consumes a batch of images and gives feature maps [N, C, H, W] by name. */
export type MapNetwork = (images: JaxArray) => { readonly [layer: string]: JaxArray };

/** What is used of an `ONNXModel` of @jax-js/onnx. Its layers are the outputs of its nodes. */
export interface OnnxNetwork {
  readonly model: { readonly graph?: OnnxGraph };
  readonly run: (
    inputs: Record<string, JaxArray>,
    options?: { additionalOutputs?: string[] },
  ) => Record<string, JaxArray>;
}

export interface OnnxGraph {
  readonly input: readonly { readonly name: string }[];
  readonly initializer: readonly { readonly name: string }[];
  readonly node: readonly { readonly output: readonly string[] }[];
}

const perceptualLoss = /* @__PURE__ */ native(perceptualPortable);

/**
 * Perceptual loss through a network: squared distance of what its layers see of two images.
 *
 *     const apart = perceptual(new ONNXModel(bytes), { layers: ["relu1_2", "relu3_3"], weights: [1, 0.5] });
 *     const gradient = grad((picture) => apart(picture, target.ref))(picture);
 *
 * Shapes     Images are what the network takes, mostly [N, C, H, W]; both have one shape. The loss is one number, the mean
 *            over the images of Σ_j w_j ‖φ_j(ŷ) − φ_j(y)‖² / (C_j H_j W_j). `features` gives the maps [N, C, H, W].
 * Network    An ONNXModel of @jax-js/onnx with one input, whose layers are its nodes' outputs by name, or a function that
 *            gives named feature maps.
 * Options    layers: names of layers, at least one; weights: one number per layer, ≥ 0, by default 1 each.
 * Mask       apart(picture, target, { mask }): the pixels that count, [N, H, W] or [N, 1, H, W] of 0 and 1, as in perceptualLoss.
 * Gradient   Reaches both images through the network, and what a function closes over.
 * Errors     A layer that the network has not, or that gives no feature maps over height and width; a number of weights
 *            other than that of the layers; an ONNX model with several inputs.
 * Edges      Images are consumed; the network's own arrays are not. Its preprocessing is the caller's. An ONNX network runs
 *            whole, so jax-js must know all its operations.
 * Relation   perceptualLoss of both images' `features`; styleLoss takes these too.
 * Source     J. Johnson, A. Alahi, L. Fei-Fei, Perceptual Losses for Real-Time Style Transfer and Super-Resolution, 2016.
 */
export function perceptual(network: MapNetwork | OnnxNetwork, options: PerceptualOptions): Perceptual<JaxArray>;
export function perceptual(...args: unknown[]): Perceptual<JaxArray> {
  const network = args[0] as MapNetwork | OnnxNetwork;
  const { layers, weights } = readPerceptual(args, () =>
    typeof network === "function" ? undefined : layersOf(network),
  );
  const run = typeof network === "function" ? network : runner(network, layers);
  const features = (images: JaxArray) => pick(run(images), layers);
  const apart = (predictions: JaxArray, targets: JaxArray, given?: { mask?: JaxArray | FloatInput }) => {
    const own = namedOptions("perceptual", given, ["mask"]);
    return perceptualLoss(features(predictions), features(targets), { weights, ...own });
  };
  return Object.assign(apart, { features });
}
perceptual.spec = perceptualSpec;

const layersOf = ({ model: { graph } }: OnnxNetwork): string[] => graph?.node.flatMap(({ output }) => output) ?? [];

function runner({ model: { graph }, run }: OnnxNetwork, layers: readonly string[]): MapNetwork {
  const constants = graph?.initializer.map(({ name }) => name);
  const inputs = graph?.input.map(({ name }) => name).filter((name) => !constants?.includes(name)) ?? [];
  const [input] = inputs;
  if (input === undefined || inputs.length > 1)
    throw new LossaryRangeError(
      "perceptual",
      `the network takes ${inputs.length} inputs (${inputs.join(", ")}), expected one`,
    );
  return (images) => run({ [input]: images }, { additionalOutputs: [...layers] });
}

/** The maps asked for; disposes the others. A map asked for twice is there twice. */
function pick(maps: { readonly [layer: string]: JaxArray }, layers: readonly string[]): JaxArray[] {
  try {
    checkLayers(layers, Object.keys(maps));
    const picked = layers.map((layer) => maps[layer] as JaxArray);
    for (const [j, map] of picked.entries()) checkMap(layers[j] as string, map.shape);
    return picked.map((map) => map.ref);
  } finally {
    for (const map of Object.values(maps)) map.dispose();
  }
}
