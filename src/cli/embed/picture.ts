/** Two dimensions to look at: the principal components of rows. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

const MOST_STEPS = 500;
const STILL = 1e-10;

/** Rows less their mean. */
function centred(x: Float32Array, width: number): Float64Array {
  const rows = x.length / width;
  const moved = Float64Array.from(x);
  for (let k = 0; k < width; k++) {
    let mean = 0;
    for (let at = k; at < x.length; at += width) mean += (x[at] as number) / rows;
    for (let at = k; at < x.length; at += width) moved[at] = (moved[at] as number) - mean;
  }
  return moved;
}

function project(x: Float64Array, width: number, direction: Float64Array): Float64Array {
  return Float64Array.from({ length: x.length / width }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += (x[i * width + k] as number) * (direction[k] as number);
    return sum;
  });
}

/** Takes from a vector what lies along others, and gives it length 1; 0 stays 0. */
function orthonormal(vector: Float64Array, others: readonly Float64Array[]): Float64Array {
  let left = vector;
  for (const other of others) {
    const along = left.reduce((sum, v, k) => sum + v * (other[k] as number), 0);
    left = left.map((v, k) => v - along * (other[k] as number));
  }
  const length = Math.sqrt(left.reduce((sum, v) => sum + v * v, 0));
  return left.map((v) => (length > 0 ? v / length : 0));
}

/** The direction of most variance orthogonal to others: power iteration with the covariance, which is never formed. */
function component(x: Float64Array, width: number, others: readonly Float64Array[]): Float64Array {
  let direction = orthonormal(
    Float64Array.from({ length: width }, (_, k) => 1 + Math.sin(k + 1)),
    others,
  );
  for (let step = 0; step < MOST_STEPS; step++) {
    const scores = project(x, width, direction);
    const next = new Float64Array(width);
    for (let at = 0; at < x.length; at++) {
      const k = at % width;
      next[k] = (next[k] as number) + (x[at] as number) * (scores[(at - k) / width] as number);
    }
    const turned = orthonormal(next, others);
    const moved = turned.reduce((sum, v, k) => sum + (v - (direction[k] as number)) ** 2, 0);
    direction = turned;
    if (moved < STILL * STILL) break;
  }
  // Of the two signs, the one whose largest entry is positive.
  const largest = direction.reduce((most, v) => (Math.abs(v) > Math.abs(most) ? v : most), 0);
  return largest < 0 ? direction.map((v) => -v) : direction;
}

/** Rows along their two directions of most variance. */
export function principalPlane(x: Float32Array, width: number): Point[] {
  const moved = centred(x, width);
  const first = component(moved, width, []);
  const second = component(moved, width, [first]);
  const [across, up] = [project(moved, width, first), project(moved, width, second)];
  return Array.from(across, (value, i) => ({ x: value, y: up[i] as number }));
}
