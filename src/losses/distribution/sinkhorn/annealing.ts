/** Sinkhorn's iterations between two clouds and within each, from the temperature of their diameter down to the blur. */

import { take } from "../../../kernel/arena.ts";
import { nowhere, type Pointer } from "../../../kernel/kernels.ts";
import { machineFor } from "../../../linear/matrix.ts";
import { type Operand, viewOf } from "../../../tensor/stage.ts";
import type { Dtype } from "../../../tensor/tensor.ts";
import { type Cloud, cloudOf, type Machine, softMinimum, type Term } from "./softMinimum.ts";

export interface SinkhornSettings {
  readonly blur: number;
  readonly p: number;
  readonly scaling: number;
  readonly maxIterations: number | null;
}

/** A cloud whose points all have a mass; `shares` add up to 1, and are equal where there are none. */
export interface Massed {
  readonly points: Operand;
  readonly shares: Float64Array | undefined;
}

export interface Solution {
  /** Debiased potentials; their means, weighted by the masses, add up to the value. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** L1 distance between a plan's marginals and the masses, the largest of the four. */
  readonly marginalError: number;
  /** Fills sums [N, D] and [M, D] with the gradients, in f64. */
  gradients(xSums: Pointer, ySums: Pointer): void;
}

/** Bytes that powers of distances may take, all four problems together: made once, they save time in many dimensions. */
const KEPT_BYTES = 2 ** 26;

/** What f32 can tell from 0: the exponents have lengths of up to cost / ε. */
export const TOLERANCE: Record<Dtype, number> = { float32: 1e-4, float64: 1e-9 };

/** The iterations' temperatures: the diameter's, then down by `scaling`, then the blur's. */
export function temperatures(diameter: number, { blur, p, scaling }: SinkhornSettings): number[] {
  if (diameter === 0) return [blur ** p];
  const steps = Math.max(0, Math.ceil(Math.log(blur / diameter) / Math.log(scaling)));
  const falling = Array.from({ length: steps }, (_, k) => (diameter * scaling ** k) ** p);
  // A diameter whose power vanishes would divide by 0.
  return [diameter ** p, ...falling, blur ** p].map((temperature) => Math.max(temperature, 1e-30));
}

/** Diagonal of the box around both clouds; not finite where a coordinate is not. */
export function diameterOf(clouds: readonly ArrayLike<number>[], d: number): number {
  const [low, high] = [new Float64Array(d).fill(Infinity), new Float64Array(d).fill(-Infinity)];
  for (const data of clouds) {
    for (let i = 0; i < data.length; i++) {
      const k = i % d;
      low[k] = Math.min(low[k] as number, data[i] as number);
      high[k] = Math.max(high[k] as number, data[i] as number);
    }
  }
  return Math.sqrt(high.reduce((sum, most, k) => sum + (most - (low[k] as number)) ** 2, 0));
}

/** εs, as multiples of the diameter's power, beyond which the divergence is its limit to 1e-7: rounding alone would grow. */
const MOST_SMOOTHING = 1e7;

/** Whether f32 holds the squares and powers of distances up to the diameter. */
const fitsFloat32 = (diameter: number, p: number): boolean => {
  const most = diameter ** Math.max(p, 2);
  return most > 1e-30 && most < 1e30;
};

/**
 * Solves all four problems; null where a coordinate is not finite. With a blur above the diameter the value is small beside blurᵖ,
 * against which potentials are rounded: that is done in f64, in two iterations, and so are powers that leave f32.
 */
export function anneal(x: Massed, y: Massed, given: SinkhornSettings, machine: Machine): Solution | null {
  const numbersOf = ({ points: { pointer, size } }: Massed) => viewOf(pointer, size, machine.dtype);
  const diameter = diameterOf([numbersOf(x), numbersOf(y)], x.points.shape[1] as number);
  if (!Number.isFinite(diameter)) return null;
  const { p } = given;
  const blur = diameter === 0 ? given.blur : Math.min(given.blur, diameter * MOST_SMOOTHING ** (1 / p));
  const settings = { ...given, blur };
  if (machine.dtype === "float64" || (blur <= diameter && fitsFloat32(diameter, p)))
    return solve(x, y, diameter, settings, machine);
  const widened = (cloud: Massed): Massed => {
    const { size } = cloud.points;
    const pointer = take("float64", size);
    viewOf(pointer, size, "float64").set(numbersOf(cloud));
    return { ...cloud, points: { ...cloud.points, pointer } };
  };
  const wide: Machine = machineFor("float64");
  return solve(widened(x), widened(y), diameter, settings, wide);
}

