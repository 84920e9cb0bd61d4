import { portable } from "../../../formula/define.ts";
import { quantileLoss } from "./quantileLoss.ts";

/** max(q e, (q − 1) e) with e = t − p */
export const quantilePortable = portable(quantileLoss, (m, [p, t], { quantile: q }) => {
  const e = m.sub(t, p);
  return m.add(m.mul(m.relu(e), q), m.mul(m.relu(m.neg(e)), 1 - q));
});
