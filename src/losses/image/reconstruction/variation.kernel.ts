// Sizes of a plane d = x − y (of x alone where y is 0), and of its steps from pixel to pixel:
//   value     a Σ|d| + b Σ|m d| + across Σ|d[r, c+1] − d[r, c]| + down Σ|d[r+1, c] − d[r, c]|
//   gradient  (a + b |m|) sign d + the signs of the steps towards a pixel less those away from it, for x; its negative for y
// Accuracy    4e-7 (f32), 2e-15 (f64) relative for the value.
// Edges       sign 0 = 0; NaN gives NaN.
// Requires    height, width > 0; 0 for mask, dx or dy means there is none.
import { addTo, bytes, head, lanes, load, splat, store, total } from "../../../kernel/maths/vector.kernel";

export function variation<T extends number>(
  x: usize,
  y: usize,
  mask: usize,
  height: i32,
  width: i32,
  a: f64,
  b: f64,
  across: f64,
  down: f64,
  dx: usize,
  dy: usize,
  scale: f64,
): f64 {
  const row = bytes<T>(width);
  const size: usize = sizeof<T>();
  const va = splat<T>(a);
  const vb = splat<T>(b);
  const vAcross = splat<T>(across);
  const vDown = splat<T>(down);
  const s = splat<T>(scale);
  let sum = f64x2.splat(0);
  for (let r = 0; r < height; r++) {
    for (let left = width, at: usize = 0; left > 0; left -= lanes<T>(), at += 16) {
      const here = r * row + at;
      const d = at2<T>(x, y, here, left);
      // A neighbour that is not there counts as equal.
      const above = r > 0 ? at2<T>(x, y, here - row, left) : d;
      const below = r + 1 < height ? at2<T>(x, y, here + row, left) : d;
      const before = at > 0 ? at2<T>(x, y, here - size, left) : shifted<T>(d);
      const after = left > lanes<T>() ? at2<T>(x, y, here + size, left) : last<T>(x, y, here + size, left, d);
      const stepRight = v128.sub<T>(after, d);
      const stepDown = v128.sub<T>(below, d);
      let weight = va;
      if (mask) weight = v128.add<T>(va, v128.mul<T>(vb, v128.abs<T>(load<T>(mask + here, left))));
      let lost = v128.mul<T>(weight, v128.abs<T>(d));
      lost = v128.add<T>(lost, v128.mul<T>(vAcross, v128.abs<T>(stepRight)));
      lost = v128.add<T>(lost, v128.mul<T>(vDown, v128.abs<T>(stepDown)));
      sum = addTo<T>(sum, head<T>(lost, left));
      if (!dx && !dy) continue;
      let g = v128.mul<T>(weight, sign<T>(d));
      const turnAcross = v128.sub<T>(sign<T>(v128.sub<T>(d, before)), sign<T>(stepRight));
      const turnDown = v128.sub<T>(sign<T>(v128.sub<T>(d, above)), sign<T>(stepDown));
      g = v128.add<T>(g, v128.mul<T>(vAcross, turnAcross));
      g = v128.mul<T>(s, v128.add<T>(g, v128.mul<T>(vDown, turnDown)));
      if (dx) store<T>(dx + here, g, left);
      if (dy) store<T>(dy + here, v128.neg<T>(g), left);
    }
  }
  return total(sum);
}

/** d at an offset. */
function at2<T extends number>(x: usize, y: usize, at: usize, left: i32): v128 {
  const a = load<T>(x + at, left);
  return y ? v128.sub<T>(a, load<T>(y + at, left)) : a;
}

/** The left neighbours of a row's first vector; its first pixel has none. */
function shifted<T extends number>(d: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<f64>(d, d, 0, 0) : v128.shuffle<f32>(d, d, 0, 0, 1, 2);
}

/** The right neighbours of a row's last vector; its last pixel has none. */
function last<T extends number>(x: usize, y: usize, at: usize, left: i32, d: v128): v128 {
  if (left === 1) return d;
  const next = at2<T>(x, y, at, left - 1);
  return v128.bitselect(next, d, headOnly<T>(left - 1));
}

function headOnly<T extends number>(left: i32): v128 {
  return head<T>(v128.splat<i32>(-1), left);
}

/** −1, 0 or 1; NaN stays NaN. */
function sign<T extends number>(x: v128): v128 {
  const zero = splat<T>(0);
  const one = splat<T>(1);
  const positive = v128.and(v128.gt<T>(x, zero), one);
  const negative = v128.and(v128.lt<T>(x, zero), one);
  return v128.bitselect(v128.sub<T>(positive, negative), x, v128.eq<T>(x, x));
}
