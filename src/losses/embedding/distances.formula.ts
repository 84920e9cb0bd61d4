/** Distances, as the kernels have them: ‖a − b‖, its square, or 1 − cos(a, b). */
import type { Maths } from "../../formula/maths.ts";
import type { Distance } from "./distances.ts";

/** Of each row of a to the same row of b. */
export function between<X>(m: Maths<X>, a: X, b: X, distance: Distance): X {
  if (distance === "cosine") return m.sub(1, m.cosine(a, b));
  return distance === "squared" ? m.sum(m.square(m.sub(a, b)), 1) : m.norm(m.sub(a, b), 1);
}

/** Of each row to each, [N, N]. Differences are taken directly, [N, N, D], so close rows keep their digits. */
export function pairwise<X>(m: Maths<X>, x: X, distance: Distance): X {
  if (distance === "cosine") return m.sub(1, cosines(m, x, x));
  const apart = m.sub(m.expand(x, 1), m.expand(x, 0));
  return distance === "squared" ? m.sum(m.square(apart), 2) : m.norm(apart, 2);
}

/** A share within the slack of its check, put into [0, 1]. */
export const share = <X>(m: Maths<X>, y: X): X => m.where(m.less(y, 0), 0, m.where(m.less(1, y), 1, y));

/** Cosine of each row of a with each of b. */
export const cosines = <X>(m: Maths<X>, a: X, b: X): X => m.matmul(m.directions(a), m.transpose(m.directions(b)));

/** −log of each row's softmax at its diagonal entry, [N]. */
export const lostOnDiagonal = <X>(m: Maths<X>, logits: X): X =>
  m.surprisal(m.not(m.others(m.shapeOf(logits)[0] as number)), logits, 1);

/** Which rows of a batch a mask [N] of 0 and 1 keeps. */
export const isKept = <X>(m: Maths<X>, mask: X): X => m.not(m.equal(mask, 0));

/** The rows of a batch, zeros in the place of those left out: whatever these hold meets no other row. */
export const keptRows = <X>(m: Maths<X>, x: X, mask: X | undefined): X =>
  mask === undefined ? x : m.where(m.expand(isKept(m, mask), 1), x, 0);

/** The given pairs of rows [N, N], without those of a row left out. */
export function ofKept<X>(m: Maths<X>, pairs: X, mask: X | undefined): X {
  if (mask === undefined) return pairs;
  const kept = isKept(m, mask);
  return m.and(pairs, m.and(m.expand(kept, 1), m.expand(kept, 0)));
}

/** Masks [N, N] of an anchor's positives (never itself) and negatives. */
export function companions<X>(m: Maths<X>, labels: X, mask: X | undefined): { positive: X; negative: X } {
  const same = m.sameLabel(labels);
  const positive = m.and(same, m.others(m.shapeOf(labels)[0] as number));
  return { positive: ofKept(m, positive, mask), negative: ofKept(m, m.not(same), mask) };
}

/** Low enough for an exponential of 0 beside any logit. */
export const NOTHING = -1e30;

/** Logits without the columns of rows left out. */
export const amongKept = <X>(m: Maths<X>, logits: X, mask: X | undefined): X =>
  mask === undefined ? logits : m.where(m.expand(isKept(m, mask), 0), logits, NOTHING);

/** A mask of the rows in which a mask holds somewhere. */
export const any = <X>(m: Maths<X>, mask: X): X => m.less(0, m.count(mask, 1));

/** A mask [N] of the anchors that have a positive and a negative. */
export function withTriplet<X>(m: Maths<X>, labels: X, mask: X | undefined): X {
  const { positive, negative } = companions(m, labels, mask);
  return m.and(any(m, positive), any(m, negative));
}

/** The largest number of each row among those where the mask holds, of equal ones the first; any where none does. */
export const farthest = <X>(m: Maths<X>, numbers: X, mask: X): X =>
  m.sumWhere(m.atLargest(m.where(mask, numbers, Number.NEGATIVE_INFINITY), 1), numbers, 1);

export const nearest = <X>(m: Maths<X>, numbers: X, mask: X): X => m.neg(farthest(m, m.neg(numbers), mask));