function solve(x: Massed, y: Massed, diameter: number, settings: SinkhornSettings, machine: Machine): Solution {
  const { p, maxIterations } = settings;
  const [cx, cy] = [cloudOf(x.points, x.shares, machine), cloudOf(y.points, y.shares, machine)];
  const softmin = softMinimum([cx, cy], x.points.shape[1] as number, p, machine);
  const schedule = temperatures(diameter, settings);
  const last = schedule.at(-1) as number;
  const keep = (cx.n + cy.n) * (cx.stride + cy.stride) <= KEPT_BYTES;
  const termOf = (from: Cloud, over: Cloud): Term => {
    const side = { from, over, powers: keep ? softmin.powers(from, over) : nowhere };
    return { ...side, potentials: softmin.values(side, new Float64Array(over.n), schedule[0] as number) };
  };
  // Who the potentials over a cloud come from: the term the other way round, or the term itself.
  const [xy, yx, xx, yy] = [termOf(cx, cy), termOf(cy, cx), termOf(cx, cx), termOf(cy, cy)];
  const pairs = [
    [xy, yx],
    [yx, xy],
    [xx, xx],
    [yy, yy],
  ] as const;
  const better = (temperature: number) => [
    ...softmin.both(xy, yx, temperature),
    softmin.self(xx, temperature),
    softmin.self(yy, temperature),
  ];
  const errorOf = (next: readonly Float64Array[], temperature: number) =>
    Math.max(
      ...pairs.map(([term], k) =>
        marginalError(term.potentials, next[k] as Float64Array, temperature, term.from.shares),
      ),
    );
  let iterations = 0;
  const step = (temperature: number) => {
    const next = better(temperature);
    const error = errorOf(next, temperature);
    for (const [k, [{ potentials }]] of pairs.entries()) {
      const values = next[k] as Float64Array;
      for (let i = 0; i < values.length; i++) potentials[i] = 0.5 * ((potentials[i] as number) + (values[i] as number));
    }
    iterations++;
    return error;
  };
  for (const temperature of schedule) step(temperature);
  while (iterations < (maxIterations ?? 0) && step(last) > TOLERANCE[machine.dtype]);

  const [f, g, fx, gy] = better(last) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const [ux, uy] = [f.map((value, i) => value - (fx[i] as number)), g.map((value, i) => value - (gy[i] as number))];
  return {
    x: ux,
    y: uy,
    value: mean(ux, x.shares) + mean(uy, y.shares),
    iterations,
    marginalError: errorOf([f, g, fx, gy], last),
    gradients(xSums, ySums) {
      const fill = (parts: readonly number[], sums: Pointer) => {
        if (!sums) return;
        const { n, shares } = (pairs[parts[0] as number] as readonly [Term, Term])[0].from;
        const d = x.points.shape[1] as number;
        viewOf(sums, n * d, "float64").fill(0);
        for (const [i, k] of parts.entries()) {
          const [term, other] = pairs[k] as readonly [Term, Term];
          softmin.addGradient(term, other.potentials, last, (i === 0 ? 1 : -1) / n, sums);
        }
        if (shares)
          viewOf(sums, n * d, "float64").forEach((g, at, all) => {
            all[at] = g * n * (shares[Math.floor(at / d)] as number);
          });
      };
      fill([0, 2], xSums);
      fill([1, 3], ySums);
    },
  };
}

/** The mean over points, weighted by their shares if masses differ. */
const mean = (values: Float64Array, shares: Float64Array | undefined) =>
  shares
    ? values.reduce((sum, value, i) => sum + value * (shares[i] as number), 0)
    : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The plan of potentials has the masses exp((f − softmin) / ε), times the points' own, on its rows. */
function marginalError(
  potentials: Float64Array,
  softmin: Float64Array,
  temperature: number,
  shares: Float64Array | undefined,
): number {
  const off = (value: number, i: number) => Math.abs(Math.expm1((value - (softmin[i] as number)) / temperature));
  return mean(potentials.map(off), shares);
}
