import { portable } from "../../../formula/define.ts";
import { perClass } from "../crossEntropy/crossEntropy.formula.ts";
import { softmaxFocalLoss } from "./softmaxFocalLoss.ts";

/**
 * Σ_c t_c α_c (1 − p_c)^γ (−log p_c), where 1 − p_c is the sum of the other classes' p and t is 1 for the label alone unless
 * smoothed; ignored positions are 0.
 */
export const softmaxFocalPortable = portable(
  softmaxFocalLoss,
  (m, [logits, labels], { alpha, gamma, ignoreIndex, labelSmoothing: smoothing }, { C }) => {
    const ignored = m.equal(labels, ignoreIndex);
    const seen = m.where(m.expand(ignored, 1), 0, logits);
    const own = m.classes(labels, C as number);
    const weights =
      alpha === null || alpha === undefined || typeof alpha === "number"
        ? (alpha ?? 1)
        : perClass(m, alpha, m.shapeOf(logits));
    const finish = (cost: typeof logits) => m.ofClasses(labels, C as number, m.where(ignored, 0, cost), ignored);
    if (smoothing > 0) {
      // What lies below the largest keeps its digits in log(1 + rest), where 1 + rest alone would lose them.
      const top = m.atLargest(seen, 1);
      const below = m.sub(seen, m.sumWhere(top, seen, 1, true));
      const masses = m.exp(below);
      const rest = m.sumWhere(m.not(top), masses, 1, true);
      const missed = m.div(m.where(top, rest, m.sub(m.add(rest, 1), masses)), m.add(rest, 1));
      const each = smoothing / (C as number);
      const share = m.mul(m.where(own, 1 - smoothing + each, each), weights);
      return finish(m.sum(m.weigh(m.mul(share, m.power(missed, gamma)), m.sub(m.log1p(rest), below)), 1));
    }
    const mine = m.sumWhere(own, seen, 1, true);
    const most = m.max(seen, 1);
    const others = m.sumWhere(m.not(own), m.exp(m.sub(seen, most)), 1, true);
    const gap = m.sub(most, mine);
    const all = m.add(others, m.exp(m.neg(gap)));
    const missed = m.div(others, all);
    // Where the own class is the largest the others' masses are beside its own, and a confident row keeps its digits in log(1 + others).
    const isLargest = m.lessEqual(gap, 0);
    const largest = m.where(isLargest, mine, 0);
    const beside = m.mul(others, m.exp(m.sub(m.stop(largest), largest)));
    const surprise = m.where(isLargest, m.log1p(beside), m.add(gap, m.log(all)));
    const weight = typeof weights === "number" ? weights : m.sumWhere(own, weights, 1, true);
    return finish(m.sum(m.weigh(m.mul(weight, m.power(missed, gamma)), surprise), 1));
  },
  (m, [, labels], { ignoreIndex }, total) => total(m.number(m.not(m.equal(labels, ignoreIndex)))),
);
