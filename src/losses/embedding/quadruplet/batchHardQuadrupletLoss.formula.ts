import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { any, companions, farthest, keptRows, nearest, pairwise, withTriplet } from "../distances.formula.ts";
import { batchHardQuadrupletLoss } from "./batchHardQuadrupletLoss.ts";

/**
 * max(0, max_p d(a, p) − min_n d(a, n) + m) + max(0, max_p d(a, p) − min_qr d(q, r) + m2), where q and r are of two
 * identities, neither the anchor's; without such a pair the second hinge is left out.
 */
export const batchHardQuadrupletPortable = portable(
  batchHardQuadrupletLoss,
  (m, [x, labels], { margin, margin2, distance, mask }, { N }) => {
    const n = N as number;
    const d = pairwise(m, keptRows(m, x, mask), distance);
    const { positive, negative } = companions(m, labels, mask);
    const hardest = farthest(m, d, positive);
    const first = m.relu(m.add(m.sub(hardest, nearest(m, d, negative)), margin));
    const pairs = m.reshape(strangers(m, negative, n), [n, n * n]);
    const distances = m.add(m.reshape(d, [1, n * n]), m.constant(new Float64Array(n), [n, 1]));
    const second = m.relu(m.add(m.sub(hardest, nearest(m, distances, pairs)), margin2));
    return m.where(withTriplet(m, labels, mask), m.add(first, m.where(any(m, pairs), second, 0)), 0);
  },
  (m, [, labels], { mask }, total) => total(m.number(withTriplet(m, labels, mask))),
);

/** A mask [a, q, r] of q < r of two identities, neither that of a. */
function strangers<X>(m: Maths<X>, negative: X, n: number): X {
  const ordered = m.less(m.expand(m.range(n), 1), m.expand(m.range(n), 0));
  return m.and(m.and(m.expand(negative, 2), m.expand(negative, 1)), m.expand(m.and(negative, ordered), 0));
}
