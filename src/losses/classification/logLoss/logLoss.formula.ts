import { portable } from "../../../formula/define.ts";
import { binaryLogLoss, logLoss } from "./logLoss.ts";

/** −log p_y */
export const logLossPortable = portable(logLoss, (m, [p, labels], _, { C }) => {
  const own = m.classes(labels, C as number);
  // Of a label that is not a class the mask would let no gradient through, not even NaN.
  const seen = m.ofClasses(m.expand(labels, 1), C as number, p);
  return m.ofClasses(labels, C as number, m.neg(m.log(m.sumWhere(own, seen, 1))));
});

/** −t log p − (1 − t) log(1 − p), where a term whose factor is 0 is 0. */
export const binaryLogLossPortable = portable(binaryLogLoss, (m, [p, t]) => {
  return m.neg(m.add(m.timesLog(t, p), m.timesLog(m.sub(1, t), m.sub(1, p))));
});
