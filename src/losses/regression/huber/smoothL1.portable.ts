import { portable } from "../../../engines/define.ts";
import { smoothL1Loss } from "./smoothL1.ts";

/** r²/2β within β, |r| − β/2 beyond. */
export const smoothL1Portable = portable(smoothL1Loss, (m, [p, t], { beta }) => {
  const size = m.abs(m.sub(p, t));
  if (beta === 0) return size;
  const within = m.lessEqual(size, beta);
  const small = m.where(within, size, 0);
  return m.where(within, m.div(m.square(small), 2 * beta), m.sub(size, beta / 2));
});
