import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { checkPerClass } from "../perClass.ts";
import { binaryCrossEntropy } from "./binaryCrossEntropy.ts";
import { perClass } from "./crossEntropy.formula.ts";

/** w t softplus(−x) + (1 − t) softplus(x) */
export const binaryCrossEntropyPortable = portable(
  binaryCrossEntropy,
  (m, [x, targets], { posWeight, labelSmoothing }) => {
    const t = smoothTargets(m, targets, labelSmoothing);
    return m.binaryCrossEntropy(
      m.mul(t, alongClasses(m, "binaryCrossEntropy: posWeight", posWeight, x)),
      m.sub(1, t),
      x,
    );
  },
);

export const smoothTargets = <X>(m: Maths<X>, t: X, smoothing: number): X =>
  smoothing === 0 ? t : m.add(m.mul(t, 1 - smoothing), smoothing / 2);

/** One number for all elements of x, or one per class along axis 1. */
export function alongClasses<X>(m: Maths<X>, what: string, weight: X | number | undefined, x: X): X | number {
  if (typeof weight === "number" || weight === undefined) return weight ?? 1;
  checkPerClass(what, m.shapeOf(weight)[0] as number, m.shapeOf(x));
  return perClass(m, weight, m.shapeOf(x));
}
