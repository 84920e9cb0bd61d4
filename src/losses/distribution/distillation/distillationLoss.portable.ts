import { portable } from "../../../engines/define.ts";
import { distillationLoss } from "./distillationLoss.ts";

/** τ² KL(softmax(teacher/τ) ‖ softmax(student/τ)) */
export const distillationPortable = portable(distillationLoss, (m, [student, teacher], { temperature }) => {
  const taught = m.logSoftmax(m.div(teacher, temperature), 1);
  const t = m.exp(taught);
  const nothing = m.equal(t, 0);
  const apart = m.sub(taught, m.logSoftmax(m.div(student, temperature), 1));
  return m.mul(m.sum(m.mul(t, m.where(nothing, 0, apart)), 1), temperature ** 2);
});
