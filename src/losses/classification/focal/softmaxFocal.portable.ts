import { portable } from "../../../engines/define.ts";
import { softmaxFocalLoss } from "./softmaxFocal.ts";

/** −α_y (1 − p_y)^γ log p_y, where 1 − p_y is the sum of the other classes' p; ignored rows are 0. */
export const softmaxFocalPortable = portable(
  softmaxFocalLoss,
  (m, [logits, labels], { alpha, gamma, ignoreIndex }, { C }) => {
    const ignored = m.equal(labels, ignoreIndex);
    const logs = m.logSoftmax(m.where(m.expand(ignored, 1), 0, logits), 1);
    const own = m.classes(labels, C as number);
    const missed = m.sumWhere(m.not(own), m.exp(logs), 1);
    const lost = m.mul(m.power(missed, gamma), m.neg(m.sumWhere(own, logs, 1)));
    const weight =
      alpha === null || alpha === undefined || typeof alpha === "number"
        ? (alpha ?? 1)
        : m.sumWhere(own, m.expand(alpha, 0), 1);
    return m.where(ignored, 0, m.mul(weight, lost));
  },
  (m, [, labels], { ignoreIndex }) => m.count(m.not(m.equal(labels, ignoreIndex))),
);
