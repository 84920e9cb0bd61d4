import { portable } from "../../../formula/define.ts";
import { charbonnierLoss } from "./charbonnierLoss.ts";

/** √(r² + ε²), as ε √((r/ε)² + 1) where |r| ≤ ε and |r| √(1 + (ε/r)²) beyond, so that no square overflows. */
export const charbonnierPortable = portable(charbonnierLoss, (m, [p, t], { epsilon }) => {
  const size = m.abs(m.sub(p, t));
  const near = m.lessEqual(size, epsilon);
  const small = m.div(m.where(near, size, 0), epsilon);
  // ε/∞ has a slope of 0, which times ∞ is NaN.
  const infinite = m.equal(size, Number.POSITIVE_INFINITY);
  const large = m.where(near, epsilon, m.where(infinite, epsilon, size));
  return m.where(
    near,
    m.mul(m.sqrt(m.add(m.square(small), 1)), epsilon),
    m.where(infinite, size, m.mul(large, m.sqrt(m.add(m.square(m.div(epsilon, large)), 1)))),
  );
});
