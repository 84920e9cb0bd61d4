/** Slopes of a function of numbers, from its values alone. */

/**
 * ∂f/∂x_i as a central difference of fourth order, or null where the function bends or jumps within reach; `step` is relative to
 * the size of x_i, and absolute below 1.
 */
export function centralDifference(
  f: (x: number[]) => number,
  x: readonly number[],
  i: number,
  step = 1e-4,
): number | null {
  const h = step * Math.max(1, Math.abs(x[i] as number));
  const moved = movable(f, x, i, h);
  const [m2, m1, p1, p2] = [moved(-2), moved(-1), moved(1), moved(2)] as [number, number, number, number];
  const near = (p1 - m1) / (2 * h);
  const far = (p2 - m2) / (4 * h);
  if (Math.abs(near - far) > 1e-5 * Math.max(1, Math.abs(near))) return null;
  const middle = f([...x]);
  const [right, left] = [(p1 - middle) / h, (middle - m1) / h];
  if (Math.abs(right - left) > 0.05 * Math.max(0.1, Math.abs(near))) return null;
  return (4 * near - far) / 3;
}

/** The slopes on either side of x_i, of second order, and how exact they are; null where the function jumps, or rises without end. */
export function oneSidedDifferences(
  f: (x: number[]) => number,
  x: readonly number[],
  i: number,
): { readonly sides: readonly [left: number, right: number]; readonly error: number } | null {
  const h = 1e-5 * Math.max(1, Math.abs(x[i] as number));
  const moved = movable(f, x, i, h);
  const middle = f([...x]);
  const side = (by: number) => (4 * moved(by) - 3 * middle - moved(2 * by)) / (2 * by * h);
  const sides = [side(-1), side(1)] as const;
  // Across a jump a difference of values stays, however short the way.
  const errors = [side(-0.25) - sides[0], side(0.25) - sides[1]].map(Math.abs) as [number, number];
  const steady = sides.every((slope, k) => (errors[k] as number) <= 0.1 * Math.abs(slope) + 1e-3);
  return steady ? { sides, error: Math.max(...errors) } : null;
}

const movable = (f: (x: number[]) => number, x: readonly number[], i: number, h: number) => (by: number) =>
  f(x.map((value, j) => (j === i ? value + by * h : value)));
