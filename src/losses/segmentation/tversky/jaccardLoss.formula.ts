import { portable } from "../../../formula/define.ts";
import { weightOfMasks } from "../dice/diceLoss.formula.ts";
import { jaccardLoss } from "./jaccardLoss.ts";
import { unlikeness } from "./tverskyLoss.formula.ts";

/** 1 − (I + s) / (Σ p + Σ t − I + s), Tversky's with both prices 1 */
export const jaccardPortable = portable(
  jaccardLoss,
  (m, inputs, options) => unlikeness(m, inputs, { ...options, alpha: 1, beta: 1, gamma: 1 }),
  weightOfMasks,
);
