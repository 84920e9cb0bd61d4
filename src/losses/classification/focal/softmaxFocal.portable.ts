import { portable } from "../../../engines/define.ts";
import { softmaxFocalLoss } from "./softmaxFocal.ts";

/** −α_y (1 − p_y)^γ log p_y, where 1 − p_y is the sum of the other classes' p; ignored rows are 0. */
export const softmaxFocalPortable = portable(
  softmaxFocalLoss,
  (m, [logits, labels], { alpha, gamma, ignoreIndex }, { C }) => {
    const ignored = m.equal(labels, ignoreIndex);
    const seen = m.where(m.expand(ignored, 1), 0, logits);
    const own = m.classes(labels, C as number);
    const below = m.sub(seen, m.max(seen, 1));
    const masses = m.exp(below);
    const mass = m.sum(masses, 1);
    const missed = m.div(m.sumWhere(m.not(own), masses, 1), mass);
    const lost = m.mul(m.power(missed, gamma), m.sub(m.log(mass), m.sumWhere(own, below, 1)));
    const weight =
      alpha === null || alpha === undefined || typeof alpha === "number"
        ? (alpha ?? 1)
        : m.sumWhere(own, m.expand(alpha, 0), 1);
    return m.ofClasses(labels, C as number, m.where(ignored, 0, m.mul(weight, lost)), ignored);
  },
  (m, [, labels], { ignoreIndex }) => m.count(m.not(m.equal(labels, ignoreIndex))),
);
