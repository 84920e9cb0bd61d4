import { defineLoss, elements } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

export interface TdLossOptions {
  /** Discount γ of the next value, in [0, 1]. Default 0.99. */
  discount?: number;
  /** Error at which the loss turns from quadratic to linear; > 0. Default: quadratic everywhere. */
  huber?: number;
}

/**
 * Temporal-difference loss: fits values to the reward plus the discounted value of the next state.
 *
 *     δ = rewards + γ (1 − dones) nextValues − values
 *     L = δ²/2, or Huber's loss of δ
 *
 * Shapes     values, rewards, nextValues, dones: [N]. Unreduced value: [N]. The mean divides by N.
 * Gradient   −δ (clamped to ±huber) for values; the target is held constant (the semi-gradient).
 * Errors     discount outside [0, 1]; huber ≤ 0; dones outside [0, 1]; shapes that differ; empty input.
 * Edges      NaN gives NaN in its own value. A final step does not look at the next value, be it NaN or infinite.
 * Relation   With huber it is huberLoss(values, target).
 *            Terminal is not time-out: done = 1 says that nothing can follow; an episode that was merely cut off keeps
 *            done = 0 and the value of the state it was cut at.
 * Source     R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, chapters 6 and 9.
 */
export const tdLoss = defineLoss<
  [values: FloatInput, rewards: FloatInput, nextValues: FloatInput, dones: FloatInput],
  TdLossOptions,
  "values"
>(
  {
    name: "tdLoss",
    family: "reinforcement",
    title: { en: "Temporal-difference loss", zh: "时序差分损失" },
    aliases: { en: ["TD error", "temporal difference", "TD(0)"], zh: ["时序差分", "时间差分"] },
    summary: "Makes a value predict the reward plus the value that follows.",
    arguments: [
      { name: "values", shape: "N", kind: "float", differentiable: true, doc: "Values of the states left." },
      { name: "rewards", shape: "N", kind: "float", differentiable: false, doc: "Rewards received." },
      { name: "nextValues", shape: "N", kind: "float", differentiable: false, doc: "Values of the states reached." },
      { name: "dones", shape: "N", kind: "probability", differentiable: false, doc: "1 where the episode ended." },
    ],
    options: {
      discount: { type: "number", default: 0.99, range: "[0, 1]", doc: "Discount γ of the next value." },
      huber: {
        type: "number",
        default: undefined,
        range: "(0, ∞)",
        doc: "Error at which the loss turns from quadratic to linear.",
      },
    },
    unreduced: { shape: "N", mean: "the number of steps" },
    formula: String.raw`\tfrac12 \delta^2, \quad \delta = r + \gamma (1 - d) \, v' - v`,
    traps: [
      "terminal is not time-out: mark an episode that was cut off with done = 0.",
      "the target is a constant: differentiating through it gives another, slower method (residual gradients).",
    ],
    references: [
      {
        text: "Sutton, Learning to Predict by the Methods of Temporal Differences, Machine Learning 3, 1988",
        url: "https://doi.org/10.1007/BF00115009",
      },
      {
        text: "Sutton and Barto, Reinforcement Learning: An Introduction, 2nd edition, MIT Press 2018",
        url: "http://incompleteideas.net/book/the-book-2nd.html",
      },
    ],
  },
  {
    divisor: elements,
    run: ([v, r, next, d], { discount, huber = null }, { kernel, values, grads, scale }) =>
      kernel.temporalDifference(
        v.pointer,
        r.pointer,
        next.pointer,
        d.pointer,
        v.size,
        discount,
        huber ?? Number.POSITIVE_INFINITY,
        values,
        grads.values,
        scale,
      ),
  },
);
