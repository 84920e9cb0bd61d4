// Vectors of a generic float type: partial loads and stores, masks, sums in f64.
//
// A kernel's loop runs once a vector, `left` counting down the elements to go; these functions treat the last, partial
// vector so that a formula is never written a second time in scalar form.

/** Elements in a vector: 4 for f32, 2 for f64. */
export function lanes<T extends number>(): i32 {
  return 16 / <i32>sizeof<T>();
}

/** Bytes of `n` elements. */
export function bytes<T extends number>(n: i32): usize {
  return (<usize>n) << alignof<T>();
}

/** Reads min(left, lanes) elements; lanes beyond are 0. */
export function load<T extends number>(pointer: usize, left: i32): v128 {
  return left >= lanes<T>() ? v128.load(pointer) : loadPart<T>(pointer, left);
}

function loadPart<T extends number>(pointer: usize, left: i32): v128 {
  if (sizeof<T>() === 8) return v128.load64_zero(pointer);
  if (left === 1) return v128.load32_zero(pointer);
  const low = v128.load64_zero(pointer);
  return left === 2 ? low : v128.load_lane<u32>(pointer + 8, low, 2);
}

/** Writes min(left, lanes) elements and nothing after them. */
export function store<T extends number>(pointer: usize, vector: v128, left: i32): void {
  if (left >= lanes<T>()) v128.store(pointer, vector);
  else storePart<T>(pointer, vector, left);
}

function storePart<T extends number>(pointer: usize, vector: v128, left: i32): void {
  if (sizeof<T>() === 8) {
    v128.store_lane<u64>(pointer, vector, 0);
  } else if (left === 1) {
    v128.store_lane<u32>(pointer, vector, 0);
  } else {
    v128.store_lane<u64>(pointer, vector, 0);
    if (left === 3) v128.store_lane<u32>(pointer + 8, vector, 2);
  }
}

/** All ones in the first `left` lanes. */
export function headMask<T extends number>(left: i32): v128 {
  return sizeof<T>() === 8
    ? v128.lt<i64>(v128(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0), v128.splat<i64>(<i64>left))
    : v128.lt<i32>(v128(0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0), v128.splat<i32>(left));
}

/** The vector with its lanes from `left` on set to 0. */
export function head<T extends number>(vector: v128, left: i32): v128 {
  return left >= lanes<T>() ? vector : v128.and(vector, headMask<T>(left));
}

/** The vector with its lanes from `left` on set to `fill`. */
export function headOr<T extends number>(vector: v128, left: i32, fill: v128): v128 {
  return left >= lanes<T>() ? vector : v128.bitselect(vector, fill, headMask<T>(left));
}

/** A sum of f64 pairs plus all lanes of a vector, each widened to f64 first. */
export function addTo<T extends number>(sum: v128, vector: v128): v128 {
  return sizeof<T>() === 8
    ? v128.add<f64>(sum, vector)
    : v128.add<f64>(
        sum,
        v128.add<f64>(v128.promote_low<f32>(vector), v128.promote_low<f32>(v128.shuffle<i64>(vector, vector, 1, 1))),
      );
}

/** Adds each lane to an f64 of its own, which lie at `sums`. */
export function addWidened<T extends number>(sums: usize, vector: v128): void {
  if (sizeof<T>() === 8) {
    v128.store(sums, v128.add<f64>(v128.load(sums), vector));
    return;
  }
  const high = v128.shuffle<i64>(vector, vector, 1, 1);
  v128.store(sums, v128.add<f64>(v128.load(sums), v128.promote_low<f32>(vector)));
  v128.store(sums, v128.add<f64>(v128.load(sums, 16), v128.promote_low<f32>(high)), 16);
}

/** Both halves of an f64 pair, added. */
export function total(sum: v128): f64 {
  return v128.extract_lane<f64>(sum, 0) + v128.extract_lane<f64>(sum, 1);
}

/** The largest lane; NaN if any lane is NaN. */
export function maximum<T extends number>(vector: v128): T {
  let most = v128.extract_lane<T>(vector, 0);
  most = max<T>(most, v128.extract_lane<T>(vector, 1));
  if (sizeof<T>() === 4) {
    most = max<T>(most, v128.extract_lane<T>(vector, 2));
    most = max<T>(most, v128.extract_lane<T>(vector, 3));
  }
  return most;
}

/** A vector of one number. */
export function splat<T extends number>(value: f64): v128 {
  return v128.splat<T>(<T>value);
}

/** One element, as f64. */
export function element<T extends number>(pointer: usize): f64 {
  return sizeof<T>() === 8
    ? f64x2.extract_lane(v128.load64_zero(pointer), 0)
    : <f64>f32x4.extract_lane(v128.load32_zero(pointer), 0);
}

/** Writes one element. */
export function setElement<T extends number>(pointer: usize, value: f64): void {
  store<T>(pointer, splat<T>(value), 1);
}

/** The factor of value `i`; `upstream` is 0 where all are 1. */
export function factorOf<T extends number>(upstream: usize, i: i32): f64 {
  return upstream ? element<T>(upstream + bytes<T>(i)) : 1;
}

/** Lane by lane: `yes` where the mask is set, `no` elsewhere. */
export function select(yes: v128, no: v128, mask: v128): v128 {
  return v128.bitselect(yes, no, mask);
}

/** x · weight, and 0 where the weight is 0, whatever x is. */
export function weighed<T extends number>(x: v128, weight: v128): v128 {
  return v128.and(v128.mul<T>(x, weight), v128.ne<T>(weight, splat<T>(0)));
}

/** `over` where x is above 0, `under` where it is below, 0 at ±0, NaN at NaN; under ≤ 0 ≤ over, neither beyond 2^50. */
export function sided<T extends number>(x: v128, under: v128, over: v128): v128 {
  // Twice the largest power of two takes the least x beyond both; −0 + 0 is 0.
  const large = splat<T>(sizeof<T>() === 8 ? 8.98846567431158e307 : 1.7014118346046923e38);
  const far = v128.add<T>(v128.mul<T>(v128.mul<T>(x, large), large), splat<T>(0));
  return v128.pmax<T>(v128.pmin<T>(far, over), under);
}
