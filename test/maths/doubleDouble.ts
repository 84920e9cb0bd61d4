/**
 * A number as the unevaluated sum of two f64, some 32 digits: what the f64 kernels' logarithms and exponentials are
 * measured against, since the engine's own are only good to about the same last digit as theirs.
 */
export type Double = readonly [high: number, low: number];

function twoSum(a: number, b: number): Double {
  const s = a + b;
  const t = s - a;
  return [s, a - (s - t) + (b - t)];
}

/** Both halves of a have at most 26 bits, so that products of halves are exact. */
function split(a: number): Double {
  const c = 134217729 * a;
  const high = c - (c - a);
  return [high, a - high];
}

function twoProduct(a: number, b: number): Double {
  const p = a * b;
  const [ah, al] = split(a);
  const [bh, bl] = split(b);
  return [p, al * bl - (p - ah * bh - al * bh - ah * bl)];
}

export function add(a: Double, b: Double): Double {
  const [s, e] = twoSum(a[0], b[0]);
  const [t, f] = twoSum(a[1], b[1]);
  const [high, low] = twoSum(s, e + t);
  return twoSum(high, low + f);
}

export function multiply(a: Double, b: Double): Double {
  const [p, e] = twoProduct(a[0], b[0]);
  return twoSum(p, e + (a[0] * b[1] + a[1] * b[0]));
}

export function divide(a: Double, b: Double): Double {
  const q = a[0] / b[0];
  const rest = add(a, multiply([-q, 0], b));
  return twoSum(q, (rest[0] + rest[1]) / b[0]);
}

/** ln 2; the high part has 32 bits, so that its product with an exponent is exact. */
const LN2 = [0.6931471803691238, 1.9082149292705877e-10, -1.1612227229362532e-26] as const;

function timesLn2(n: number): Double {
  return add([n * LN2[0], 0], add(twoProduct(n, LN2[1]), [n * LN2[2], 0]));
}

/** exp(x) while the result is a normal number: the power series of x − n ln 2. */
export function exp(x: number): Double {
  const n = Math.round(x / Math.LN2);
  const r = add([x, 0], timesLn2(-n));
  let term: Double = [1, 0];
  let sum: Double = term;
  for (let k = 1; k < 26; k++) {
    term = divide(multiply(term, r), [k, 0]);
    sum = add(sum, term);
  }
  const half = Math.trunc(n / 2);
  return [sum[0] * 2 ** half * 2 ** (n - half), sum[1] * 2 ** half * 2 ** (n - half)];
}

/** 2 artanh(z) by its power series, |z| ≤ 1/3. */
function twoArtanh(z: Double): Double {
  const square = multiply(z, z);
  let sum: Double = [0, 0];
  for (let k = 67; k > 0; k -= 2) sum = add(multiply(sum, square), divide([2, 0], [k, 0]));
  return multiply(sum, z);
}

/** log(1 + y), −½ ≤ y ≤ 1. */
export function log1p(y: number | Double): Double {
  const given: Double = typeof y === "number" ? [y, 0] : y;
  return twoArtanh(divide(given, add([2, 0], given)));
}

/** log(x), x a positive finite number. */
export function log(x: number): Double {
  const subnormal = x < 2 ** -1022;
  let m = subnormal ? x * 2 ** 54 : x;
  let e = Math.floor(Math.log2(m));
  m = (m / 2 ** Math.trunc(e / 2)) * 2 ** -(e - Math.trunc(e / 2));
  if (m > Math.SQRT2) {
    m /= 2;
    e += 1;
  }
  return add(timesLn2(subnormal ? e - 54 : e), twoArtanh(divide([m - 1, 0], twoSum(m, 1))));
}

/** |came − wanted| / |wanted|. */
export function relativeError(came: number, wanted: Double): number {
  if (came === wanted[0] && wanted[0] === 0) return 0;
  return Math.abs(came - wanted[0] - wanted[1]) / Math.abs(wanted[0]);
}
