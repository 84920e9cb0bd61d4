/** Two dimensions to look at: the principal components of rows. */

import { quantileOf } from "../statistics.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Farther from the mean than this many times the median row, a row has no say in the directions. */
const FAR = 5;
/** The share of the rows below which a frame is made for them, to either side. */
const BULK = 0.95;
/** What a frame shows beyond those, in their extent. */
const ROOM = 0.4;
const MOST_STEPS = 500;
const STILL = 1e-10;

/** Rows less their mean. */
function centred(x: Float32Array | Float64Array, width: number): Float64Array {
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

/** The rows but for those far out: a single odd row would else be a direction of its own. */
function bulk(x: Float64Array, width: number): Float64Array {
  const lengths = Float64Array.from({ length: x.length / width }, (_, i) =>
    Math.hypot(...x.subarray(i * width, (i + 1) * width)),
  );
  const farthest = FAR * quantileOf(lengths.slice().sort(), 0.5);
  const rows = x.filter((_, at) => (lengths[Math.floor(at / width)] as number) <= farthest);
  return rows.length > 0 ? centred(rows, width) : x;
}

/** Rows along the two directions in which most of them vary most. */
export function principalPlane(x: Float32Array, width: number): Point[] {
  const moved = centred(x, width);
  const most = bulk(moved, width);
  const first = component(most, width, []);
  const second = component(most, width, [first]);
  const [across, up] = [project(moved, width, first), project(moved, width, second)];
  return Array.from(across, (value, i) => ({ x: value, y: up[i] as number }));
}

export interface Frame {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** A square that holds the bulk of the points: one scale for both directions, so that distances look as they are. */
export function frameOf(points: readonly Point[]): Frame {
  const range = (values: Float64Array): [number, number] => {
    values.sort();
    const [low, high] = [quantileOf(values, 1 - BULK), quantileOf(values, BULK)];
    const room = ROOM * (high - low);
    // Where no point lies far out, the frame ends at the last.
    return [Math.max(values[0] as number, low - room), Math.min(values.at(-1) as number, high + room)];
  };
  const [[left, right], [bottom, top]] = [
    range(Float64Array.from(points, ({ x }) => x)),
    range(Float64Array.from(points, ({ y }) => y)),
  ];
  const half = (Math.max(right - left, top - bottom) || 1) * 0.54;
  const around = (a: number, b: number): [number, number] => [(a + b) / 2 - half, (a + b) / 2 + half];
  return { x: around(left, right), y: around(bottom, top) };
}
