import { portable } from "../../../engines/define.ts";
import type { Maths } from "../../../engines/maths.ts";
import type { Dims } from "../../../tensor/shapes.ts";
import { tverskyLoss } from "./tversky.ts";

/** 1 − (I + s) / (I + α FP + β FN + s) */
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
  const falseAlarms = m.sub(m.sum(p, 2), shared);
  const misses = m.sub(m.sum(t, 2), shared);
  const whole = m.add(m.add(m.add(shared, m.mul(falseAlarms, alpha)), m.mul(misses, beta)), smooth);
  const empty = m.equal(whole, 0);
  return m.where(empty, 0, m.sub(1, m.div(m.add(shared, smooth), m.where(empty, 1, whole))));
}
