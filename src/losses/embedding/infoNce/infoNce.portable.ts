import { portable } from "../../../engines/define.ts";
import type { Maths } from "../../../engines/maths.ts";
import { cosines } from "../distances.portable.ts";
import { infoNceLoss } from "./infoNce.ts";

/** −log softmax_j(cos(q_i, k_j)/τ) at j = i; symmetric: the mean of that and its transpose. */
export const infoNcePortable = portable(infoNceLoss, (m, [queries, keys], { temperature, symmetric }, { N }) => {
  const logits = m.div(cosines(m, queries, keys), temperature);
  const forth = lostOnDiagonal(m, logits, N as number);
  return symmetric ? m.mul(m.add(forth, lostOnDiagonal(m, m.transpose(logits), N as number)), 0.5) : forth;
});

const lostOnDiagonal = <X>(m: Maths<X>, logits: X, n: number): X =>
  m.neg(m.sumWhere(m.not(m.others(n)), m.logSoftmax(logits, 1), 1));
