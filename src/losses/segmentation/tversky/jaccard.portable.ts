import { portable } from "../../../engines/define.ts";
import { jaccardLoss } from "./jaccard.ts";
import { unlikeness } from "./tversky.portable.ts";

/** 1 − (I + s) / (Σ p + Σ t − I + s) */
export const jaccardPortable = portable(jaccardLoss, (m, [p, t], { smooth }, dims) =>
  unlikeness(m, p, t, { alpha: 1, beta: 1, smooth }, dims),
);
