import { portableScalar } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { cosines, lostOnDiagonal } from "../../embedding/distances.formula.ts";
import { damsmLoss } from "./damsmLoss.ts";

/**
 * Cross entropies of γ3 R(image, caption), both ways, and the same of γ3 cos(image, sentence).
 *
 *     R = log(Σ_t exp(γ2 cos(c_t, e_t))) / γ2   ("code": without the division)
 */
export const damsmPortable = portableScalar(
  damsmLoss,
  (m, [regions, words, lengths, images, sentences], { gamma1, gamma2, gamma3, classIds, form }) => {
    const matches = matchesOf(m, { regions, words, lengths, gamma1, gamma2 });
    const byWords = m.mul(matches, form === "paper" ? gamma3 / gamma2 : gamma3);
    const bySentences = m.mul(cosines(m, images, sentences), gamma3);
    return m.add(rank(m, byWords, classIds), rank(m, bySentences, classIds));
  },
);

/** Cross entropy of rows and of columns, whose diagonal holds the true pairs. */
function rank<X>(m: Maths<X>, scores: X, classes: X | undefined): X {
  const n = m.shapeOf(scores)[0] as number;
  const logits = classes ? m.where(m.and(m.sameLabel(classes), m.others(n)), Number.NEGATIVE_INFINITY, scores) : scores;
  return m.add(m.mean(lostOnDiagonal(m, logits)), m.mean(lostOnDiagonal(m, m.transpose(logits))));
}

interface Words<X> {
  readonly regions: X;
  readonly words: X;
  readonly lengths: X;
  readonly gamma1: number;
  readonly gamma2: number;
}

/**
 * log Σ_t exp(γ2 cos(c_t, e_t)) of every image (row) and caption (column), from all attentions [image, caption, word,
 * region] at once: s̄ = softmax over words of e_t · v_r,  α = softmax over regions of γ1 s̄,  c_t = Σ_r α_tr v_r.
 */
function matchesOf<X>(m: Maths<X>, { regions, words, lengths, gamma1, gamma2 }: Words<X>): X {
  const [n, r, d] = m.shapeOf(regions) as [number, number, number];
  const t = m.shapeOf(words)[1] as number;
  const there = m.less(m.expand(m.range(t), 0), m.expand(lengths, 1));
  // What lies beyond a caption's length does not count, even if it is NaN.
  const kept = m.where(m.expand(there, 2), words, 0);

  const products = m.matmul(m.reshape(kept, [n * t, d]), m.transpose(m.reshape(regions, [n * r, d])));
  const scores = m.reshape(m.transpose(m.reshape(products, [n * t, n, r]), [1, 0, 2]), [n, n, t, r]);
  const shares = m.softmax(m.where(m.expand(there, 2), scores, Number.NEGATIVE_INFINITY), 2);
  const attention = m.softmax(m.mul(shares, gamma1), 3);
  const contexts = m.matmul(m.reshape(attention, [n, n * t, r]), regions);
  const cosine = m.sum(m.mul(m.directions(m.reshape(contexts, [n, n, t, d])), m.directions(kept)), 3);
  const matches = m.logSumExp(m.where(there, m.mul(cosine, gamma2), Number.NEGATIVE_INFINITY), 2);
  return m.ofClasses(m.expand(m.sub(lengths, 1), 0), t, m.reshape(matches, [n, n]));
}
