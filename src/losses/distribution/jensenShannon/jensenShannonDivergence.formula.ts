import { portable } from "../../../formula/define.ts";
import { jensenShannonDivergence } from "./jensenShannonDivergence.ts";

/** ½ Σ p log(p/m) + ½ Σ q log(q/m) with m = (p + q)/2; the slope at a number that is 0 is 0 */
export const jensenShannonPortable = portable(jensenShannonDivergence, (m, [p, q]) => {
  const still = (x: typeof p) => m.where(m.equal(x, 0), 0, x);
  const middle = m.mul(m.add(still(p), still(q)), 0.5);
  const to = (x: typeof p) => m.sub(m.timesLog(x, x), m.timesLog(x, middle));
  return m.mul(m.sum(m.add(to(p), to(q)), 1), 0.5);
});
