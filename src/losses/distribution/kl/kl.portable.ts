import { portable } from "../../../engines/define.ts";
import { distillationLoss } from "./distillationLoss.ts";
import { jensenShannonDivergence } from "./jensenShannonDivergence.ts";
import { klDivergence } from "./klDivergence.ts";
import { klDivergenceFromLogits } from "./klDivergenceFromLogits.ts";

/** Σ p (log p − log q); gradient 0 where p is 0. */
export const klDivergencePortable = portable(klDivergence, (m, [p, q]) =>
  m.sum(m.sub(m.timesLog(p, p), m.timesLog(p, q)), 1),
);

/** ½ Σ p log(p/m) + ½ Σ q log(q/m) with m = (p + q)/2 */
export const jensenShannonPortable = portable(jensenShannonDivergence, (m, [p, q]) => {
  const middle = m.mul(m.add(p, q), 0.5);
  const to = (x: typeof p) => m.sub(m.timesLog(x, x), m.timesLog(x, middle));
  return m.mul(m.sum(m.add(to(p), to(q)), 1), 0.5);
});

/** Σ t (log t − log softmax(x)) */
export const klFromLogitsPortable = portable(klDivergenceFromLogits, (m, [x, t]) => {
  const logs = m.where(m.equal(t, 0), 0, m.logSoftmax(x, 1));
  return m.sum(m.sub(m.timesLog(t, t), m.mul(t, logs)), 1);
});

/** τ² KL(softmax(teacher/τ) ‖ softmax(student/τ)) */
export const distillationPortable = portable(distillationLoss, (m, [student, teacher], { temperature }) => {
  const taught = m.logSoftmax(m.div(teacher, temperature), 1);
  const t = m.exp(taught);
  const nothing = m.equal(t, 0);
  const apart = m.sub(taught, m.logSoftmax(m.div(student, temperature), 1));
  return m.mul(m.sum(m.mul(t, m.where(nothing, 0, apart)), 1), temperature ** 2);
});
