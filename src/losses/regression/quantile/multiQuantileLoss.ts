import { defineLoss, elements } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";
import { type Pair, type PairGrads, pair } from "../pair.ts";

export interface MultiQuantileOptions {
  /** The quantiles to fit, one per column of the predictions; each in (0, 1). Required. */
  quantiles: FloatInput;
}

/**
 * Quantile (pinball) loss of several quantiles of one target.
 *
 *     e_ij = targets_i − predictions_ij
 *     L_ij = max(q_j e_ij, (q_j − 1) e_ij)
 *
 * Shapes     predictions: [N, Q]; targets: [N]; quantiles: [Q]. Unreduced value: [N, Q]. The mean divides by N·Q.
 * Gradient   −q_j where prediction ij is too low, 1 − q_j where it is too high, 0 where it is exact; for a target minus
 *            the sum of its row.
 * Errors     quantiles missing, not one per column, or outside (0, 1); shapes that do not fit; empty input.
 * Edges      One infinity gives +Infinity with its side's gradient; NaN gives NaN, and so does ∞ − ∞.
 * Relation   With one quantile quantileLoss. Nothing keeps the columns from crossing: sort them when predicting.
 * Source     R. Koenker and G. Bassett, Regression Quantiles, 1978.
 */
export const multiQuantileLoss = defineLoss<Pair, MultiQuantileOptions, PairGrads>(
  {
    name: "multiQuantileLoss",
    family: "regression",
    title: { en: "Multi-quantile loss", zh: "多分位数损失" },
    aliases: { en: ["multi-quantile", "pinball over several quantiles"], zh: [] },
    summary: "Fits several quantiles of a target at once, one per column.",
    arguments: [
      { ...pair[0], shape: "N Q", doc: "Predicted quantiles." },
      { ...pair[1], shape: "N" },
    ],
    options: {
      quantiles: {
        type: "tensor",
        shape: "Q",
        default: undefined,
        range: "(0, 1)",
        required: true,
        doc: "the quantiles to fit, one per column of the predictions",
      },
    },
    unreduced: { shape: "N Q", mean: "N·Q" },
    formula: String.raw`\max\bigl(q_j\,e_{ij},\ (q_j-1)\,e_{ij}\bigr), \quad e_{ij} = y_i - \hat y_{ij}`,
    traps: [
      "Fitted columns may cross: a higher quantile can come out below a lower one.",
      "Targets are [N], not [N, 1].",
    ],
    references: [
      {
        text: "Koenker and Bassett, Regression Quantiles, Econometrica 46, 1978",
        url: "https://doi.org/10.2307/1913643",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: ([p, t], { quantiles }, { kernel, dims, values, grads, upstream, scale }) =>
      kernel.multiQuantile(
        p.pointer,
        t.pointer,
        dims.N as number,
        dims.Q as number,
        quantiles.pointer,
        values,
        grads.predictions,
        grads.targets,
        scale,
        upstream,
      ),
  },
);
