import { checkNoMore } from "../../contract/options.ts";
import { withScratchSteps } from "../../kernel/arena.ts";
import { machineFor } from "../../linear/matrix.ts";
import { finish, type Steps } from "../../steps.ts";
import { viewOf } from "../../tensor/stage.ts";
import type { FloatInput } from "../../tensor/tensor.ts";
import { argumentReader, type Numbers } from "../arguments.ts";
import { congruenceSteps, factorize, traceOfRootSteps } from "./root.ts";

/** A normal distribution; `count` is the number of samples it was estimated from, where known. */
export interface Gaussian {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  readonly count?: number;
}

/**
 * Fréchet distance of two normal distributions: the squared 2-Wasserstein distance between them.
 *
 *     d² = ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½)
 *
 * Shapes     mean1, mean2: [D]; covariance1, covariance2: [D, D]. One number, ≥ 0.
 * Method     Σ₁ = L Lᵀ by pivoted Cholesky, which finds the rank; the trace of the root is the sum of the roots of the
 *            eigenvalues of the symmetric Lᵀ Σ₂ L, which are never negative but by rounding, and then 0.
 * Accuracy   1e-9 of the sum of traces; less than 1e-12 unless variances differ by many orders of magnitude.
 * Errors     Shapes that differ; a covariance that is not symmetric or has a negative variance.
 * Edges      Singular, equal and nearly equal covariances give real numbers. NaN or infinity gives NaN.
 * Relation   frechetInceptionDistance estimates mean and covariance from features.
 * Source     D. Dowson and B. Landau, The Fréchet Distance between Multivariate Normal Distributions, 1982.
 */
export function frechetDistance(
  mean1: FloatInput,
  covariance1: FloatInput,
  mean2: FloatInput,
  covariance2: FloatInput,
  ...more: []
): number {
  checkNoMore("frechetDistance(mean1, covariance1, mean2, covariance2)", more);
  return finish(frechetDistanceSteps(mean1, covariance1, mean2, covariance2));
}

/** The same in steps. */
export function* frechetDistanceSteps(
  mean1: FloatInput,
  covariance1: FloatInput,
  mean2: FloatInput,
  covariance2: FloatInput,
): Steps<number> {
  const read = argumentReader("frechetDistance");
  const of = (mean: FloatInput, covariance: FloatInput, i: number): Gaussian => {
    const m = read(`mean${i}`, "D", mean);
    const c = read(`covariance${i}`, "D D", covariance);
    checkCovariance(`frechetDistance: covariance${i}`, c);
    return { mean: m.data, covariance: c.data };
  };
  return yield* distanceSteps(of(mean1, covariance1, 1), of(mean2, covariance2, 2));
}

// Covariances computed in f32 are symmetric to their rounding only.
const ASYMMETRY = 1e-5;

function checkCovariance(what: string, { data, shape }: Numbers): void {
  const d = shape[0] as number;
  const largest = data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (let i = 0; i < d; i++) {
    if ((data[i * d + i] as number) < 0)
      throw new RangeError(`${what}[${i}, ${i}] is ${data[i * d + i]}, but a variance is never negative`);
    for (let j = 0; j < i; j++)
      if (Math.abs((data[i * d + j] as number) - (data[j * d + i] as number)) > ASYMMETRY * largest)
        throw new RangeError(
          `${what} is not symmetric: [${i}, ${j}] is ${data[i * d + j]}, but [${j}, ${i}] is ${data[j * d + i]}`,
        );
  }
}

/** The distance of two distributions of one dimension. */
export const distanceOf = (a: Gaussian, b: Gaussian): number => finish(distanceSteps(a, b));

function* distanceSteps(a: Gaussian, b: Gaussian): Steps<number> {
  const d = a.mean.length;
  let distance = 0;
  for (let i = 0; i < d; i++) distance += ((a.mean[i] as number) - (b.mean[i] as number)) ** 2;
  // The one from fewer samples has the lower rank, and so the smaller eigenproblem.
  const [first, second] = (b.count ?? 0) < (a.count ?? 0) ? [b, a] : [a, b];
  const [s, t] = [scaled(first.covariance, d), scaled(second.covariance, d)];
  distance += s.size * s.trace + t.size * t.trace;
  if (!Number.isFinite(distance)) return Number.NaN;
  return yield* withScratchSteps(function* (): Steps<number> {
    const machine = machineFor("float64");
    const [own, other] = [machine.take("float64", d * d), machine.take("float64", d * d)];
    viewOf(own, d * d, "float64").set(s.data);
    viewOf(other, d * d, "float64").set(t.data);
    yield;
    const factor = factorize(machine, own, d);
    yield;
    const square = yield* congruenceSteps(machine, factor, other, d);
    const root = yield* traceOfRootSteps(machine, square, factor.rows.rows);
    return Math.max(0, distance - 2 * Math.sqrt(s.size) * Math.sqrt(t.size) * root);
  });
}

/** A covariance divided by its largest variance, so that no product of it overflows or vanishes; its trace likewise. */
function scaled(covariance: Float64Array, d: number): { data: Float64Array; size: number; trace: number } {
  let [size, trace] = [0, 0];
  for (let i = 0; i < d; i++) size = Math.max(size, covariance[i * (d + 1)] as number);
  const data = size === 0 ? covariance : covariance.map((x) => x / size);
  for (let i = 0; i < d; i++) trace += data[i * (d + 1)] as number;
  return { data, size: data.every(Number.isFinite) ? size : Number.NaN, trace };
}
