import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { namedOptions } from "../../contract/options.ts";
import { perceptualPortable } from "../../losses/image/perceptual/perceptualLoss.formula.ts";
import type { FloatInput } from "../../tensor/tensor.ts";
import { checkMap, type Perceptual, type PerceptualOptions, perceptualSpec, readPerceptual } from "../perceptual.ts";
import { native } from "./native.ts";

/** What is used of a model of TensorFlow.js layers, a `tf.LayersModel`. */
export interface LayeredNetwork {
  readonly layers: readonly { readonly name: string; readonly output: unknown }[];
  execute(images: Tensor, outputs: string[]): Tensor | Tensor[];
}

const perceptualLoss = /* @__PURE__ */ native(perceptualPortable);

/**
 * Perceptual loss through a network: squared distance of what its layers see of two images.
 *
 *     const apart = perceptual(vgg, { layers: ["block1_conv2", "block3_conv3"], weights: [1, 0.5] });
 *     optimizer.minimize(() => apart(picture, target), false, [picture]);
 *
 * Shapes     Images are what the network takes, mostly [N, H, W, C]; both have one shape. The loss is one number, the mean
 *            over the images of Σ_j w_j ‖φ_j(ŷ) − φ_j(y)‖² / (C_j H_j W_j). `features` gives the maps [N, C, H, W].
 * Options    layers: names of layers, at least one; weights: one number per layer, ≥ 0, by default 1 each.
 * Mask       apart(picture, target, { mask }): the pixels that count, [N, H, W] or [N, 1, H, W] of 0 and 1, as in perceptualLoss.
 * Gradient   Reaches both images through the network, and its weights: name the variables an optimiser may change, as above,
 *            or set the network's `trainable` to false.
 * Errors     A layer that the network has not, or that gives no feature maps over height and width; a number of weights
 *            other than that of the layers; images that the network does not take.
 * Edges      The network runs as in inference (dropout off, batch normalisation with its running means) and is not disposed.
 *            Its preprocessing is the caller's. Leaves no tensor but its result behind.
 * Relation   perceptualLoss of both images' `features`; styleLoss takes these too.
 * Source     J. Johnson, A. Alahi, L. Fei-Fei, Perceptual Losses for Real-Time Style Transfer and Super-Resolution, 2016.
 */
export function perceptual(network: LayeredNetwork, options: PerceptualOptions): Perceptual<Tensor>;
export function perceptual(...args: unknown[]): Perceptual<Tensor> {
  const network = args[0] as LayeredNetwork;
  const namesOf = () => network.layers.map(({ name }) => name);
  const { layers, weights } = readPerceptual(args, namesOf);
  const known = namesOf();
  const outputs = layers.map((layer) => outputOf(network.layers[known.indexOf(layer)]?.output));
  const channelsFirst = network.layers.some((layer) => "dataFormat" in layer && layer.dataFormat === "channelsFirst");
  const features = (images: Tensor): Tensor[] =>
    tf.tidy(() =>
      [network.execute(images, outputs)].flat().map((map, j) => {
        checkMap(layers[j] as string, map.shape);
        return channelsFirst ? map : tf.transpose(map, [0, 3, 1, 2]);
      }),
    );
  const apart = (predictions: Tensor, targets: Tensor, given?: { mask?: Tensor | FloatInput }) => {
    const own = namedOptions("perceptual", given, ["mask"]);
    return tf.tidy(() => perceptualLoss(features(predictions), features(targets), { weights, ...own }));
  };
  return Object.assign(apart, { features });
}
perceptual.spec = perceptualSpec;

/** A layer's output by the name under which a model gives it; of several the first. */
const outputOf = (output: unknown): string => ([output].flat()[0] as { readonly name: string }).name;
