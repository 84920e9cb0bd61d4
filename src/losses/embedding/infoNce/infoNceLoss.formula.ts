import { portable } from "../../../formula/define.ts";
import { cosines, lostOnDiagonal } from "../distances.formula.ts";
import { infoNceLoss } from "./infoNceLoss.ts";

/** −log softmax_j(cos(q_i, k_j)/τ) at j = i, or its mean over the positives; symmetric: the mean of that and its transpose. */
export const infoNcePortable = portable(
  infoNceLoss,
  (m, [queries, keys], { temperature, symmetric, positives }) => {
    const logits = m.div(cosines(m, queries, keys), temperature);
    const lost = (scores: typeof logits, mask: typeof logits | undefined) => {
      if (mask === undefined) return lostOnDiagonal(m, scores);
      const right = m.number(m.not(m.equal(mask, 0)));
      const count = m.sum(right, 1, true);
      return m.crossEntropy(m.div(right, m.where(m.equal(count, 0), 1, count)), scores, 1);
    };
    const forth = lost(logits, positives);
    if (!symmetric) return forth;
    return m.mul(m.add(forth, lost(m.transpose(logits), positives && m.transpose(positives))), 0.5);
  },
  (m, _inputs, { positives, symmetric }, total) => {
    if (positives === undefined) return null;
    const right = m.number(m.not(m.equal(positives, 0)));
    const found = m.sum(symmetric ? m.add(right, m.transpose(right)) : right, 1);
    return total(m.number(m.less(0, found)));
  },
);
