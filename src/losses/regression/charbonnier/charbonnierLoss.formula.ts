import { portable } from "../../../formula/define.ts";
import { charbonnierLoss } from "./charbonnierLoss.ts";

/** √(r² + ε²) as m √(1 + k²) with m = max(|r|, ε) and k = min(|r|, ε) / m, so that no square overflows; its slope is r over itself. */
export const charbonnierPortable = portable(charbonnierLoss, (m, [p, t], { epsilon }) => {
  const r = m.sub(p, t);
  const size = m.abs(r);
  const infinite = m.equal(size, Number.POSITIVE_INFINITY);
  const near = m.where(infinite, 0, r);
  const long = m.maximum(m.abs(near), epsilon);
  const ratio = m.div(m.minimum(m.abs(near), epsilon), long);
  const root = m.mul(long, m.sqrt(m.add(m.square(ratio), 1)));
  return m.where(infinite, size, m.slope(root, [near, m.div(near, root)]));
});
