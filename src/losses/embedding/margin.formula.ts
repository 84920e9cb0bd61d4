import type { Maths } from "../../formula/maths.ts";

/** The cosine of each row with its own class, both [N, 1], and 1 − cosine as ½ ‖u − k‖², which has digits where the cosine is next to 1. */
export interface Own<X> {
  readonly cos: X;
  gap(): X;
}

/** Softmax cross entropy on scaled cosines, with the own class's cosine handicapped. */
export function handicapped<X>(
  m: Maths<X>,
  x: X,
  labels: X,
  weight: X,
  scale: number,
  handicap: (own: Own<X>) => X,
): X {
  const count = m.shapeOf(weight)[0] as number;
  const isOwn = m.classes(labels, count);
  const [u, keys] = [m.directions(x), m.directions(weight)];
  const cos = m.matmul(u, m.transpose(keys));
  const moved = handicap({
    cos: m.sumWhere(isOwn, cos, 1, true),
    gap: () => m.mul(m.sum(m.square(m.sub(u, m.matmul(m.number(isOwn), keys))), 1, true), 0.5),
  });
  const logits = m.mul(m.where(isOwn, moved, cos), scale);
  return m.ofClasses(labels, count, m.surprisal(isOwn, logits, 1));
}
