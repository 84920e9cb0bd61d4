import type { Maths } from "../../engines/maths.ts";
import { cosines } from "./distances.portable.ts";

/** Softmax cross entropy on scaled cosines, with the own class's cosine handicapped. */
export function handicapped<X>(m: Maths<X>, x: X, weight: X, own: X, scale: number, handicap: (cos: X) => X): X {
  const cos = cosines(m, x, weight);
  const logits = m.mul(m.where(own, handicap(cos), cos), scale);
  return m.surprisal(own, logits, 1);
}
