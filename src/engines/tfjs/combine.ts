import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { CommonOptions, WeightOptions } from "../../contract/loss.ts";
import type { Given } from "../../contract/signature.ts";
import { type Adder, combination, type NativeCombined, type NativeParts, type NativeRead } from "../combine.ts";
import { hasChannels } from "./layout.ts";
import { checkTensor, type TfjsOptions } from "./native.ts";

/** Options of a combination on tensors. */
export type TfjsCombinedOptions = Given<CommonOptions & TfjsOptions> & {
  sampleWeight?: WeightOptions["sampleWeight"] | Tensor;
};

/** The parts of each combination. */
const parts = new WeakMap<object, readonly NativeRead<Tensor>[]>();

/** The parts of a combination; undefined for anything else. */
export const partsOf = (loss: unknown): readonly NativeRead<Tensor>[] | undefined =>
  typeof loss === "function" ? parts.get(loss) : undefined;

export const adder: Adder<Tensor> = {
  names: ["sampleWeight", "checkFinite", "fused", "validate", "channelsLast"],
  taken(options, spec) {
    const { channelsLast, sampleWeight, ...others } = options;
    return {
      ...others,
      ...(hasChannels(spec) && { channelsLast }),
      ...(spec.unreduced && { sampleWeight }),
    };
  },
  lend: (x) => x,
  keep: (x) => x,
  sum: (terms) =>
    terms.reduce<Tensor>((all, { weight, value }, i) => {
      const term = weight === 1 ? value : tf.mul(value, weight);
      return i === 0 ? term : tf.add(all, term);
    }, tf.scalar(0)),
};

/**
 * Adds up losses over the same predictions.
 *
 *     // tf.oneHot puts classes last, [N, H, W, C]; losses want them second.
 *     const masks = (labels) => tf.transpose(tf.oneHot(labels, 21), [0, 3, 1, 2]);
 *     const loss = combine({
 *       crossEntropy,
 *       dice: { loss: diceLoss, weight: 0.5, activation: softmax, targets: (labels) => [masks(labels)] },
 *     });
 *     const { value, parts } = loss.parts(logits, labels);
 *
 * Arguments  parts: by name, a loss, or { loss, weight, activation, options, targets }. The predictions are each loss's first
 *            argument, passed through its activation; what comes after goes to all, or to each through its `targets`.
 * Value      Σ weight · loss. `loss.parts` gives it together with each loss's own value, not weighed.
 * Gradient   That of TensorFlow.js, through the activations, which may be any functions of a tensor.
 * Errors     Those of the losses, under their names; parts that are not losses, a weight that is not finite.
 * Edges      A weight of 0 leaves a loss in the report and out of the value. No tensor is left behind but the results.
 */
export function combine<const P extends NativeParts<Tensor>>(
  parts: P,
): NativeCombined<Tensor, keyof P & string, TfjsCombinedOptions>;
export function combine(...given: unknown[]): unknown {
  const { read, run } = combination<Tensor>(given, ["fused", "validate", "channelsLast"]);
  const all = (args: readonly unknown[]) =>
    tf.tidy(() => {
      checkTensor("combine: predictions", args[0]);
      return run(args, adder);
    });
  const combined = (...args: unknown[]) => tf.tidy(() => all(args).value);
  parts.set(combined, read);
  return Object.assign(combined, { parts: (...args: unknown[]) => all(args) });
}
