// Eigenvalues of a symmetric tridiagonal matrix by QL with implicit shifts, and its eigenvectors where wanted.
//
// Method      The rotations of several sweeps are kept and then applied to eight columns of the vectors at a time, which
//             stay in the cache meanwhile.
// Result      Eigenvalues in place of d, in no order; row i of z is then the eigenvector of d[i]. 0, or 1 where an
//             eigenvalue did not settle in 64 sweeps.
// Requires    d, e f64 [n] (e[n − 1] is spare), finite and scaled; z f64 [n, n], the identity or a matrix whose rows are to
//             be combined, or 0; `rotations` of 16 · ROTATIONS bytes, `sweeps` of 12 · SWEEPS bytes and `panel`
//             of 64 n bytes, if z.
const EPSILON: f64 = 2.220446049250313e-16;
const MOST: i32 = 64;
const ROTATIONS: i32 = 65536;
const SWEEPS: i32 = 64;

export function tridiagonalQl<T extends number>(
  d: usize,
  e: usize,
  n: i32,
  z: usize,
  rotations: usize,
  sweeps: usize,
  panel: usize,
): i32 {
  // One float type is enough.
  if (sizeof<T>() !== 8) return 1;
  let size: f64 = 0;
  for (let i = 0; i < n; i++) size = max<f64>(size, abs<f64>(at(d, i)) + abs<f64>(at(e, i)));
  let kept = 0;
  let used = 0;
  for (let l = 0; l < n; l++)
    for (let tries = 0; ; tries++) {
      let m = l;
      for (; m < n - 1; m++)
        if (abs<f64>(at(e, m)) <= EPSILON * (abs<f64>(at(d, m)) + abs<f64>(at(d, m + 1))) + 1e-3 * EPSILON * size)
          break;
      if (m === l) break;
      if (tries === MOST) return 1;
      if (z && (kept === SWEEPS || used + m - l > ROTATIONS)) {
        turn(z, n, rotations, sweeps, kept, panel);
        kept = 0;
        used = 0;
      }
      const own = z ? rotations + ((<usize>used) << 4) : 0;
      const done = sweep(d, e, l, m, own);
      if (!z) continue;
      const entry = sweeps + <usize>kept * 12;
      store<i32>(entry, done);
      store<i32>(entry + 4, m);
      store<i32>(entry + 8, used);
      kept++;
      used += m - done;
    }
  if (z) turn(z, n, rotations, sweeps, kept, panel);
  return 0;
}

function at(x: usize, i: i32): f64 {
  return load<f64>(x + ((<usize>i) << 3));
}

function put(x: usize, i: i32, value: f64): void {
  store<f64>(x + ((<usize>i) << 3), value);
}

/** One sweep from m up to l; keeps cosine and sine of each rotation and returns the row where it ended. */
function sweep(d: usize, e: usize, l: i32, m: i32, rotations: usize): i32 {
  let g = (at(d, l + 1) - at(d, l)) / (2 * at(e, l));
  const r = sqrt<f64>(g * g + 1);
  g = at(d, m) - at(d, l) + at(e, l) / (g >= 0 ? g + r : g - r);
  let s: f64 = 1;
  let c: f64 = 1;
  let p: f64 = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * at(e, i);
    const b = c * at(e, i);
    const length = sqrt<f64>(f * f + g * g);
    put(e, i + 1, length);
    if (length === 0) {
      put(d, i + 1, at(d, i + 1) - p);
      put(e, m, 0);
      return i + 1;
    }
    s = f / length;
    c = g / length;
    g = at(d, i + 1) - p;
    const t = (at(d, i) - g) * s + 2 * c * b;
    p = s * t;
    put(d, i + 1, g + p);
    g = c * t - b;
    if (rotations) {
      store<f64>(rotations, c);
      store<f64>(rotations, s, 8);
      rotations += 16;
    }
  }
  put(d, l, at(d, l) - p);
  put(e, l, g);
  put(e, m, 0);
  return l;
}

/** Applies the kept sweeps to z, eight columns at a time, in a dense copy: rows a power of two apart share cache lines. */
function turn(z: usize, n: i32, rotations: usize, sweeps: usize, kept: i32, panel: usize): void {
  const row = (<usize>n) << 3;
  for (let column = 0; column < n; column += 8) {
    const width = (<usize>min(8, n - column)) << 3;
    const from = z + ((<usize>column) << 3);
    for (let i = 0; i < n; i++) memory.copy(panel + ((<usize>i) << 6), from + <usize>i * row, width);
    for (let k = 0; k < kept; k++) {
      const entry = sweeps + <usize>k * 12;
      const last = load<i32>(entry + 4);
      const first = rotations + ((<usize>load<i32>(entry + 8)) << 4);
      turnPanel(panel + ((<usize>last) << 6), last - load<i32>(entry), first);
    }
    for (let i = 0; i < n; i++) memory.copy(from + <usize>i * row, panel + ((<usize>i) << 6), width);
  }
}

/** From row `z` upwards: rows i + 1 and i become s zᵢ + c zᵢ₊₁ and c zᵢ − s zᵢ₊₁. */
function turnPanel(z: usize, count: i32, rotations: usize): void {
  let h0 = v128.load(z);
  let h1 = v128.load(z, 16);
  let h2 = v128.load(z, 32);
  let h3 = v128.load(z, 48);
  for (; count > 0; count--, rotations += 16, z -= 64) {
    const c = v128.load64_splat(rotations);
    const s = v128.load64_splat(rotations, 8);
    const up = z - 64;
    const l0 = v128.load(up);
    const l1 = v128.load(up, 16);
    const l2 = v128.load(up, 32);
    const l3 = v128.load(up, 48);
    v128.store(z, f64x2.add(f64x2.mul(s, l0), f64x2.mul(c, h0)));
    v128.store(z, f64x2.add(f64x2.mul(s, l1), f64x2.mul(c, h1)), 16);
    v128.store(z, f64x2.add(f64x2.mul(s, l2), f64x2.mul(c, h2)), 32);
    v128.store(z, f64x2.add(f64x2.mul(s, l3), f64x2.mul(c, h3)), 48);
    h0 = f64x2.sub(f64x2.mul(c, l0), f64x2.mul(s, h0));
    h1 = f64x2.sub(f64x2.mul(c, l1), f64x2.mul(s, h1));
    h2 = f64x2.sub(f64x2.mul(c, l2), f64x2.mul(s, h2));
    h3 = f64x2.sub(f64x2.mul(c, l3), f64x2.mul(s, h3));
  }
  v128.store(z, h0);
  v128.store(z, h1, 16);
  v128.store(z, h2, 32);
  v128.store(z, h3, 48);
}
