import { portable } from "../../../formula/define.ts";
import { share } from "../distances.formula.ts";
import { contrastiveLoss } from "./contrastiveLoss.ts";

/**
 * ½ ((1 − Y) d² + Y max(0, m − d)²) with d = ‖first − second‖. Two that differ are not pulled together, however far apart, and
 * at an infinite distance nothing parts any two.
 */
export const contrastivePortable = portable(contrastiveLoss, (m, [first, second, different], { margin }) => {
  const gap = m.sub(first, second);
  const y = share(m, different);
  const squared = m.sum(m.square(m.where(m.expand(m.equal(y, 1), 1), 0, gap)), 1);
  const infinite = m.equal(m.abs(gap), Number.POSITIVE_INFINITY);
  const finite = m.norm(m.where(infinite, 0, gap), 1);
  const d = m.where(m.and(m.less(0, m.count(infinite, 1)), m.equal(finite, finite)), margin, finite);
  const apart = m.mul(y, m.square(m.relu(m.sub(margin, d))));
  return m.mul(m.add(m.mul(m.sub(1, y), squared), apart), 0.5);
});
