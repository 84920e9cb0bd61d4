import { portable } from "../../../formula/define.ts";
import { multiclassHingeLoss } from "./multiclassHingeLoss.ts";

/** Σ or max over c ≠ y of max(0, m + s_c − s_y) */
export const multiclassHingePortable = portable(multiclassHingeLoss, (m, [scores, labels], { margin, form }, { C }) => {
  const own = m.classes(labels, C as number);
  const seen = m.ofClasses(m.expand(labels, 1), C as number, scores);
  const lead = m.sub(seen, m.sumWhere(own, seen, 1, true));
  const hinges = m.relu(m.where(own, 0, m.add(lead, margin)));
  return form === "sum" ? m.sum(hinges, 1) : m.largest(hinges, 1);
});
