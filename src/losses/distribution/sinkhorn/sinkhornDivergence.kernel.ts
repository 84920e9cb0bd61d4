// The soft minimum behind Sinkhorn's iterations, and its gradient. c = dᵖ / p, d the euclidean distance:
//   softmin_i   −ε log Σ_j exp(h_j − c(x_i, y_j) / ε)
//   gradient    Σ_j w_j dᵖ⁻² (x_i − y_j), w = softmax_j(h_j − c / ε); a pair at distance 0 gives 0
// Two problems that are one another's transposes share their exponentials (softminBoth):
//   R_i = Σ_j E_ij, C_j = Σ_i E_ij,   E_ij = exp(a_i + h_j − c_ij / ε):  softmin_i = ε (a_i − log R_i), and likewise for C
// Powers dᵖ come from the matrix `powers` that `powerRows` fills, or, where that is 0, are made from coordinates row by
// row, used and forgotten. The other points come transposed, coordinate by coordinate, each coordinate and h padded to a multiple of 64 bytes:
// h with −Infinity, coordinates with 0. Rows of `powers` have room for one such coordinate.
// Accuracy    computed in T with sums in f64: 1e-5 (f32), 1e-13 (f64) relative, or of 1 where that is more (annealing.ts
//             takes f64 then); gradients of the divergence, in which parts cancel, 4e-5 (f32) of the largest down to a blur of
//             a fiftieth of the diameter, 1.2e-3 at a thousandth: rounding of the cost is divided by ε.
// Requires    n, d > 0; a finite h_j in every row; p ≥ 1; dᵖ within the range of T.
import { exp } from "../../../kernel/maths/exp.kernel";
import { log, logOf } from "../../../kernel/maths/log.kernel";
import { addTo, bytes, headMask, lanes, maximum, splat, total } from "../../../kernel/maths/vector.kernel";

const BLOCK: usize = 64;

/** Bytes of a coordinate of n points, padded. */
export function softminStride<T extends number>(n: i32): u32 {
  return <u32>((bytes<T>(n) + BLOCK - 1) & ~(BLOCK - 1));
}

/** What each of the functions on soft minima needs: a row of exponents, and what it gathers or makes anew beside it. */
export function softminWorkspace(stride: u32): u32 {
  return 2 * stride;
}

/** Fills h: potential / ε − log n, −Infinity after. */
export function exponentBase<T extends number>(potential: usize, n: i32, stride: u32, inverse: f64, h: usize): void {
  const share = logOf(<f64>n);
  for (let i = 0; i < n; i++)
    store<T>(h + bytes<T>(i), <T>(load<f64>(potential + ((<usize>i) << 3)) * inverse - share));
  for (let at = bytes<T>(n); at < stride; at += sizeof<T>()) store<T>(h + at, <T>-Infinity);
}

/** (d²)^(p/2). */
function raise<T extends number>(squares: v128, p: f64): v128 {
  if (p === 2) return squares;
  if (p === 1) return v128.sqrt<T>(squares);
  return exp<T>(v128.mul<T>(log<T>(squares), splat<T>(0.5 * p)));
}

