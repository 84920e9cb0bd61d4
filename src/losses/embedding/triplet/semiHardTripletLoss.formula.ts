import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { companions, pairwise } from "../distances.formula.ts";
import type { Distance } from "../distances.ts";
import { semiHardTripletLoss } from "./semiHardTripletLoss.ts";

/** Mean over p of d(a, p) − d(a, n) + m with the closest n for which d(a, p) < d(a, n) < d(a, p) + m. */
export const semiHardTripletPortable = portable(
  semiHardTripletLoss,
  (m, [x, labels], { margin, distance }) => {
    const { d, found, semiHard } = mine(m, x, labels, margin, distance);
    const toNegative = m.where(semiHard, m.neg(m.expand(d, 1)), Number.NEGATIVE_INFINITY);
    const closest = m.sumWhere(m.atLargest(toNegative, 2), m.expand(d, 1), 2);
    const count = m.count(found, 1);
    return m.div(m.sumWhere(found, m.add(m.sub(d, closest), margin), 1), m.where(m.equal(count, 0), 1, count));
  },
  (m, [x, labels], { margin, distance }, total) =>
    total(m.number(m.less(0, m.count(mine(m, x, labels, margin, distance).found, 1)))),
);

/** Distances, the mask [a, p, n] of semi-hard triplets, and that [a, p] of pairs which have one. */
function mine<X>(m: Maths<X>, x: X, labels: X, margin: number, distance: Distance) {
  const d = pairwise(m, x, distance);
  const [near, far] = [m.expand(d, 2), m.expand(d, 1)];
  const { positive, negative } = companions(m, labels);
  const triplet = m.and(m.expand(positive, 2), m.expand(negative, 1));
  const semiHard = m.and(triplet, m.and(m.less(near, far), m.less(far, m.add(near, margin))));
  return { d, semiHard, found: m.less(0, m.count(semiHard, 2)) };
}
