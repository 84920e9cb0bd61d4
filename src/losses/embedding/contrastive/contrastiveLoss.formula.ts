import { portable } from "../../../formula/define.ts";
import { share } from "../distances.formula.ts";
import { contrastiveLoss } from "./contrastiveLoss.ts";

/** ½ ((1 − Y) d² + Y max(0, m − d)²) with d = ‖first − second‖ */
export const contrastivePortable = portable(contrastiveLoss, (m, [first, second, different], { margin }) => {
  const d = m.norm(m.sub(first, second), 1);
  const y = share(m, different);
  const together = m.mul(m.sub(1, y), m.square(d));
  const apart = m.mul(y, m.square(m.relu(m.sub(margin, d))));
  return m.mul(m.add(together, apart), 0.5);
});
