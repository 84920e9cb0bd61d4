// The difference of two blocks of numbers.
//   imageSquares           Σ (x − y)²
//   imageDifference        dx = factor (x − y), dy = −dx
//   imageSumAndDifference  u = x + y, v = x − y
// Accuracy    the sum of squares, as PSNR, 4e-7 (f32), 4e-15 (f64) relative (asserted in src/losses/image/psnr/psnr.test.ts);
//             the others one rounding per operation.
// Requires    n > 0; 0 for dx or dy means it is not wanted.
import { setDifference, squaredDistance } from "../../kernel/maths/rows.kernel";
import { lanes, load, store } from "../../kernel/maths/vector.kernel";

export function imageSquares<T extends number>(x: usize, y: usize, n: i32): f64 {
  return squaredDistance<T>(x, y, n);
}

export function imageDifference<T extends number>(x: usize, y: usize, n: i32, dx: usize, dy: usize, factor: f64): void {
  setDifference<T>(dx, dy, x, y, n, factor);
}

export function imageSumAndDifference<T extends number>(x: usize, y: usize, n: i32, u: usize, v: usize): void {
  for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16) {
    const a = load<T>(x + at, left);
    const b = load<T>(y + at, left);
    store<T>(u + at, v128.add<T>(a, b), left);
    store<T>(v + at, v128.sub<T>(a, b), left);
  }
}
