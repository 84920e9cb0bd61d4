import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import type { Dims } from "../../../tensor/shapes.ts";
import { tverskyLoss } from "./tverskyLoss.ts";

/** (α FP + β FN) / (I + α FP + β FN + s), which is 1 − (I + s) / (I + α FP + β FN + s) */
export const tverskyPortable = portable(tverskyLoss, (m, [p, t], { alpha, beta, smooth }, dims) =>
  unlikeness(m, p, t, { alpha, beta, smooth }, dims),
);

/** The same for given α and β: with both 1 it is Jaccard's. */
export function unlikeness<X>(
  m: Maths<X>,
  probabilities: X,
  targets: X,
  { alpha, beta, smooth }: { alpha: number; beta: number; smooth: number },
  { N, C, "...": positions }: Dims,
): X {
  const flat = (x: X) => m.reshape(x, [N as number, C as number, positions as number]);
  const [p, t] = [flat(probabilities), flat(targets)];
  const shared = m.sum(m.mul(p, t), 2);
  const falseAlarms = m.sum(m.mul(p, m.sub(1, t)), 2);
  const misses = m.sum(m.mul(m.sub(1, p), t), 2);
  const wrong = m.add(m.mul(falseAlarms, alpha), m.mul(misses, beta));
  const whole = m.add(m.add(shared, wrong), smooth);
  const empty = m.equal(whole, 0);
  return m.where(empty, 0, m.div(wrong, m.where(empty, 1, whole)));
}
