/**
 * The inner loops of operations of elements: one each, so that each is compiled for itself. Operands have strides, 0 for what is
 * the same all along; `nest.ts` has the loop over the outer axes.
 */
import type { BinaryOp, UnaryOp } from "./graph.ts";

type Floats = Float64Array;

/** Writes n numbers from `o` on in steps of `so`, made of operands that begin at p, q and r. */
export type Loop = (
  n: number,
  out: Floats,
  o: number,
  so: number,
  a: Floats,
  p: number,
  sa: number,
  b: Floats,
  q: number,
  sb: number,
  c: Floats,
  r: number,
  sc: number,
) => void;

/** Of a function that takes longer than the call of it. */
const each =
  (f: (x: number) => number): Loop =>
  (n, out, o, so, a, p, sa) => {
    for (let i = 0; i < n; i++) out[o + i * so] = f(a[p + i * sa] as number);
  };

type Plain = Exclude<UnaryOp, "power" | "clip"> | BinaryOp | "where" | "copy";

export const loops: Readonly<Record<Plain, Loop>> = {
  exp: each(Math.exp),
  log: each(Math.log),
  expm1: each(Math.expm1),
  log1p: each(Math.log1p),
  atan: each(Math.atan),
  neg: (n, out, o, so, a, p, sa) => {
    for (let i = 0; i < n; i++) out[o + i * so] = -(a[p + i * sa] as number);
  },
  sqrt: (n, out, o, so, a, p, sa) => {
    for (let i = 0; i < n; i++) out[o + i * so] = Math.sqrt(a[p + i * sa] as number);
  },
  not: (n, out, o, so, a, p, sa) => {
    for (let i = 0; i < n; i++) out[o + i * so] = (a[p + i * sa] as number) === 0 ? 1 : 0;
  },
  whole: (n, out, o, so, a, p, sa) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      out[o + i * so] = Math.floor(x) === x ? 1 : 0;
    }
  },
  sign: (n, out, o, so, a, p, sa) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      out[o + i * so] = x > 0 ? 1 : x < 0 ? -1 : x;
    }
  },
  copy: (n, out, o, so, a, p, sa) => {
    for (let i = 0; i < n; i++) out[o + i * so] = a[p + i * sa] as number;
  },
  add: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = x + y;
    }
  },
  sub: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = x - y;
    }
  },
  mul: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = x * y;
    }
  },
  div: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = x / y;
    }
  },
  less: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = x < y ? 1 : 0;
    }
  },
  lessEqual: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = x <= y ? 1 : 0;
    }
  },
  equal: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = x === y ? 1 : 0;
    }
  },
  and: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = x !== 0 && y !== 0 ? 1 : 0;
    }
  },
  times: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = x === 0 ? 0 : x * y;
    }
  },
  over: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = x === 0 ? 0 : x / y;
    }
  },
  seal: (n, out, o, so, a, p, sa, b, q, sb) => {
    for (let i = 0; i < n; i++) {
      const x = a[p + i * sa] as number;
      const y = b[q + i * sb] as number;
      out[o + i * so] = Number.isNaN(y) ? y : x;
    }
  },
  where: (n, out, o, so, a, p, sa, b, q, sb, c, r, sc) => {
    for (let i = 0; i < n; i++) out[o + i * so] = (a[p + i * sa] !== 0 ? b[q + i * sb] : c[r + i * sc]) as number;
  },
};

/** xᵖ for x ≥ 0. */
export const powerLoop = (p: number): Loop => each((x) => (x > 0 ? x ** p : x !== 0 ? Number.NaN : p === 0 ? 1 : 0));

export const clipLoop = (low: number, high: number): Loop => each((x) => Math.min(Math.max(x, low), high));

/** Columns are summed one by one where a row has fewer. */
const FEW = 8;

/** Reductions of [before, count, after] along the middle axis. */
export type Reduction = (x: Floats, out: Floats, before: number, count: number, after: number) => void;

export const reductions: Readonly<Record<"sum" | "max" | "atLargest", Reduction>> = {
  sum(x, out, before, count, after) {
    for (let i = 0; i < before; i++) {
      const from = i * count * after;
      if (after < FEW) for (let j = 0; j < after; j++) out[i * after + j] = sumOf(x, from + j, count, after);
      else addRows(x, from, out, i * after, count, after);
    }
  },
  max(x, out, before, count, after) {
    for (let i = 0; i < before; i++)
      for (let j = 0; j < after; j++) {
        const from = i * count * after + j;
        let most = Number.NEGATIVE_INFINITY;
        for (let k = 0; k < count; k++) {
          const own = x[from + k * after] as number;
          if (own > most) most = own;
        }
        out[i * after + j] = most;
      }
  },
  atLargest(x, out, before, count, after) {
    for (let i = 0; i < before; i++)
      for (let j = 0; j < after; j++) {
        const from = i * count * after + j;
        let at = 0;
        let most = x[from] as number;
        for (let k = 0; k < count; k++) {
          const own = x[from + k * after] as number;
          if (own > most) {
            at = k;
            most = own;
          }
          out[from + k * after] = 0;
        }
        out[from + at * after] = 1;
      }
  },
};

/** In four sums, which take turns and lose less than one. */
function sumOf(x: Floats, from: number, count: number, step: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const at = from + k * step;
    s0 += x[at] as number;
    s1 += x[at + step] as number;
    s2 += x[at + 2 * step] as number;
    s3 += x[at + 3 * step] as number;
  }
  for (; k < count; k++) s0 += x[from + k * step] as number;
  return s0 + s1 + (s2 + s3);
}

function addRows(x: Floats, from: number, out: Floats, to: number, count: number, width: number): void {
  for (let j = 0; j < width; j++) out[to + j] = x[from + j] as number;
  for (let k = 1; k < count; k++)
    for (let j = 0, at = from + k * width; j < width; j++)
      out[to + j] = (out[to + j] as number) + (x[at + j] as number);
}
