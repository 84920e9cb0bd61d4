import { portable } from "../../../formula/define.ts";
import { disagreement, kept } from "../dice/diceLoss.formula.ts";
import { generalizedDiceLoss } from "./generalizedDiceLoss.ts";

/** W / (W + 2 Σ_c w_c Σ p t + s), W = Σ_c w_c Σ p (1 − t) + t (1 − p), w_c = (v / Σ t)², v the least Σ t above 0 */
export const generalizedDicePortable = portable(
  generalizedDiceLoss,
  (m, [probabilities, targets], { smooth, mask }) => {
    const [p, t] = [kept(m, probabilities, mask), kept(m, targets, mask)];
    const volume = m.sum(t, 2);
    const absent = m.equal(volume, 0);
    const least = m.neg(m.max(m.where(absent, Number.NEGATIVE_INFINITY, m.neg(volume)), 1));
    // A class without target weighs as much as the rarest.
    const weight = m.where(absent, 1, m.square(m.div(least, m.where(absent, 1, volume))));
    const weighed = (x: typeof p) => m.sum(m.mul(weight, m.sum(x, 2)), 1);
    const apart = weighed(disagreement(m, p, t));
    const whole = m.add(m.add(apart, m.mul(weighed(m.mul(p, t)), 2)), smooth);
    const empty = m.equal(whole, 0);
    return m.where(empty, 0, m.div(apart, m.where(empty, 1, whole)));
  },
);
