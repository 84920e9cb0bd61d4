import type { Term } from "../../../formula/arrays.ts";
import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { alongClasses, smoothTargets } from "../crossEntropy/binaryCrossEntropy.formula.ts";
import { focalLoss } from "./focalLoss.ts";

/** α_t (1 − p_t)^γ (t softplus(−x) + (1 − t) softplus(x)), where 1 − p_t = t σ(−x) + (1 − t) σ(x). */
export const focalPortable = portable(
  focalLoss,
  (m, [x, targets], { alpha, gamma, labelSmoothing }) => {
    const t = smoothTargets(m, targets, labelSmoothing);
    const no = m.sub(1, t);
    const fade = m.power(m.missed(t, no, x), gamma);
    const cost = m.binaryCrossEntropy(t, no, x);
    if (alpha === null) return m.weigh(fade, cost);
    const yes = alongClasses(m, alpha, x);
    return m.weigh(m.mul(blend(m, t, yes, typeof yes === "number" ? 1 - yes : m.sub(1, yes)), fade), cost);
  },
  (m, [, t], { normalizer }, total) => {
    if (normalizer === "elements") return null;
    const positives = total(t);
    return m.where(m.less(positives, 1), 1, positives);
  },
);

/** t · yes + (1 − t) · no */
const blend = <X>(m: Maths<X>, t: X, yes: Term<X>, no: Term<X>): X => m.add(m.mul(t, yes), m.mul(m.sub(1, t), no));
