/** Which loops an operation of elements takes: axes that its operands lie along alike are one, and the longest runs innermost. */
import { type Shape, sizeOf } from "../../tensor/tensor.ts";
import { padded } from "./graph.ts";
import type { Loop } from "./loops.ts";

/** Where an operand's number lies for each step along each axis of the result; 0 along axes it does not have. */
export interface Operand {
  readonly strides: readonly number[];
  readonly base: number;
}

interface Axis {
  readonly length: number;
  /** One stride per operand, that of the result first. */
  readonly strides: readonly number[];
}

/** A loop of fewer steps than these costs more to begin than to run. */
const SHORT = 8;

/** Strides of an array, row-major; 0 along axes of length 1. */
export function stridesOf(shape: Shape): number[] {
  let stride = 1;
  return [...shape]
    .reverse()
    .map((length) => {
      const own = length === 1 ? 0 : stride;
      stride *= length;
      return own;
    })
    .reverse();
}

/** An array as an operand of a result of some rank. */
export const operandOf = (shape: Shape, rank: number): Operand => ({
  strides: stridesOf(padded(shape, rank)),
  base: 0,
});

/** The loops over a shape of the result and up to three operands. */
export function nest(
  shape: Shape,
  operands: readonly Operand[],
): (loop: Loop, out: Float64Array, a: Float64Array, b: Float64Array, c: Float64Array) => void {
  const axes: Axis[] = [];
  for (const [i, length] of shape.entries()) {
    if (length === 1) continue;
    const strides = operands.map((operand) => operand.strides[i] as number);
    const last = axes.at(-1);
    if (last?.strides.every((stride, k) => stride === (strides[k] as number) * length))
      axes[axes.length - 1] = { length: last.length * length, strides };
    else axes.push({ length, strides });
  }
  let inner = axes.pop() ?? { length: 1, strides: operands.map(() => 0) };
  const longest = axes.reduce((at, { length }, i) => (length > (axes[at]?.length ?? 0) ? i : at), 0);
  if (inner.length < SHORT && (axes[longest]?.length ?? 0) > inner.length)
    [inner] = axes.splice(longest, 1, inner) as [Axis];
  const [so = 0, sa = 0, sb = 0, sc = 0] = inner.strides;
  // The last axis runs first.
  const outer = [...axes].reverse();
  const lengths = outer.map(({ length }) => length);
  const [no, na, nb, nc] = [0, 1, 2, 3].map((k) => outer.map(({ strides }) => strides[k] ?? 0)) as Four<number[]>;
  const bases = [0, 1, 2, 3].map((k) => operands[k]?.base ?? 0) as Four<number>;
  const count = sizeOf(lengths);
  return (loop, out, a, b, c) => {
    let [o, p, q, r] = bases;
    const places = outer.map(() => 0);
    for (let i = 0; i < count; i++) {
      loop(inner.length, out, o, so, a, p, sa, b, q, sb, c, r, sc);
      for (let k = 0; k < lengths.length; k++) {
        const here = places[k] as number;
        const back = here === (lengths[k] as number) - 1;
        const steps = back ? -here : 1;
        places[k] = here + steps;
        o += steps * (no[k] as number);
        p += steps * (na[k] as number);
        q += steps * (nb[k] as number);
        r += steps * (nc[k] as number);
        if (!back) break;
      }
    }
  };
}

type Four<T> = [T, T, T, T];
