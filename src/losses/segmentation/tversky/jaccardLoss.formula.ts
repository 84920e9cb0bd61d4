import { portable } from "../../../formula/define.ts";
import { jaccardLoss } from "./jaccardLoss.ts";
import { unlikeness } from "./tverskyLoss.formula.ts";

/** 1 − (I + s) / (Σ p + Σ t − I + s), Tversky's with both prices 1 */
export const jaccardPortable = portable(jaccardLoss, (m, [p, t], { smooth }, dims) =>
  unlikeness(m, p, t, { alpha: 1, beta: 1, smooth }, dims),
);
