import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { axes, kept, type OverlapArrays, weightOfMasks } from "../dice/diceLoss.formula.ts";
import { tverskyLoss } from "./tverskyLoss.ts";

/** w_c u^(1/γ) with u = (α FP + β FN) / (I + α FP + β FN + s), which is 1 − (I + s) / (I + α FP + β FN + s) */
export const tverskyPortable = portable(
  tverskyLoss,
  (m, inputs, options) => unlikeness(m, inputs, options),
  weightOfMasks,
);

interface Prices {
  readonly alpha: number;
  readonly beta: number;
  readonly smooth: number;
  readonly gamma: number;
}

/** The same for given α and β: with both 1 it is Jaccard's. */
export function unlikeness<X>(
  m: Maths<X>,
  [probabilities, targets]: readonly [X, X],
  { alpha, beta, smooth, gamma, perBatch, weight, ignoreEmpty, mask }: Prices & OverlapArrays<X>,
): X {
  const [p, t] = [kept(m, probabilities, mask), kept(m, targets, mask)];
  const over = axes(perBatch);
  const shared = m.sum(m.mul(p, t), over);
  const falseAlarms = m.sum(m.mul(p, m.sub(1, t)), over);
  const misses = m.sum(m.mul(m.sub(1, p), t), over);
  const wrong = m.add(m.mul(falseAlarms, alpha), m.mul(misses, beta));
  const whole = m.add(m.add(shared, wrong), smooth);
  const empty = m.equal(whole, 0);
  const share = m.where(empty, 0, m.div(wrong, m.where(empty, 1, whole)));
  const exact = m.equal(share, 0);
  const values = gamma === 1 ? share : m.where(exact, 0, m.power(m.where(exact, 1, share), 1 / gamma));
  const weighed = weight ? m.mul(weight, values) : values;
  return ignoreEmpty ? m.where(m.equal(m.sum(t, over), 0), 0, weighed) : weighed;
}
