import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { binaryCrossEntropy } from "./binaryCrossEntropy.ts";
import { perClass } from "./crossEntropy.formula.ts";

/** w t softplus(−x) + (1 − t) softplus(x) */
export const binaryCrossEntropyPortable = portable(
  binaryCrossEntropy,
  (m, [x, targets], { posWeight, labelSmoothing }) => {
    const t = smoothTargets(m, targets, labelSmoothing);
    return m.binaryCrossEntropy(m.mul(t, alongClasses(m, posWeight, x)), m.sub(1, t), x);
  },
);

export const smoothTargets = <X>(m: Maths<X>, t: X, smoothing: number): X =>
  smoothing === 0 ? t : m.add(m.mul(t, 1 - smoothing), smoothing / 2);

/** One number for all elements of x, or one per class along axis 1. */
export const alongClasses = <X>(m: Maths<X>, weight: X | number | undefined, x: X): X | number =>
  typeof weight === "number" || weight === undefined ? (weight ?? 1) : perClass(m, weight, m.shapeOf(x));
