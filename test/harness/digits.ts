/**
 * Accuracy in float64 below a few roundings, which plain f64 cannot measure: its own reference is no better than a kernel.
 * Losses of one prediction and one target are held against 32 digits.
 */
import { expect, it } from "vitest";
import { add, type Double, divide, exp, log1p } from "../maths/doubleDouble.ts";
import type { AnyLoss } from "./calls.ts";
import { type Random, seeded } from "./random.ts";

export interface Digits {
  readonly accuracy: number;
  /** Draws a prediction and a target. */
  readonly draw: (random: Random) => readonly [number, number];
  readonly options?: readonly Readonly<Record<string, number>>[];
  readonly value: (p: number, t: number, options: Readonly<Record<string, number>>) => Double;
  /** Of the gradient for predictions, where that is as accurate. */
  readonly slope?: (p: number, t: number, options: Readonly<Record<string, number>>) => Double;
  /** What errors are relative to. Default: the value itself. */
  readonly size?: (p: number, t: number) => number;
}

export function testDigits(loss: AnyLoss, { accuracy, draw, options = [{}], value, slope, size }: Digits): void {
  const error = (came: number, wanted: Double, p: number, t: number) =>
    Math.abs(came - wanted[0] - wanted[1]) / (size?.(p, t) ?? (Math.abs(wanted[0]) || Number.MIN_VALUE));

  it.each(options)(`${loss.spec.name}: float64 is right to ${accuracy}, against 32 digits (%o)`, (given) => {
    const random = seeded(21);
    const pairs = Array.from({ length: 5000 }, () => draw(random));
    const [p, t] = [0, 1].map((k) => Float64Array.from(pairs, (pair) => pair[k] as number));
    const came = loss.valueAndGrad(p, t, { ...given, reduction: "none" });
    const [values, slopes] = [came.value, Object.values(came.grads)[0]].map((tensor) => tensor.data as Float64Array);
    let most = 0;
    for (const [i, [x, y]] of pairs.entries()) {
      most = Math.max(most, error(values?.[i] as number, value(x, y, given), x, y));
      if (slope) most = Math.max(most, error(slopes?.[i] as number, slope(x, y, given), x, y));
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(accuracy);
  });
}

export const one = (x: number): Double => [x, 0];
export const minus = ([high, low]: Double): Double => [-high, -low];
export const difference = (x: number, y: number): Double => add(one(x), one(-y));

/** log(1 + exp(x)). */
export function softplus(x: number): Double {
  const rest = log1p(exp(-Math.abs(x)));
  return x > 0 ? add(one(x), rest) : rest;
}

/** 1 / (1 + exp(−x)). */
export function sigmoid(x: number): Double {
  const e = exp(-Math.abs(x));
  return divide(x < 0 ? e : one(1), add(one(1), e));
}
