import { portable } from "../../../formula/define.ts";
import { cosines, lostOnDiagonal } from "../distances.formula.ts";
import { infoNceLoss } from "./infoNceLoss.ts";

/** −log softmax_j(cos(q_i, k_j)/τ) at j = i; symmetric: the mean of that and its transpose. */
export const infoNcePortable = portable(infoNceLoss, (m, [queries, keys], { temperature, symmetric }) => {
  const logits = m.div(cosines(m, queries, keys), temperature);
  const forth = lostOnDiagonal(m, logits);
  return symmetric ? m.mul(m.add(forth, lostOnDiagonal(m, m.transpose(logits))), 0.5) : forth;
});
