import { portable } from "../../../formula/define.ts";
import { logCoshLoss } from "./logCoshLoss.ts";

/**
 * |r| + log((1 + exp(−2|r|)) / 2), and near 0, where that cancels, −½ log(1 − tanh² r). The slope is tanh r, by way of
 * m = 1 − exp(−2|r|) as m / (2 − m).
 */
export const logCoshPortable = portable(logCoshLoss, (m, [p, t]) => {
  const r = m.sub(p, t);
  const size = m.abs(r);
  const missing = m.neg(m.expm1(m.mul(size, -2)));
  const tanh = m.div(missing, m.sub(2, missing));
  // Both sides share one logarithm, of a number in [−½, 1].
  const log = m.log1p(m.where(m.lessEqual(0.75, size), m.sub(1, missing), m.maximum(m.neg(m.square(tanh)), -0.5)));
  const value = m.where(m.less(size, 0.75), m.mul(log, -0.5), m.add(log, m.sub(size, Math.LN2)));
  return m.slope(value, [r, m.where(m.less(r, 0), m.neg(tanh), tanh)]);
});
