import type { Maths } from "../../formula/maths.ts";
import { cosines } from "./distances.formula.ts";

/** Softmax cross entropy on scaled cosines, with the own class's cosine handicapped. */
export function handicapped<X>(m: Maths<X>, x: X, labels: X, weight: X, scale: number, handicap: (cos: X) => X): X {
  const count = m.shapeOf(weight)[0] as number;
  const own = m.classes(labels, count);
  const cos = cosines(m, x, weight);
  const logits = m.mul(m.where(own, handicap(cos), cos), scale);
  return m.ofClasses(labels, count, m.surprisal(own, logits, 1));
}
