// Arrays [C, S] worked on by tiles: TILE bytes of positions of every class, copied side by side, since planes that lie a power
// of two apart would push one another out of the cache. A lane is a position.
import { lanes, load, store } from "./vector.kernel";

export const TILE: usize = 256;

/** Copies `count` positions of the planes at x to the rows of a tile, up to its end. */
export function copyIn<T extends number>(x: usize, plane: usize, tile: usize, end: usize, count: i32): void {
  for (; tile < end; tile += TILE, x += plane)
    for (let left = count, at: usize = 0; left > 0; left -= lanes<T>(), at += 16)
      v128.store(tile + at, load<T>(x + at, left));
}

/** The way back. */
export function copyOut<T extends number>(tile: usize, x: usize, plane: usize, end: usize, count: i32): void {
  for (; tile < end; tile += TILE, x += plane)
    for (let left = count, at: usize = 0; left > 0; left -= lanes<T>(), at += 16)
      store<T>(x + at, v128.load(tile + at), left);
}

/** Lanes 0 and 1 as f64. */
export function lowHalf<T extends number>(v: v128): v128 {
  return sizeof<T>() === 8 ? v : v128.promote_low<f32>(v);
}

/** Lanes 2 and 3 as f64; zeros where there are none. */
export function highHalf<T extends number>(v: v128): v128 {
  return sizeof<T>() === 8 ? f64x2.splat(0) : v128.promote_low<f32>(v128.shuffle<i64>(v, v, 1, 1));
}

/** Both halves as one vector again. */
export function narrowed<T extends number>(low: v128, high: v128): v128 {
  if (sizeof<T>() === 8) return low;
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
