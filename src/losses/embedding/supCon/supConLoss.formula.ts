import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { amongKept, any, companions, cosines, keptRows, NOTHING } from "../distances.formula.ts";
import { supConLoss } from "./supConLoss.ts";

/** Mean over the positives p of −log softmax_{j ≠ a}(cos(a, j)/τ) at p; 0 for an anchor without one. */
export const supConPortable = portable(
  supConLoss,
  (m, [embeddings, labels], { temperature, mask }, { N }) => {
    const x = keptRows(m, embeddings, mask);
    const { positive } = companions(m, labels, mask);
    const count = m.count(positive, 1, true);
    const targets = m.div(m.number(positive), m.where(m.equal(count, 0), 1, count));
    const logits = m.div(cosines(m, x, x), temperature);
    return m.crossEntropy(targets, amongOthers(m, logits, N as number, mask), 1);
  },
  (m, [, labels], { mask }, total) => total(m.number(any(m, companions(m, labels, mask).positive))),
);

/** Each row's logits without its own column's, and those of rows left out. */
export const amongOthers = <X>(m: Maths<X>, logits: X, n: number, mask: X | undefined): X =>
  amongKept(m, m.where(m.others(n), logits, NOTHING), mask);
