/** Transport on the line, all pairs at once: what the distances of one dimension and of slices share. */
import type { Maths } from "../../../formula/maths.ts";
import { sizeOf } from "../../../tensor/tensor.ts";

/** The distance of the rows of u [K, N] and v [K, M], as the mean of their p-th powers; for p = ∞ the longest way of all. */
export function onLines<X>(m: Maths<X>, u: X, v: X, p: number, uMass: X, vMass: X): X {
  const plan = overlap(m, interval(m, u, uMass), interval(m, v, vMass));
  const way = m.abs(m.sub(m.expand(u, 2), m.expand(v, 1)));
  const lines = m.shapeOf(u)[0] as number;
  if (p === Number.POSITIVE_INFINITY) {
    const moved = m.where(m.less(8 * m.epsilon, plan), way, 0);
    return m.largest(m.reshape(moved, [sizeOf(m.shapeOf(way))]), 0);
  }
  // In units of the longest way, so that no power overflows.
  const longest = m.stop(m.largest(m.reshape(way, [sizeOf(m.shapeOf(way))]), 0));
  const unit = m.where(m.equal(longest, 0), 1, longest);
  const relative = m.div(way, unit);
  const powers = p === 1 ? relative : m.power(relative, p);
  const mean = m.div(m.sum(m.mul(plan, powers)), lines);
  return m.mul(p === 1 ? mean : m.power(mean, 1 / p), unit);
}

/** Masses [N] of a whole of 1. */
export function massOf<X>(m: Maths<X>, numbers: X, weights?: X): X {
  const n = m.shapeOf(numbers)[0] as number;
  return weights ? m.div(weights, m.sum(weights)) : m.constant(new Float64Array(n).fill(1 / n), [n]);
}

/** Where the mass of each number begins and ends in its row's order; constants. */
function interval<X>(m: Maths<X>, numbers: X, mass: X): { begin: X; end: X } {
  const n = m.shapeOf(numbers)[1] as number;
  const [own, other] = [m.expand(numbers, 2), m.expand(numbers, 1)];
  const earlier = m.less(m.expand(m.range(n), 0), m.expand(m.range(n), 1));
  const before = m.add(m.number(m.less(other, own)), m.number(m.and(m.equal(other, own), earlier)));
  const begin = m.sum(m.mul(before, mass), 2);
  return { begin, end: m.add(begin, mass) };
}

/** How much of interval i of u and interval j of v coincides, [K, N, M]. */
function overlap<X>(m: Maths<X>, u: { begin: X; end: X }, v: { begin: X; end: X }): X {
  const [end, begin] = [m.expand(u.end, 2), m.expand(u.begin, 2)];
  const [otherEnd, otherBegin] = [m.expand(v.end, 1), m.expand(v.begin, 1)];
  const last = m.where(m.less(end, otherEnd), end, otherEnd);
  const first = m.where(m.less(begin, otherBegin), otherBegin, begin);
  return m.relu(m.sub(last, first));
}
