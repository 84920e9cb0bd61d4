// Householder reduction of a symmetric matrix to tridiagonal form, one panel of columns at a time.
//
//     Q = H_0 H_1 …,  H = I − τ v vᵀ,  Qᵀ A Q = T with diagonal d and off-diagonal e
//
// Method      The reflectors of a panel are gathered before they reach the rest of the matrix: with V and W of the panel
//             the rest becomes A − V Wᵀ − W Vᵀ, which the caller does as a matrix product of x = [V W] and y = [W V].
//             Within the panel a column is brought up to date when its turn comes; its product with the whole rest is
//             the one pass over memory that a column costs.
// Result      d, e and τ of the panel's columns; v in row j of A, from j + 1 on, v_{j+1} = 1.
// Accuracy    T is similar to A + E, ‖E‖ a few rounding errors of ‖A‖.
// Requires    Row-major upper triangle of A [n, n], finite and scaled so that squares neither overflow nor vanish; x and
//             y [n, 2 count]; `work` of n + 4 count numbers; first + count ≤ n.
import { addScaled, dot, setScaled } from "../maths/rows.kernel";
import { addTo, bytes, lanes, load as loadVector, splat, store as storeVector, total } from "../maths/vector.kernel";

export function tridiagonalPanel<T extends number>(
  a: usize,
  n: i32,
  first: i32,
  count: i32,
  x: usize,
  y: usize,
  diagonal: usize,
  off: usize,
  tau: usize,
  work: usize,
): void {
  const width = bytes<T>(2 * count);
  memory.fill(x, 0, <usize>n * width);
  memory.fill(y, 0, <usize>n * width);
  for (let p = 0; p < count; p++) {
    const j = first + p;
    const column = a + ((<usize>j * <usize>n) << alignof<T>());
    // Columns of x and y up to p of V and W are filled; the others are 0 and change nothing.
    for (let i = j; i < n; i++) {
      const at = column + bytes<T>(i);
      const moved = dot<T>(x + <usize>i * width, y + <usize>j * width, 2 * count);
      store<T>(at, <T>(<f64>load<T>(at) - moved));
    }
    store<T>(diagonal + bytes<T>(j), load<T>(column + bytes<T>(j)));
    const left = n - j - 1;
    if (left === 0) {
      store<T>(tau + bytes<T>(j), <T>0);
      store<T>(off + bytes<T>(j), <T>0);
      continue;
    }
    const v = column + bytes<T>(j + 1);
    const factor = reflector<T>(v, left, off + bytes<T>(j));
    store<T>(tau + bytes<T>(j), <T>factor);
    const w = work;
    multiplySymmetric<T>(a, n, j + 1, v, w);
    subtractPanel<T>(x, y, j + 1, n, count, v, w, work + bytes<T>(n));
    setScaled<T>(w, w, left, factor);
    addScaled<T>(w, v, left, -0.5 * factor * dot<T>(w, v, left));
    for (let i = 0; i < left; i++) {
      const rowX = x + <usize>(j + 1 + i) * width;
      const rowY = y + <usize>(j + 1 + i) * width;
      store<T>(rowX + bytes<T>(p), load<T>(v + bytes<T>(i)));
      store<T>(rowX + bytes<T>(count + p), load<T>(w + bytes<T>(i)));
      store<T>(rowY + bytes<T>(p), load<T>(w + bytes<T>(i)));
      store<T>(rowY + bytes<T>(count + p), load<T>(v + bytes<T>(i)));
    }
  }
}

/** Turns a vector into the reflector that maps it onto its first axis; returns τ and stores what it is mapped to. */
function reflector<T extends number>(v: usize, n: i32, image: usize): f64 {
  const head = <f64>load<T>(v);
  const rest = dot<T>(v + bytes<T>(1), v + bytes<T>(1), n - 1);
  if (rest === 0) {
    store<T>(image, <T>head);
    store<T>(v, <T>1);
    return 0;
  }
  const length = sqrt<f64>(head * head + rest);
  const onto = head > 0 ? -length : length;
  setScaled<T>(v, v, n, 1 / (head - onto));
  store<T>(v, <T>1);
  store<T>(image, <T>onto);
  return (onto - head) / onto;
}

