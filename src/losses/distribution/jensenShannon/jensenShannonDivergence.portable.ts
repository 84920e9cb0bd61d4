import { portable } from "../../../engines/define.ts";
import { jensenShannonDivergence } from "./jensenShannonDivergence.ts";

/** ½ Σ p log(p/m) + ½ Σ q log(q/m) with m = (p + q)/2 */
export const jensenShannonPortable = portable(jensenShannonDivergence, (m, [p, q]) => {
  const middle = m.mul(m.add(p, q), 0.5);
  const to = (x: typeof p) => m.sub(m.timesLog(x, x), m.timesLog(x, middle));
  return m.mul(m.sum(m.add(to(p), to(q)), 1), 0.5);
});
