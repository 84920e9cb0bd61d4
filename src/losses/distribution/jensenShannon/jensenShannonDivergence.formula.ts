import { portable } from "../../../formula/define.ts";
import { jensenShannonDivergence } from "./jensenShannonDivergence.ts";

/**
 * ½ Σ p log(p/m) + ½ Σ q log(q/m) with m = (p + q)/2, whose slopes are ½ log(p/m) and ½ log(q/m); the slope at a number that is 0
 * is 0. p/m is 1 + (p − q)/(p + q), which keeps the digits of numbers that are close.
 */
export const jensenShannonPortable = portable(jensenShannonDivergence, (m, [p, q]) => {
  const total = m.add(p, q);
  const apart = m.div(m.sub(p, q), m.where(m.equal(total, 0), 1, total));
  const share = (own: typeof p, excess: typeof p) => {
    const none = m.equal(own, 0);
    return m.where(none, 0, m.log1p(m.where(none, 0, excess)));
  };
  const [a, b] = [share(p, apart), share(q, m.neg(apart))];
  const value = m.add(m.mul(p, a), m.mul(q, b));
  return m.mul(m.sum(m.slope(value, [p, a], [q, b]), 1), 0.5);
});
