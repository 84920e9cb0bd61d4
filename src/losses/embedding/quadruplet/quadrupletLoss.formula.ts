import { portable } from "../../../formula/define.ts";
import { between } from "../distances.formula.ts";
import { quadrupletLoss } from "./quadrupletLoss.ts";

/** max(0, d(a, p) − d(a, n) + m) + max(0, d(a, p) − d(n2, n) + m2) */
export const quadrupletPortable = portable(quadrupletLoss, (m, [a, p, n, n2], { margin, margin2, distance }) => {
  const pair = between(m, a, p, distance);
  const hinge = (other: typeof a, lead: number) => m.relu(m.add(m.sub(pair, other), lead));
  return m.add(hinge(between(m, a, n, distance), margin), hinge(between(m, n2, n, distance), margin2));
});
