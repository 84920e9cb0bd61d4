import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { companions, keptRows, pairwise } from "../distances.formula.ts";
import type { Distance } from "../distances.ts";
import { semiHardTripletLoss } from "./semiHardTripletLoss.ts";

/**
 * Mean over p of d(a, p) − d(a, n) + m with the closest n for which d(a, p) < d(a, n) < d(a, p) + m. A row with NaN or infinities in
 * it is nobody's p or n, and NaN itself.
 */
export const semiHardTripletPortable = portable(
  semiHardTripletLoss,
  (m, [embeddings, labels], { margin, distance, mask }) => {
    const x = keptRows(m, embeddings, mask);
    const { d, found, semiHard, broken } = mine(m, x, labels, { margin, distance, mask });
    const toNegative = m.where(semiHard, m.neg(m.expand(d, 1)), Number.NEGATIVE_INFINITY);
    const closest = m.sumWhere(m.atLargest(toNegative, 2), m.expand(d, 1), 2);
    const count = m.count(found, 1);
    const gathered = m.sumWhere(found, m.add(m.sub(d, closest), margin), 1);
    return m.add(m.div(gathered, m.where(m.equal(count, 0), 1, count)), m.sum(m.mul(x, broken), 1));
  },
  (m, [x, labels], options, total) =>
    total(m.number(m.less(0, m.count(mine(m, keptRows(m, x, options.mask), labels, options).found, 1)))),
);

interface Mining<X> {
  readonly margin: number;
  readonly distance: Distance;
  readonly mask: X | undefined;
}

/**
 * Distances, the mask [a, p, n] of semi-hard triplets, that [a, p] of pairs which have one, and for each row 0, or NaN where it has no
 * distances, [N, 1].
 */
function mine<X>(m: Maths<X>, x: X, labels: X, { margin, distance, mask }: Mining<X>) {
  const whole = m.equal(m.count(m.less(m.abs(x), Number.POSITIVE_INFINITY), 1, true), m.shapeOf(x)[1] as number);
  const broken = m.where(whole, 0, Number.NaN);
  const d = pairwise(m, m.where(whole, x, 0), distance);
  const [near, far] = [m.expand(d, 2), m.expand(d, 1)];
  const { positive, negative } = companions(m, labels, mask);
  const pairs = m.and(whole, m.transpose(whole));
  const triplet = m.and(m.expand(m.and(positive, pairs), 2), m.expand(m.and(negative, pairs), 1));
  const semiHard = m.and(triplet, m.and(m.less(near, far), m.less(far, m.add(near, margin))));
  return { d, semiHard, found: m.less(0, m.count(semiHard, 2)), broken };
}
