import { portable } from "../../../formula/define.ts";
import { gradientPenalty } from "./gradientPenalty.ts";

/** weight (‖g‖ − target)², or weight max(0, ‖g‖ − target)² */
export const gradientPenaltyPortable = portable(gradientPenalty, (m, [g], { weight, target, oneSided }, dims) => {
  const excess = m.sub(m.norm(m.reshape(g, [dims.N as number, dims["..."] as number]), 1), target);
  return m.mul(m.square(oneSided ? m.relu(excess) : excess), weight);
});
