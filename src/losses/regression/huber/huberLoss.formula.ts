import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { huberLoss } from "./huberLoss.ts";

/** Of |r| ≥ 0: q²/2 + δ (|r| − q) with q = min(|r|, δ), which is r²/2 within δ, δ (|r| − δ/2) beyond. */
export function huberOf<X>(m: Maths<X>, size: X, delta: number): X {
  const q = m.where(m.lessEqual(size, delta), size, delta);
  return m.add(m.mul(m.square(q), 0.5), m.mul(m.sub(size, q), delta));
}

export const huberPortable = portable(huberLoss, (m, [p, t], { delta }) => huberOf(m, m.abs(m.sub(p, t)), delta));
