import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { amongKept, cosines, isKept, keptRows, lostOnDiagonal, ofKept } from "../distances.formula.ts";
import { infoNceLoss } from "./infoNceLoss.ts";

/** −log softmax_j(cos(q_i, k_j)/τ) at j = i, or its mean over the positives; symmetric: the mean of that and its transpose. */
export const infoNcePortable = portable(
  infoNceLoss,
  (m, [queries, keys], { temperature, symmetric, positives, mask }) => {
    const logits = m.div(cosines(m, keptRows(m, queries, mask), keptRows(m, keys, mask)), temperature);
    const right = positives && rightPairs(m, positives, mask);
    const lost = (all: typeof logits, pairs: typeof right) => {
      const scores = amongKept(m, all, mask);
      if (pairs === undefined) return lostOnDiagonal(m, scores);
      const count = m.count(pairs, 1, true);
      return m.crossEntropy(m.div(m.number(pairs), m.where(m.equal(count, 0), 1, count)), scores, 1);
    };
    const forth = lost(logits, right);
    const each = symmetric ? m.mul(m.add(forth, lost(m.transpose(logits), right && m.transpose(right))), 0.5) : forth;
    return mask === undefined ? each : m.where(isKept(m, mask), each, 0);
  },
  (m, _inputs, { positives, symmetric, mask }, total) => {
    if (positives === undefined) return mask === undefined ? null : total(m.number(isKept(m, mask)));
    const right = m.number(rightPairs(m, positives, mask));
    const found = m.sum(symmetric ? m.add(right, m.transpose(right)) : right, 1);
    return total(m.number(m.less(0, found)));
  },
);

const rightPairs = <X>(m: Maths<X>, positives: X, mask: X | undefined): X =>
  ofKept(m, m.not(m.equal(positives, 0)), mask);
