/** The array interface as plainly as it can be said: every entry of a result is computed by itself. */
import type { Axes, Engine, Term } from "../../src/formula/arrays.ts";
import { mathsOf } from "../../src/formula/maths.ts";

export interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Index = readonly number[];

const indices = (shape: readonly number[]): Index[] =>
  shape.reduce<number[][]>(
    (all, length) => all.flatMap((index) => Array.from({ length }, (_, i) => [...index, i])),
    [[]],
  );
const make = (shape: readonly number[], entry: (index: Index) => number): Plain => ({
  shape,
  data: indices(shape).map(entry),
});
/** An entry, where axes of length 1 stand for any length, and missing ones for any axis. */
const at = ({ shape, data }: Plain, index: Index): number =>
  data[
    shape.reduce((place, length, i) => {
      const own = index[index.length - shape.length + i] as number;
      return place * length + (length === 1 ? 0 : own);
    }, 0)
  ] as number;
const lift = (x: Term<Plain>): Plain => (typeof x === "number" ? { shape: [], data: [x] } : x);
const common = (...all: Plain[]): number[] => {
  const rank = Math.max(...all.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, i) =>
    Math.max(...all.map(({ shape }) => shape[i - rank + shape.length] ?? 1)),
  );
};
const one = (f: (x: number) => number) => (x: Plain) => make(x.shape, (i) => f(at(x, i)));
const two = (f: (x: number, y: number) => number) => (a: Term<Plain>, b: Term<Plain>) => {
  const [x, y] = [lift(a), lift(b)];
  return make(common(x, y), (i) => f(at(x, i), at(y, i)));
};
const along = ({ shape }: Plain, axis: number, index: Index): Index[] =>
  Array.from({ length: shape[axis] as number }, (_, k) => index.with(axis, k));
const ones = ({ shape }: Plain, axes: readonly number[]) => shape.map((n, i) => (axes.includes(i) ? 1 : n));

const engine: Engine<Plain> = {
  epsilon: 2 ** -52,
  sumsExactly: true,
  tidy: (use) => use(),
  constant: (data, shape) => ({ shape, data: Array.from(data) }),
  range: (n) => make([n], ([i]) => i as number),
  shapeOf: ({ shape }) => shape,
  numbers: ({ data }) => Float64Array.from(data),
  stop: (x) => x,
  add: two((x, y) => x + y),
  sub: two((x, y) => x - y),
  mul: two((x, y) => x * y),
  div: two((x, y) => x / y),
  exp: one(Math.exp),
  log: one(Math.log),
  expm1: one(Math.expm1),
  log1p: one(Math.log1p),
  sqrt: one(Math.sqrt),
  atan: one(Math.atan),
  clip: (x, low, high) => one((own) => Math.min(Math.max(own, low), high))(x),
  less: two((x, y) => Number(x < y)),
  lessEqual: two((x, y) => Number(x <= y)),
  equal: two((x, y) => Number(x === y)),
  and: two((x, y) => x * y),
  not: one((x) => 1 - x),
  whole: one((x) => Number(Number.isInteger(x))),
  number: (mask) => mask,
  sign: one(Math.sign),
  max: (x, axis) => make(ones(x, [axis]), (i) => Math.max(...along(x, axis, i).map((place) => at(x, place)))),
  atLargest: (x, axis) =>
    make(x.shape, (i) => {
      const row = along(x, axis, i).map((place) => at(x, place));
      return Number(row.indexOf(Math.max(...row)) === i[axis]);
    }),
  where: (mask, a, b) => {
    const [x, y] = [lift(a), lift(b)];
    return make(common(mask, x, y), (i) => (at(mask, i) ? at(x, i) : at(y, i)));
  },
  sum: (x, axes?: Axes, keep?: boolean) => {
    const summed = axes === undefined ? x.shape.map((_, i) => i) : [axes].flat();
    const total = make(ones(x, summed), (index) =>
      summed
        .reduce<Index[]>((places, axis) => places.flatMap((place) => along(x, axis, place)), [index])
        .reduce((sum, place) => sum + at(x, place), 0),
    );
    return keep ? total : { shape: x.shape.filter((_, i) => !summed.includes(i)), data: total.data };
  },
  reshape: ({ data }, shape) => ({ shape, data }),
  transpose: (x, axes = x.shape.map((_, i) => x.shape.length - 1 - i)) =>
    make(
      axes.map((axis) => x.shape[axis] as number),
      (index) =>
        at(
          x,
          x.shape.map((_, axis) => index[axes.indexOf(axis)] as number),
        ),
    ),
  concat: (list, axis) => {
    const parts = list.flatMap((x) => along(x, axis, x.shape).map((place) => [x, place[axis] as number] as const));
    const [first] = list as [Plain];
    return make(first.shape.with(axis, parts.length), (index) => {
      const [x, place] = parts[index[axis] as number] as (typeof parts)[number];
      return at(x, index.with(axis, place));
    });
  },
  slice: (x, axis, begin, size) =>
    make(x.shape.with(axis, size), (index) => at(x, index.with(axis, begin + (index[axis] as number)))),
  matmul: (a, b) =>
    make([...a.shape.slice(0, -1), b.shape.at(-1) as number], (index) =>
      Array.from({ length: a.shape.at(-1) as number }, (_, k) => {
        const [row, column] = [index.with(-1, k), index.with(-2, k)];
        return at(a, row) * at(b, column);
      }).reduce((sum, product) => sum + product, 0),
    ),
};

export const interpreter = mathsOf(engine);
