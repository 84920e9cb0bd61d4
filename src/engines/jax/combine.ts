import { numpy as np } from "@jax-js/jax";
import type { CommonOptions, WeightOptions } from "../../contract/loss.ts";
import type { Given } from "../../contract/signature.ts";
import { LossaryTypeError } from "../../lossaryError.ts";
import { describe } from "../../tensor/read.ts";
import { combination, type NativeCombined, type NativeParts } from "../combine.ts";
import type { JaxArray } from "./engine.ts";
import { isArray } from "./native.ts";

/** Options of a combination on jax-js arrays. */
export type JaxCombinedOptions = Given<CommonOptions> & { sampleWeight?: WeightOptions["sampleWeight"] | JaxArray };

/**
 * Adds up losses over the same predictions.
 *
 *     // nn.oneHot puts classes last, [N, H, W, C]; losses want them second.
 *     const masks = (labels) => nn.oneHot(labels, 21).transpose([0, 3, 1, 2]);
 *     const loss = combine({
 *       crossEntropy,
 *       dice: { loss: diceLoss, weight: 0.5, activation: softmax, targets: (labels) => [masks(labels)] },
 *     });
 *     const [value, grad] = valueAndGrad(loss)(logits, labels);
 *
 * Arguments  parts: by name, a loss, or { loss, weight, activation, options, targets }. The predictions are each loss's first
 *            argument, passed through its activation; what comes after goes to all, or to each through its `targets`.
 * Value      Σ weight · loss. `loss.parts` gives it together with each loss's own value, not weighed.
 * Gradient   That of jax-js, through the activations, which may be any functions of an array.
 * Errors     Those of the losses, under their names; parts that are not losses, a weight that is not finite.
 * Edges      A weight of 0 leaves a loss in the report and out of the value. The arguments are consumed, as everywhere in jax-js,
 *            and so are those of activations and `targets`.
 */
export function combine<const P extends NativeParts<JaxArray>>(
  parts: P,
): NativeCombined<JaxArray, keyof P & string, JaxCombinedOptions>;
export function combine(...given: unknown[]): unknown {
  const { count, run } = combination<JaxArray>(given, []);
  const all = (args: readonly unknown[]) => {
    const arrays = args.slice(0, count).filter(isArray);
    const kept: JaxArray[] = [];
    const keep = (x: JaxArray) => {
      kept.push(x);
      return x;
    };
    try {
      if (!isArray(args[0]))
        throw new LossaryTypeError("combine: predictions", `is ${describe(args[0])}, expected a jax-js array`);
      const { value, parts: each } = run(args, {
        names: ["sampleWeight", "checkFinite"],
        taken: ({ sampleWeight, ...others }, spec) => ({
          ...others,
          ...(spec.unreduced && sampleWeight !== undefined && { sampleWeight }),
        }),
        lend,
        keep,
        sum: (terms, like) =>
          terms.reduce<JaxArray | null>((sum, { weight, value: term }) => {
            const own = weight === 1 ? term.ref : np.multiply(term.ref, weight);
            return sum ? np.add(sum, own) : own;
          }, null) ?? np.zeros([], { dtype: like.dtype }),
      });
      for (const part of Object.values(each)) part.ref;
      return { value, parts: each };
    } finally {
      for (const array of [...arrays, ...kept]) array.dispose();
    }
  };
  const combined = (...args: unknown[]) => {
    const { value, parts: each } = all(args);
    for (const part of Object.values(each)) part.dispose();
    return value;
  };
  return Object.assign(combined, { parts: (...args: unknown[]) => all(args) });
}

/** One more reference to an array; anything else as it is. */
const lend = <X>(x: X): X => (isArray(x) ? (x.ref as X) : x);
