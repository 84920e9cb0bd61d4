import { portable } from "../../../formula/define.ts";
import { logCoshLoss } from "./logCoshLoss.ts";

/** |r| + log((1 + exp(−2|r|)) / 2) */
export const logCoshPortable = portable(logCoshLoss, (m, [p, t]) => {
  const size = m.abs(m.sub(p, t));
  return m.add(size, m.sub(m.log1p(m.exp(m.mul(size, -2))), Math.LN2));
});
