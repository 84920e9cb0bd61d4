import { portable } from "../../../engines/define.ts";
import { huberLoss } from "./huber.ts";

/** q²/2 + δ (|r| − q) with q = min(|r|, δ): r²/2 within δ, δ (|r| − δ/2) beyond. */
export const huberPortable = portable(huberLoss, (m, [p, t], { delta }) => {
  const size = m.abs(m.sub(p, t));
  const q = m.where(m.lessEqual(size, delta), size, delta);
  return m.add(m.mul(m.square(q), 0.5), m.mul(m.sub(size, q), delta));
});
