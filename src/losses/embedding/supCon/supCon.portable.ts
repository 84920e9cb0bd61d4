import { portable } from "../../../engines/define.ts";
import type { Maths } from "../../../engines/maths.ts";
import { any, companions, cosines } from "../distances.portable.ts";
import { supConLoss } from "./supCon.ts";

/** Mean over the positives p of −log softmax_{j ≠ a}(cos(a, j)/τ) at p; 0 for an anchor without one. */
export const supConPortable = portable(
  supConLoss,
  (m, [x, labels], { temperature }, { N }) => {
    const { positive } = companions(m, labels);
    const logs = logsAmongOthers(m, m.div(cosines(m, x, x), temperature), N as number);
    const count = m.count(positive, 1);
    return m.neg(m.div(m.sumWhere(positive, logs, 1), m.where(m.equal(count, 0), 1, count)));
  },
  (m, [, labels]) => m.count(any(m, companions(m, labels).positive)),
);

/** Low enough for an exponential of 0 beside any logit. */
const NOTHING = -1e30;

/** Log softmax of each row without its own column. */
export const logsAmongOthers = <X>(m: Maths<X>, logits: X, n: number): X =>
  m.logSoftmax(m.where(m.others(n), logits, NOTHING), 1);
