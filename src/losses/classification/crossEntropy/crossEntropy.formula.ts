import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import type { Shape } from "../../../tensor/tensor.ts";
import { crossEntropy } from "./crossEntropy.ts";

/** (1 − ε) w_y (−log p_y) + ε/C Σ_c w_c (−log p_c); ignored rows are 0, whatever their logits. */
export const crossEntropyPortable = portable(
  crossEntropy,
  (m, [logits, labels], { weight, ignoreIndex, labelSmoothing: smoothing }, { C }) => {
    const ignored = m.equal(labels, ignoreIndex);
    const seen = m.where(m.expand(ignored, 1), 0, logits);
    const own = m.classes(labels, C as number);
    const weights = weight && perClass(m, weight, m.shapeOf(logits));
    if (smoothing === 0) {
      const lost = m.surprisal(own, seen, 1);
      const cost = weights ? m.weigh(m.sumWhere(own, weights, 1), lost) : lost;
      return m.ofClasses(labels, C as number, m.where(ignored, 0, cost), ignored);
    }
    const each = smoothing / (C as number);
    const targets = m.where(own, 1 - smoothing + each, each);
    const cost = m.crossEntropy(weights ? m.mul(targets, weights) : targets, seen, 1);
    return m.ofClasses(labels, C as number, m.where(ignored, 0, cost), ignored);
  },
  (m, [logits, labels], { weight, ignoreIndex }, total) => {
    const ignored = m.equal(labels, ignoreIndex);
    if (!weight) return total(m.number(m.not(ignored)));
    const [, count] = m.shapeOf(logits) as [number, number];
    const own = m.sumWhere(m.classes(labels, count), perClass(m, weight, m.shapeOf(logits)), 1);
    return total(m.where(ignored, 0, own));
  },
);

/** One number per class, along axis 1. */
export const perClass = <X>(m: Maths<X>, weight: X, shape: Shape): X =>
  m.reshape(
    weight,
    shape.map((length, axis) => (axis === 1 ? length : 1)),
  );
