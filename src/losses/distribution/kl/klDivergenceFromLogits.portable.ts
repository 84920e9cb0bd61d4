import { portable } from "../../../engines/define.ts";
import { klDivergenceFromLogits } from "./klDivergenceFromLogits.ts";

/** Σ t (log t − log softmax(x)) */
export const klFromLogitsPortable = portable(klDivergenceFromLogits, (m, [x, t]) => {
  const logs = m.where(m.equal(t, 0), 0, m.logSoftmax(x, 1));
  return m.sum(m.sub(m.timesLog(t, t), m.mul(t, logs)), 1);
});
