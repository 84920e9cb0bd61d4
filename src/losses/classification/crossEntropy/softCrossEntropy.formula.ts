import { portable } from "../../../formula/define.ts";
import { perClass } from "./crossEntropy.formula.ts";
import { softCrossEntropy } from "./softCrossEntropy.ts";

/** −Σ_c w_c t_c log p_c, where a target of 0 costs nothing. */
export const softCrossEntropyPortable = portable(softCrossEntropy, (m, [logits, targets], { weight }) => {
  if (!weight) return m.crossEntropy(targets, logits, 1);
  const weights = perClass(m, weight, m.shapeOf(logits));
  // A class of weight 0 does not count, nor does its target's slope, which is infinite at a logit of −Infinity.
  return m.crossEntropy(m.where(m.equal(weights, 0), 0, m.mul(targets, weights)), logits, 1);
});