/** Squared distances from one point to the four vectors of others at `y`; the sum over a coordinate a time. */
function squareDistances<T extends number>(x: usize, y: usize, d: i32, stride: usize, out: usize): void {
  let a0 = splat<T>(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (const end = x + bytes<T>(d); x < end; x += sizeof<T>(), y += stride) {
    const own = v128.load_splat<T>(x);
    const e0 = v128.sub<T>(v128.load(y), own);
    const e1 = v128.sub<T>(v128.load(y, 16), own);
    const e2 = v128.sub<T>(v128.load(y, 32), own);
    const e3 = v128.sub<T>(v128.load(y, 48), own);
    a0 = v128.add<T>(a0, v128.mul<T>(e0, e0));
    a1 = v128.add<T>(a1, v128.mul<T>(e1, e1));
    a2 = v128.add<T>(a2, v128.mul<T>(e2, e2));
    a3 = v128.add<T>(a3, v128.mul<T>(e3, e3));
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
}

/** Fills `out` with dᵖ from one point to all others. */
function powerRow<T extends number>(x: usize, y: usize, d: i32, stride: usize, p: f64, out: usize): void {
  for (let at: usize = 0; at < stride; at += BLOCK) {
    squareDistances<T>(x, y + at, d, stride, out + at);
    if (p === 2) continue;
    for (let i: usize = at; i < at + BLOCK; i += 16) v128.store(out + i, raise<T>(v128.load(out + i), p));
  }
}

/** Fills `powers`: dᵖ from n points to all others, a row of `stride` bytes each. */
export function powerRows<T extends number>(
  x: usize,
  y: usize,
  n: i32,
  d: i32,
  stride: u32,
  p: f64,
  powers: usize,
): void {
  for (let i = 0; i < n; i++, x += bytes<T>(d), powers += stride) powerRow<T>(x, y, d, stride, p, powers);
}

/** Fills `row` with h_j − factor · power_j and returns the largest. */
function exponents<T extends number>(powers: usize, h: usize, stride: usize, factor: f64, row: usize): f64 {
  const by = splat<T>(factor);
  let most0 = splat<T>(-Infinity);
  let most1 = most0;
  for (let at: usize = 0; at < stride; at += 32) {
    const s0 = v128.sub<T>(v128.load(h + at), v128.mul<T>(v128.load(powers + at), by));
    const s1 = v128.sub<T>(v128.load(h + at, 16), v128.mul<T>(v128.load(powers + at, 16), by));
    v128.store(row + at, s0);
    v128.store(row + at, s1, 16);
    most0 = v128.pmax<T>(s0, most0);
    most1 = v128.pmax<T>(s1, most1);
  }
  return <f64>maximum<T>(v128.pmax<T>(most0, most1));
}

/** Turns a row of exponents into exp(s − most) and returns their sum. */
function exponentials<T extends number>(row: usize, stride: usize, most: f64): f64 {
  const m = splat<T>(most);
  let sum = f64x2.splat(0);
  for (let at: usize = 0; at < stride; at += BLOCK) {
    const e0 = exp<T>(v128.sub<T>(v128.load(row + at), m));
    const e1 = exp<T>(v128.sub<T>(v128.load(row + at, 16), m));
    const e2 = exp<T>(v128.sub<T>(v128.load(row + at, 32), m));
    const e3 = exp<T>(v128.sub<T>(v128.load(row + at, 48), m));
    v128.store(row + at, e0);
    v128.store(row + at, e1, 16);
    v128.store(row + at, e2, 32);
    v128.store(row + at, e3, 48);
    sum = addTo<T>(sum, v128.add<T>(v128.add<T>(e0, e1), v128.add<T>(e2, e3)));
  }
  return total(sum);
}

/** Writes the soft minima of n points, as f64. */
export function softmin<T extends number>(
  powers: usize,
  x: usize,
  y: usize,
  h: usize,
  n: i32,
  d: i32,
  stride: u32,
  inverse: f64,
  p: f64,
  out: usize,
  row: usize,
): void {
  for (let i = 0; i < n; i++, x += bytes<T>(d), out += 8) {
    if (!powers) powerRow<T>(x, y, d, stride, p, row);
    const most = exponents<T>(powers ? powers + <usize>i * stride : row, h, stride, inverse / p, row);
    store<f64>(out, -(most + logOf(exponentials<T>(row, stride, most))) / inverse);
  }
}

/** Exponents from which on E is wrong: sums as large as that say so. */
const MOST: f64 = 80;
/** Rows whose sums over a column gather in T. */
const GATHERED = 64;

/**
 * Fills rowSums f64 [n] with R, and columnSums f64, one a number of `stride`, with C. `base` are the a_i, in T. With `self`
 * both clouds are one and E is symmetric: R takes j ≥ i, C the rest, and R + C is the sum of a row.
 */
export function softminBoth<T extends number>(
  powers: usize,
  x: usize,
  y: usize,
  base: usize,
  h: usize,
  n: i32,
  d: i32,
  stride: u32,
  inverse: f64,
  p: f64,
  self: bool,
  rowSums: usize,
  columnSums: usize,
  row: usize,
): void {
  const gathered = row + stride;
  memory.fill(columnSums, 0, stride * (8 / sizeof<T>()));
  memory.fill(gathered, 0, stride);
  for (let i = 0; i < n; i++, x += bytes<T>(d)) {
    if (!powers) powerRow<T>(x, y, d, stride, p, row);
    const own = powers ? powers + <usize>i * stride : row;
    const a = v128.load_splat<T>(base + bytes<T>(i));
    const sum = jointRow<T>(own, a, h, stride, inverse / p, gathered, self ? i : -1);
    store<f64>(rowSums + ((<usize>i) << 3), sum);
    if ((i + 1) % GATHERED === 0 || i + 1 === n) fold<T>(gathered, stride, columnSums);
  }
}

/** Σ_j E of one row, and gathered_j += E; for `diagonal` ≥ 0 only of j ≥ diagonal, and of those beyond it. */
function jointRow<T extends number>(
  powers: usize,
  a: v128,
  h: usize,
  stride: usize,
  factor: f64,
  gathered: usize,
  diagonal: i32,
): f64 {
  const by = splat<T>(factor);
  const most = splat<T>(MOST);
  let sum = f64x2.splat(0);
  let at: usize = 0;
  if (diagonal >= 0) {
    at = bytes<T>(diagonal) & ~(BLOCK - 1);
    let left = diagonal - <i32>(at >> alignof<T>());
    for (const end = at + BLOCK; at < end; at += 16, left -= lanes<T>()) {
      const e = joint<T>(v128.load(powers + at), by, a, v128.load(h + at), most);
      sum = addTo<T>(sum, v128.andnot(e, headMask<T>(left)));
      v128.store(gathered + at, v128.add<T>(v128.load(gathered + at), v128.andnot(e, headMask<T>(left + 1))));
    }
  }
  for (; at < stride; at += 32) {
    const e0 = joint<T>(v128.load(powers + at), by, a, v128.load(h + at), most);
    const e1 = joint<T>(v128.load(powers + at, 16), by, a, v128.load(h + at, 16), most);
    v128.store(gathered + at, v128.add<T>(v128.load(gathered + at), e0));
    v128.store(gathered + at, v128.add<T>(v128.load(gathered + at, 16), e1), 16);
    sum = addTo<T>(sum, v128.add<T>(e0, e1));
  }
  return total(sum);
}

function joint<T extends number>(power: v128, factor: v128, a: v128, h: v128, most: v128): v128 {
  return exp<T>(v128.pmin<T>(v128.add<T>(v128.sub<T>(h, v128.mul<T>(power, factor)), a), most));
}

/** Moves what was gathered to sums in f64. */
function fold<T extends number>(gathered: usize, stride: usize, sums: usize): void {
  for (let at: usize = 0; at < stride; at += sizeof<T>(), sums += 8)
    store<f64>(sums, load<f64>(sums) + <f64>load<T>(gathered + at));
  memory.fill(gathered, 0, stride);
}

/** sums [n, d] += scale · ∂softmin_i / ∂x_i, in f64. */
export function softminGradient<T extends number>(
  powers: usize,
  x: usize,
  y: usize,
  h: usize,
  n: i32,
  d: i32,
  stride: u32,
  inverse: f64,
  p: f64,
  sums: usize,
  scale: f64,
  row: usize,
): void {
  const squares = row + stride;
  for (let i = 0; i < n; i++, x += bytes<T>(d)) {
    if (!powers) powerRow<T>(x, y, d, stride, p, row);
    const most = exponents<T>(powers ? powers + <usize>i * stride : row, h, stride, inverse / p, row);
    const slope = scale / exponentials<T>(row, stride, most);
    if (p !== 2) weighByDistance<T>(x, y, d, stride, p, row, squares);
    for (let k = 0; k < d; k++, sums += 8) {
      const own = v128.load_splat<T>(x + bytes<T>(k));
      const others = y + <usize>k * stride;
      let sum = f64x2.splat(0);
      for (let at: usize = 0; at < stride; at += 32) {
        const g0 = v128.mul<T>(v128.load(row + at), v128.sub<T>(own, v128.load(others + at)));
        const g1 = v128.mul<T>(v128.load(row + at, 16), v128.sub<T>(own, v128.load(others + at, 16)));
        sum = addTo<T>(sum, v128.add<T>(g0, g1));
      }
      store<f64>(sums, load<f64>(sums) + slope * total(sum));
    }
  }
}

/** row *= dᵖ⁻², 0 where the distance is 0. */
function weighByDistance<T extends number>(
  x: usize,
  y: usize,
  d: i32,
  stride: usize,
  p: f64,
  row: usize,
  squares: usize,
): void {
  const zero = splat<T>(0);
  for (let at: usize = 0; at < stride; at += BLOCK) {
    squareDistances<T>(x, y + at, d, stride, squares);
    for (let i: usize = 0; i < BLOCK; i += 16) {
      const square = v128.load(squares + i);
      const weight = v128.div<T>(raise<T>(square, p), square);
      const weighted = v128.mul<T>(v128.load(row + at + i), weight);
      v128.store(row + at + i, v128.andnot(weighted, v128.eq<T>(square, zero)));
    }
  }
}
