import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { sizeOf } from "../../../tensor/tensor.ts";
import { diceLoss } from "./diceLoss.ts";

/** p (1 − t) + t (1 − p) */
export const disagreement = <X>(m: Maths<X>, p: X, t: X): X => m.add(m.mul(p, m.sub(1, t)), m.mul(t, m.sub(1, p)));

/** w_c W / (W + 2 I + s), which is w_c (1 − (2 I + s) / (P + T + s)); W = Σ p (1 − t) + t (1 − p), squared Σ (p − t)² */
export const dicePortable = portable(
  diceLoss,
  (m, [probabilities, targets], { smooth, squared, perBatch, weight, ignoreEmpty, mask }) => {
    const [p, t] = [kept(m, probabilities, mask), kept(m, targets, mask)];
    const over = axes(perBatch);
    const apart = m.sum(squared ? m.square(m.sub(p, t)) : disagreement(m, p, t), over);
    const shared = m.sum(m.mul(p, t), over);
    const whole = m.add(m.add(apart, m.mul(shared, 2)), smooth);
    const empty = m.equal(whole, 0);
    const values = m.where(empty, 0, m.div(apart, m.where(empty, 1, whole)));
    const weighed = weight ? m.mul(weight, values) : values;
    return ignoreEmpty ? m.where(m.equal(m.sum(t, over), 0), 0, weighed) : weighed;
  },
  weightOfMasks,
);

/** The weights of the masks that count. */
export function weightOfMasks<X>(
  m: Maths<X>,
  [, targets]: readonly [X, X],
  { perBatch, weight, ignoreEmpty, mask }: OverlapArrays<X>,
  total: (numbers: X) => X,
): X {
  const volume = m.sum(kept(m, targets, mask), axes(perBatch));
  const counts = m.where(m.equal(volume, 0), Number(!ignoreEmpty), m.add(m.mul(volume, 0), 1));
  return total(weight ? m.mul(weight, counts) : counts);
}

export interface OverlapArrays<X> {
  readonly perBatch: boolean;
  readonly weight: X | undefined;
  readonly ignoreEmpty: boolean;
  readonly mask: X | undefined;
}

export const axes = (perBatch: boolean) => (perBatch ? [0, 2] : 2);

/** Masks [N, C, positions], 0 at positions that do not count. */
export function kept<X>(m: Maths<X>, x: X, mask: X | undefined): X {
  const [N, C, ...rest] = m.shapeOf(x) as [number, number, ...number[]];
  const flat = m.reshape(x, [N, C, sizeOf(rest)]);
  if (!mask) return flat;
  return m.where(m.equal(m.reshape(mask, [N, 1, sizeOf(rest)]), 0), 0, flat);
}
