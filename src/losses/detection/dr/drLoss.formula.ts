import { portableScalar } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { sizeOf } from "../../../tensor/tensor.ts";
import { drLoss } from "./drLoss.ts";

/** τ/L · softplus(L (P₋ − P₊ + margin));  P₋ = 0 without negatives, P₊ = 1 without positives, 0 without both */
export const drPortable = portableScalar(
  drLoss,
  (m, [logits, targets], { posLambda, negLambda, slope, tau, margin, mask }, { N, C }) => {
    if (N === 0) return m.sum(logits);
    const seen = m.not(m.expand(m.less(targets, 0), 1));
    const counts = mask ? m.and(seen, m.not(m.equal(mask, 0))) : seen;
    const scores = m.sigmoid(m.where(counts, logits, 0));
    const p = m.ofClasses(m.expand(m.add(targets, 1), 1), (C as number) + 2, scores);
    const positive = m.and(counts, m.classes(m.sub(targets, 1), C as number));
    const negative = m.and(counts, m.not(positive));
    const under = tilted(m, p, negative, 1 / negLambda, 0);
    const over = tilted(m, p, positive, -1 / posLambda, 1);
    const lead = m.add(m.sub(under, over), margin);
    const none = m.equal(m.count(counts), 0);
    return m.where(none, 0, m.mul(m.softplus(m.mul(lead, slope)), tau / slope));
  },
);

/** The mean of the chosen numbers, each weighed by exp(rate · p); `otherwise` where none is chosen. */
function tilted<X>(m: Maths<X>, p: X, chosen: X, rate: number, otherwise: number): X {
  const none = m.equal(m.count(chosen), 0);
  const exponents = m.where(chosen, m.mul(p, rate), Number.NEGATIVE_INFINITY);
  const top = m.reshape(m.max(m.reshape(exponents, [sizeOf(m.shapeOf(p))]), 0), []);
  const weights = m.exp(m.sub(exponents, m.where(none, 0, top)));
  const mass = m.where(none, 1, m.sum(weights));
  return m.where(none, otherwise, m.div(m.sum(m.mul(weights, p)), mass));
}
