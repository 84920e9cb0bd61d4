import { portable } from "../../../formula/define.ts";
import { between } from "../distances.formula.ts";
import { tripletLoss } from "./tripletLoss.ts";

/** max(0, d(a, p) − d(a, n) + m); `swap` takes d(p, n) where that is smaller than d(a, n). */
export const tripletPortable = portable(tripletLoss, (m, [a, p, n], { margin, distance, swap }) => {
  const negative = between(m, a, n, distance);
  const swapped = swap ? between(m, p, n, distance) : negative;
  const least = m.where(m.less(swapped, negative), swapped, negative);
  return m.relu(m.add(m.sub(between(m, a, p, distance), least), margin));
});
