import { type Numbers, readNumbers } from "../../contract/numbers.ts";
import { type FunctionSpecOf, frozen } from "../../contract/spec.ts";
import { take, withScratchSteps } from "../../kernel/arena.ts";
import type { Pointer } from "../../kernel/kernels.ts";
import { machineFor } from "../../linear/matrix.ts";
import { productOf, STRIP, strided, strips } from "../../linear/strided.ts";
import { LossaryRangeError } from "../../lossaryError.ts";
import { type Random, seededRandom } from "../../random.ts";
import { finish, type Steps } from "../../steps.ts";
import { viewOf } from "../../tensor/stage.ts";
import type { FloatInput } from "../../tensor/tensor.ts";
import { meanAndStd, seedOption } from "../arguments.ts";

export interface KernelInceptionDistanceOptions {
  /** Degree of the polynomial kernel; a whole number ≥ 1. Default 3. */
  degree?: number;
  /** Number of random subsets; a whole number ≥ 1. Default 100. */
  subsets?: number;
  /** Samples of each set in a subset, at most as many as there are; a whole number ≥ 2. Default 1000. */
  subsetSize?: number;
  /** Seed of the subsets. Default 0. */
  seed?: number;
}

type Inputs = [real: FloatInput, generated: FloatInput];

const spec = frozen<FunctionSpecOf<Inputs, KernelInceptionDistanceOptions>>({
  name: "kernelInceptionDistance",
  family: "score",
  title: { en: "Kernel inception distance", zh: "核 Inception 距离" },
  summary: "Squared discrepancy of two sets of features under a polynomial kernel, without bias in their number.",
  arguments: [
    { name: "real", shape: "N D", kind: "float", differentiable: false, doc: "Features of real samples." },
    { name: "generated", shape: "M D", kind: "float", differentiable: false, doc: "Features of generated samples." },
  ],
  options: {
    degree: { type: "number", default: 3, range: "[1, ∞)", integer: true, doc: "Degree of the polynomial kernel." },
    subsets: { type: "number", default: 100, range: "[1, ∞)", integer: true, doc: "Number of random subsets." },
    subsetSize: {
      type: "number",
      default: 1000,
      range: "[2, ∞)",
      integer: true,
      doc: "Samples of each set in a subset.",
    },
    seed: seedOption("Seed of the subsets."),
  },
});

/**
 * Kernel inception distance: the squared maximum mean discrepancy of two sets of features under a polynomial kernel.
 *
 *     k(x, y) = (x·y / D + 1)^degree
 *     MMD² = mean over i ≠ j of k(x_i, x_j) + mean over i ≠ j of k(y_i, y_j) − 2 mean over i, j of k(x_i, y_j)
 *
 * Shapes     real: [N, D]; generated: [M, D]. Result: mean and standard deviation (ddof 0) of MMD² over the subsets.
 * Errors     Fewer than two samples in a set; D that differs; options out of range.
 * Edges      A subset takes min(subsetSize, N, M) samples of each set, without repetition. Where that is all of both sets,
 *            every subset is the same: it is computed once, and the deviation is 0. Unbiased: the mean is about 0, and may be negative, for one distribution. NaN
 *            gives NaN. The same seed gives the same subsets.
 * Relation   Unlike FID it is unbiased at any number of samples.
 * Source     M. Bińkowski, D. Sutherland, M. Arbel, A. Gretton, Demystifying MMD GANs, 2018.
 */
export function kernelInceptionDistance(
  real: FloatInput,
  generated: FloatInput,
  options?: KernelInceptionDistanceOptions,
): { mean: number; std: number };
export function kernelInceptionDistance(...args: unknown[]): { mean: number; std: number } {
  return finish(stepsOf(args));
}
kernelInceptionDistance.spec = spec;

/** The same in steps, a strip of a subset each; yields the number of subsets that are done. */
export const kernelInceptionDistanceSteps = (
  ...args: Parameters<typeof kernelInceptionDistance>
): Steps<{ mean: number; std: number }, number> => stepsOf(args);

function* stepsOf(args: readonly unknown[]): Steps<{ mean: number; std: number }, number> {
  const { inputs, options } = readNumbers<Inputs, KernelInceptionDistanceOptions>(spec, args);
  const [x, y] = inputs;
  const { degree, subsets, subsetSize, seed } = options;
  const { name } = spec;
  const [n, m] = [x.shape[0] as number, y.shape[0] as number];
  for (const [argument, rows] of [
    ["real", n],
    ["generated", m],
  ] as const)
    if (rows < 2) throw new LossaryRangeError(`${name}: ${argument}`, `has ${rows} sample, at least 2 are needed`);
  const size = Math.min(subsetSize, n, m);
  const random = seededRandom(seed);
  const wanted = size === n && size === m ? 1 : subsets;
  return yield* withScratchSteps(function* () {
    const discrepancy = machineOf(size, x.shape[1] as number, degree);
    const values: number[] = [];
    while (values.length < wanted) {
      const [own, other] = [choose(random, n, size), choose(random, m, size)];
      const steps = discrepancy({ ...x, rows: own }, { ...y, rows: other });
      let step = steps.next();
      for (; !step.done; step = steps.next()) yield values.length;
      values.push(step.value);
    }
    return meanAndStd(values);
  });
}

/** `count` different numbers of 0…of − 1, in the order drawn. */
function choose(random: Random, of: number, count: number): Int32Array {
  const all = Int32Array.from({ length: of }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + random.below(of - i);
    [all[i], all[j]] = [all[j] as number, all[i] as number];
  }
  return all.subarray(0, count);
}

type Subset = Numbers & { readonly rows: Int32Array };

/** MMD² of two subsets of `size` rows of d numbers. */
function machineOf(size: number, d: number, degree: number): (x: Subset, y: Subset) => Steps<number> {
  const machine = machineFor("float64");
  const room = (count: number) => take("float64", count);
  const [a, b, products] = [room(size * d), room(size * d), room(STRIP * size)];
  const product = productOf(machine);
  const fill = (to: Pointer, { data, rows }: Subset) => {
    const view = viewOf(to, size * d, "float64");
    for (const [i, row] of rows.entries()) view.set(data.subarray(row * d, (row + 1) * d), i * d);
  };
  /** Σ of the kernel over all pairs, or over those with j > i. */
  function* sum(u: Pointer, v: Pointer, above: boolean): Steps<number> {
    let total = 0;
    for (const [first, height] of strips(size)) {
      yield;
      const from = above ? first : 0;
      const width = size - from;
      product(strided(u, size, d).slice(first, height), strided(v, size, d).slice(from, width).transpose(), products);
      const view = viewOf(products, height * width, "float64");
      for (let i = 0; i < height; i++)
        for (let j = above ? i + 1 : 0; j < width; j++) total += power((view[i * width + j] as number) / d + 1, degree);
    }
    return total;
  }
  return function* (x, y) {
    fill(a, x);
    fill(b, y);
    const within = (yield* sum(a, a, true)) + (yield* sum(b, b, true));
    return (2 * within) / (size * (size - 1)) - (2 * (yield* sum(a, b, false))) / (size * size);
  };
}

/** xⁿ by squaring; Math.pow is many times as slow. */
function power(x: number, n: number): number {
  let [result, square] = [1, x];
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
