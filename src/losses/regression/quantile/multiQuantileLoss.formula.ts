import { portable } from "../../../formula/define.ts";
import { multiQuantileLoss } from "./multiQuantileLoss.ts";

/** max(q_j e_ij, (q_j − 1) e_ij) with e_ij = t_i − p_ij */
export const multiQuantilePortable = portable(multiQuantileLoss, (m, [p, t], { quantiles: q }) => {
  const e = m.sub(m.expand(t, 1), p);
  return m.add(m.mul(m.relu(e), q), m.mul(m.relu(m.neg(e)), m.sub(1, q)));
});
