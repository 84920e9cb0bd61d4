import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { any, companions, cosines } from "../distances.formula.ts";
import { supConLoss } from "./supConLoss.ts";

/** Mean over the positives p of −log softmax_{j ≠ a}(cos(a, j)/τ) at p; 0 for an anchor without one. */
export const supConPortable = portable(
  supConLoss,
  (m, [x, labels], { temperature }, { N }) => {
    const { positive } = companions(m, labels);
    const count = m.count(positive, 1, true);
    const targets = m.div(m.number(positive), m.where(m.equal(count, 0), 1, count));
    return m.crossEntropy(targets, amongOthers(m, m.div(cosines(m, x, x), temperature), N as number), 1);
  },
  (m, [, labels], _, total) => total(m.number(any(m, companions(m, labels).positive))),
);

/** Low enough for an exponential of 0 beside any logit. */
const NOTHING = -1e30;

/** Each row's logits without its own column's. */
export const amongOthers = <X>(m: Maths<X>, logits: X, n: number): X => m.where(m.others(n), logits, NOTHING);
