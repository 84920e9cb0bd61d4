/** Central differences of fourth order, which know when they sit on a kink. */

/** ∂f/∂x_i, or null where the function bends or jumps within reach. */
export function centralDifference(f: (x: number[]) => number, x: readonly number[], i: number): number | null {
  const at = x[i] as number;
  const h = 1e-4 * Math.max(1, Math.abs(at));
  const moved = (by: number) => f(x.map((value, j) => (j === i ? at + by * h : value)));
  const [m2, m1, p1, p2] = [moved(-2), moved(-1), moved(1), moved(2)] as [number, number, number, number];
  const near = (p1 - m1) / (2 * h);
  const far = (p2 - m2) / (4 * h);
  if (Math.abs(near - far) > 1e-5 * Math.max(1, Math.abs(near))) return null;
  const middle = f([...x]);
  const [right, left] = [(p1 - middle) / h, (middle - m1) / h];
  if (Math.abs(right - left) > 0.05 * Math.max(0.1, Math.abs(near))) return null;
  return (4 * near - far) / 3;
}
