import { defineLoss, elements } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

export interface MarginRankingOptions {
  /** Lead that the higher-ranked score must have; ≥ 0. Default 0. */
  margin?: number;
}

/**
 * Margin ranking loss: asks that one score exceeds another by a margin.
 *
 *     L = max(0, m − y (first − second))
 *
 * Shapes     first, second: [N]; targets: [N], 1 where `first` should rank higher, −1 where `second` should. Unreduced
 *            value: [N]. The mean divides by N.
 * Gradient   −y where the lead is short, for first; its negative for second. `targets` is a constant.
 * Errors     targets other than ±1; margin < 0; shapes that differ.
 * Edges      A lead of exactly the margin has gradient 0; NaN gives NaN.
 * Relation   tripletLoss is this on the two distances of a triplet.
 * Source     R. Herbrich, T. Graepel, K. Obermayer, Large Margin Rank Boundaries for Ordinal Regression, 2000.
 */
export const marginRankingLoss = defineLoss<
  [first: FloatInput, second: FloatInput, targets: FloatInput],
  MarginRankingOptions,
  "first" | "second"
>(
  {
    name: "marginRankingLoss",
    family: "embedding",
    title: { en: "Margin ranking loss", zh: "间隔排序损失" },
    aliases: { en: ["pairwise ranking loss"], zh: ["成对排序损失"] },
    summary: "Puts the better of two items ahead by a margin.",
    arguments: [
      { name: "first", shape: "N", kind: "float", differentiable: true, doc: "Scores of the first items." },
      { name: "second", shape: "N", kind: "float", differentiable: true, doc: "Scores of the second items." },
      { name: "targets", shape: "N", kind: "sign", differentiable: false, doc: "1 if the first should rank higher." },
    ],
    options: {
      margin: { type: "number", default: 0, range: "[0, ∞)", doc: "Lead that the higher-ranked score must have." },
    },
    unreduced: { shape: "N", mean: "the number of pairs" },
    formula: String.raw`\max(0,\, m - y\,(a - b))`,
    traps: ["With margin 0 equal scores cost nothing, so constant scores are a solution."],
    references: [
      {
        text: "Herbrich, Graepel and Obermayer, Large Margin Rank Boundaries for Ordinal Regression, Advances in Large Margin Classifiers, MIT Press 2000",
        url: "https://doi.org/10.7551/mitpress/1113.003.0010",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: ([a, b, y], { margin }, { kernel, values, grads, scale, upstream }) =>
      kernel.marginRanking(
        a.pointer,
        b.pointer,
        y.pointer,
        a.size,
        margin,
        values,
        grads.first,
        grads.second,
        scale,
        upstream,
      ),
  },
);