/** w −= (V Wᵀ + W Vᵀ) v over rows from…n − 1. `sums` holds 2 count numbers. */
function subtractPanel<T extends number>(
  x: usize,
  y: usize,
  from: i32,
  n: i32,
  count: i32,
  v: usize,
  w: usize,
  sums: usize,
): void {
  const width = 2 * count;
  memory.fill(sums, 0, bytes<T>(width));
  for (let i = from; i < n; i++)
    addScaled<T>(sums, y + <usize>i * bytes<T>(width), width, <f64>load<T>(v + bytes<T>(i - from)));
  for (let i = from; i < n; i++) {
    const at = w + bytes<T>(i - from);
    store<T>(at, <T>(<f64>load<T>(at) - dot<T>(x + <usize>i * bytes<T>(width), sums, width)));
  }
}

/** w = A v, of the trailing part of A from row and column `from` on, reading its upper triangle once. */
function multiplySymmetric<T extends number>(a: usize, n: i32, from: i32, v: usize, w: usize): void {
  const size = n - from;
  const row = bytes<T>(n);
  memory.fill(w, 0, bytes<T>(size));
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const corner = a + <usize>(from + i) * row + bytes<T>(from + i);
    for (let r = 0; r < 4; r++)
      for (let c = r; c < 4; c++) {
        const entry = <f64>load<T>(corner + <usize>r * row + bytes<T>(c));
        addProduct<T>(w, v, i + r, i + c, entry);
        if (c > r) addProduct<T>(w, v, i + c, i + r, entry);
      }
    multiplyRows<T>(corner + bytes<T>(4), row, size - i - 4, v + bytes<T>(i), w + bytes<T>(i));
  }
  for (; i < size; i++)
    for (let c = i; c < size; c++) {
      const entry = <f64>load<T>(a + <usize>(from + i) * row + bytes<T>(from + c));
      addProduct<T>(w, v, i, c, entry);
      if (c > i) addProduct<T>(w, v, c, i, entry);
    }
}

function addProduct<T extends number>(w: usize, v: usize, to: i32, from: i32, entry: f64): void {
  const at = w + bytes<T>(to);
  store<T>(at, <T>(<f64>load<T>(at) + entry * <f64>load<T>(v + bytes<T>(from))));
}

/** Four rows right of their diagonal block, as rows and as columns. v and w begin at the block. */
function multiplyRows<T extends number>(a: usize, row: usize, width: i32, v: usize, w: usize): void {
  const v0 = v128.load_splat<T>(v);
  const v1 = v128.load_splat<T>(v + bytes<T>(1));
  const v2 = v128.load_splat<T>(v + bytes<T>(2));
  const v3 = v128.load_splat<T>(v + bytes<T>(3));
  let s0 = splat<T>(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let x = v + bytes<T>(4);
  let y = w + bytes<T>(4);
  for (let left = width; left > 0; left -= lanes<T>(), a += 16, x += 16, y += 16) {
    const xs = loadVector<T>(x, left);
    const a0 = loadVector<T>(a, left);
    const a1 = loadVector<T>(a + row, left);
    const a2 = loadVector<T>(a + 2 * row, left);
    const a3 = loadVector<T>(a + 3 * row, left);
    s0 = v128.add<T>(s0, v128.mul<T>(a0, xs));
    s1 = v128.add<T>(s1, v128.mul<T>(a1, xs));
    s2 = v128.add<T>(s2, v128.mul<T>(a2, xs));
    s3 = v128.add<T>(s3, v128.mul<T>(a3, xs));
    const low = v128.add<T>(v128.mul<T>(a0, v0), v128.mul<T>(a1, v1));
    const high = v128.add<T>(v128.mul<T>(a2, v2), v128.mul<T>(a3, v3));
    storeVector<T>(y, v128.add<T>(loadVector<T>(y, left), v128.add<T>(low, high)), left);
  }
  addSum<T>(w, s0);
  addSum<T>(w + bytes<T>(1), s1);
  addSum<T>(w + bytes<T>(2), s2);
  addSum<T>(w + bytes<T>(3), s3);
}

function addSum<T extends number>(at: usize, sum: v128): void {
  store<T>(at, <T>(<f64>load<T>(at) + total(addTo<T>(f64x2.splat(0), sum))));
}
