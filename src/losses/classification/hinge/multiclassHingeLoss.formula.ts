import { portable } from "../../../formula/define.ts";
import { perClass } from "../crossEntropy/crossEntropy.formula.ts";
import { multiclassHingeLoss } from "./multiclassHingeLoss.ts";

/** w_y Σ or max over c ≠ y of max(0, m + s_c − s_y)^k */
export const multiclassHingePortable = portable(
  multiclassHingeLoss,
  (m, [scores, labels], { margin, form, power, weight }, { C }) => {
    const own = m.classes(labels, C as number);
    const seen = m.ofClasses(m.expand(labels, 1), C as number, scores);
    const lead = m.sub(seen, m.sumWhere(own, seen, 1, true));
    const hinges = m.relu(m.where(own, 0, m.add(lead, margin)));
    const costs = power === 2 ? m.square(hinges) : hinges;
    const cost = form === "sum" ? m.sum(costs, 1) : m.largest(costs, 1);
    return weight ? m.weigh(m.sumWhere(own, perClass(m, weight, m.shapeOf(scores)), 1), cost) : cost;
  },
);
