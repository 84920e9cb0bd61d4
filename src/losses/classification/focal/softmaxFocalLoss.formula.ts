import { portable } from "../../../formula/define.ts";
import { softmaxFocalLoss } from "./softmaxFocalLoss.ts";

/** −α_y (1 − p_y)^γ log p_y, where 1 − p_y is the sum of the other classes' p; ignored rows are 0. */
export const softmaxFocalPortable = portable(
  softmaxFocalLoss,
  (m, [logits, labels], { alpha, gamma, ignoreIndex }, { C }) => {
    const ignored = m.equal(labels, ignoreIndex);
    const seen = m.where(m.expand(ignored, 1), 0, logits);
    const own = m.classes(labels, C as number);
    // What lies below the largest keeps its digits in log(1 + rest), where 1 + rest alone would lose them.
    const top = m.atLargest(seen, 1);
    const below = m.sub(seen, m.sumWhere(top, seen, 1, true));
    const masses = m.exp(below);
    const rest = m.sumWhere(m.not(top), masses, 1);
    const fade = m.power(m.div(m.sumWhere(m.not(own), masses, 1), m.add(rest, 1)), gamma);
    const surprise = m.sub(m.log1p(rest), m.sumWhere(own, below, 1));
    const weight =
      alpha === null || alpha === undefined || typeof alpha === "number"
        ? (alpha ?? 1)
        : m.sumWhere(own, m.expand(alpha, 0), 1);
    return m.ofClasses(labels, C as number, m.where(ignored, 0, m.weigh(m.mul(weight, fade), surprise)), ignored);
  },
  (m, [, labels], { ignoreIndex }, total) => total(m.number(m.not(m.equal(labels, ignoreIndex)))),
);
