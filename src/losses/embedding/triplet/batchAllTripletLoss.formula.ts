import { portableScalar } from "../../../formula/define.ts";
import { companions, keptRows, pairwise } from "../distances.formula.ts";
import { batchAllTripletLoss } from "./batchAllTripletLoss.ts";

/** Σ_apn max(0, d(a, p) − d(a, n) + m) over the number of positive terms, or of all. */
export const batchAllTripletPortable = portableScalar(
  batchAllTripletLoss,
  (m, [x, labels], { margin, distance, average, mask }) => {
    const d = pairwise(m, keptRows(m, x, mask), distance);
    const { positive, negative } = companions(m, labels, mask);
    const triplet = m.and(m.expand(positive, 2), m.expand(negative, 1));
    const hinges = m.relu(m.where(triplet, m.add(m.sub(m.expand(d, 2), m.expand(d, 1)), margin), 0));
    const count = m.count(average === "active" ? m.less(0, hinges) : triplet);
    return m.div(m.sum(hinges), m.where(m.equal(count, 0), 1, count));
  },
);
