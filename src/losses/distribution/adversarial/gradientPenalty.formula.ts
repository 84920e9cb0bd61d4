import { portable } from "../../../formula/define.ts";
import { gradientPenalty } from "./gradientPenalty.ts";

/** weight (‖g‖ − target)², or weight max(0, ‖g‖ − target)² */
export const gradientPenaltyPortable = portable(gradientPenalty, (m, [g], { weight, target, oneSided }, dims) => {
  const excess = m.sub(m.norm(m.reshape(g, [dims.N as number, dims["..."] as number]), 1), target);
  // The factor before the square: of a long gradient the square alone may leave the type.
  return m.square(m.mul(oneSided ? m.relu(excess) : excess, Math.sqrt(weight)));
});
