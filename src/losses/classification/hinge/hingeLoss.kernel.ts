// Hinge: h = max(0, m − y f); the plain loss is h, the squared one h²
//   gradient  −y [h > 0], and −2 y h
// Accuracy    2e-7 (f32), 4e-16 (f64) relative to max(m, |f|), since m − y f cancels near the margin;
//             squared 8e-7, 2e-15 relative to max(m², f²).
// Requires    n > 0, y = ±1, m ≥ 0.
import { elementwise, Formula } from "../../../kernel/maths/elementwise.kernel";
import { splat } from "../../../kernel/maths/vector.kernel";

class Hinge<T extends number> extends Formula {
  shared(f: v128, y: v128, margin: v128, _b: v128): v128 {
    return v128.pmax<T>(v128.sub<T>(margin, v128.mul<T>(y, f)), splat<T>(0));
  }
  value(f: v128, y: v128, h: v128, _a: v128, _b: v128): v128 {
    return h;
  }
  byPrediction(f: v128, y: v128, h: v128, _a: v128, _b: v128): v128 {
    // A NaN compares as inactive; all bits set are one.
    return v128.or(v128.and(v128.neg<T>(y), v128.gt<T>(h, splat<T>(0))), v128.ne<T>(h, h));
  }
  byTarget(f: v128, y: v128, h: v128, _a: v128, _b: v128): v128 {
    return splat<T>(0);
  }
}

class SquaredHinge<T extends number> extends Formula {
  shared(f: v128, y: v128, margin: v128, _b: v128): v128 {
    return v128.pmax<T>(v128.sub<T>(margin, v128.mul<T>(y, f)), splat<T>(0));
  }
  value(f: v128, y: v128, h: v128, _a: v128, _b: v128): v128 {
    return v128.mul<T>(h, h);
  }
  byPrediction(f: v128, y: v128, h: v128, _a: v128, _b: v128): v128 {
    return v128.mul<T>(v128.mul<T>(splat<T>(-2), y), h);
  }
  byTarget(f: v128, y: v128, h: v128, _a: v128, _b: v128): v128 {
    return splat<T>(0);
  }
}

export function hinge<T extends number>(
  f: usize,
  y: usize,
  n: i32,
  margin: f64,
  values: usize,
  df: usize,
  scale: f64,
  upstream: usize,
): f64 {
  return elementwise<T, Hinge<T>>(f, y, n, splat<T>(margin), splat<T>(0), values, df, 0, scale, upstream);
}

export function squaredHinge<T extends number>(
  f: usize,
  y: usize,
  n: i32,
  margin: f64,
  values: usize,
  df: usize,
  scale: f64,
  upstream: usize,
): f64 {
  return elementwise<T, SquaredHinge<T>>(f, y, n, splat<T>(margin), splat<T>(0), values, df, 0, scale, upstream);
}
