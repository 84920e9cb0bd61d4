import { portable } from "../../../formula/define.ts";
import { distillationLoss } from "./distillationLoss.ts";

/** τ² KL(t ‖ softmax(student/τ)) with t = softmax(teacher/τ): the cross entropy of the student less that of the teacher. */
export const distillationPortable = portable(distillationLoss, (m, [student, teacher], { temperature }) => {
  const wanted = m.div(teacher, temperature);
  const t = m.softmax(wanted, 1);
  const apart = m.sub(m.crossEntropy(t, m.div(student, temperature), 1), m.crossEntropy(t, wanted, 1));
  return m.mul(apart, temperature ** 2);
});
