import { portable } from "../../../engines/define.ts";
import { huberLoss } from "./huber.ts";

/** r²/2 within δ, δ (|r| − δ/2) beyond. */
export const huberPortable = portable(huberLoss, (m, [p, t], { delta }) => {
  const size = m.abs(m.sub(p, t));
  const within = m.lessEqual(size, delta);
  const small = m.where(within, size, 0);
  return m.where(within, m.mul(m.square(small), 0.5), m.mul(m.sub(size, delta / 2), delta));
});
