import { portable } from "../../../formula/define.ts";
import { smoothL1Loss } from "./smoothL1Loss.ts";

/** q²/2β + |r| − q with q = min(|r|, β): r²/2β within β, |r| − β/2 beyond. */
export const smoothL1Portable = portable(smoothL1Loss, (m, [p, t], { beta }) => {
  const size = m.abs(m.sub(p, t));
  if (beta === 0) return size;
  const q = m.where(m.lessEqual(size, beta), size, beta);
  return m.add(m.div(m.square(q), 2 * beta), m.sub(size, q));
});
