import { portable } from "../../../formula/define.ts";
import { companions, farthest, keptRows, nearest, pairwise, withTriplet } from "../distances.formula.ts";
import { batchHardTripletLoss } from "./batchHardTripletLoss.ts";

/** max(0, max_p d(a, p) − min_n d(a, n) + m), or its softplus without margin; 0 for an anchor without a triplet. */
export const batchHardTripletPortable = portable(
  batchHardTripletLoss,
  (m, [x, labels], { margin, soft, distance, mask }) => {
    const d = pairwise(m, keptRows(m, x, mask), distance);
    const { positive, negative } = companions(m, labels, mask);
    const gap = m.sub(farthest(m, d, positive), nearest(m, d, negative));
    return m.where(withTriplet(m, labels, mask), soft ? m.softplus(gap) : m.relu(m.add(gap, margin)), 0);
  },
  (m, [, labels], { mask }, total) => total(m.number(withTriplet(m, labels, mask))),
);
