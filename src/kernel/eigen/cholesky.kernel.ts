// One panel of the Cholesky factorisation with diagonal pivoting: P A Pᵀ = L Lᵀ, A symmetric and positive semidefinite.
//
// Method      Columns first…first + count − 1 of L take the place of those of A's lower triangle. Each pivot is the largest
//             diagonal that is left; rows and columns change places with it, and `pivots` with them. What lies beyond the
//             panel is brought up to date by the caller: A −= L Lᵀ of the panel.
// Result      The first column that was not reduced: first + count, or fewer where no diagonal above `stop` is left.
// Requires    Row-major lower triangle of A [n, n]; `work` of n numbers; `pivots` i32 [n], 0…n − 1 at the start.
import { dot } from "../maths/rows.kernel";
import { bytes } from "../maths/vector.kernel";

export function choleskyPanel<T extends number>(
  a: usize,
  n: i32,
  first: i32,
  count: i32,
  stop: f64,
  pivots: usize,
  work: usize,
): i32 {
  const row = bytes<T>(n);
  for (let i = first; i < n; i++) store<T>(work + bytes<T>(i), <T>0);
  for (let j = first; j < first + count; j++) {
    let best = -Infinity;
    let pivot = j;
    for (let i = j; i < n; i++) {
      const own = work + bytes<T>(i);
      if (j > first) {
        const last = <f64>load<T>(a + <usize>i * row + bytes<T>(j - 1));
        store<T>(own, <T>(<f64>load<T>(own) + last * last));
      }
      const left = <f64>load<T>(a + <usize>i * row + bytes<T>(i)) - <f64>load<T>(own);
      if (left > best) {
        best = left;
        pivot = i;
      }
    }
    if (!(best > stop)) return j;
    if (pivot !== j) exchange<T>(a, n, j, pivot, pivots, work);
    const diagonal = sqrt<f64>(best);
    const pivotRow = a + <usize>j * row + bytes<T>(first);
    store<T>(a + <usize>j * row + bytes<T>(j), <T>diagonal);
    for (let i = j + 1; i < n; i++) {
      const own = a + <usize>i * row;
      const at = own + bytes<T>(j);
      const known = dot<T>(own + bytes<T>(first), pivotRow, j - first);
      store<T>(at, <T>((<f64>load<T>(at) - known) / diagonal));
    }
  }
  return first + count;
}

/** Rows and columns j < p change places in the lower triangle. */
function exchange<T extends number>(a: usize, n: i32, j: i32, p: i32, pivots: usize, work: usize): void {
  const row = bytes<T>(n);
  const rowJ = a + <usize>j * row;
  const rowP = a + <usize>p * row;
  store<T>(rowP + bytes<T>(p), load<T>(rowJ + bytes<T>(j)));
  for (let k = 0; k < j; k++) swap<T>(rowJ + bytes<T>(k), rowP + bytes<T>(k));
  for (let i = p + 1; i < n; i++) swap<T>(a + <usize>i * row + bytes<T>(j), a + <usize>i * row + bytes<T>(p));
  for (let i = j + 1; i < p; i++) swap<T>(a + <usize>i * row + bytes<T>(j), rowP + bytes<T>(i));
  swap<T>(work + bytes<T>(j), work + bytes<T>(p));
  swap<i32>(pivots + ((<usize>j) << 2), pivots + ((<usize>p) << 2));
}

function swap<T extends number>(x: usize, y: usize): void {
  const kept = load<T>(x);
  store<T>(x, load<T>(y));
  store<T>(y, kept);
}
