import { portable } from "../../../engines/define.ts";
import { perClass } from "./crossEntropy.portable.ts";
import { softCrossEntropy } from "./softCrossEntropy.ts";

/** −Σ_c w_c t_c log p_c, where a target of 0 costs nothing. */
export const softCrossEntropyPortable = portable(softCrossEntropy, (m, [logits, targets], { weight }) => {
  const weighted = weight ? m.mul(targets, perClass(m, weight, m.shapeOf(logits))) : targets;
  return m.crossEntropy(weighted, logits, 1);
});
