/**
 * The tests every loss passes. A loss's own test file gives an independent reference and its options; what a reference is given
 * are all options, filled in by the specification:
 *
 *     describeLoss(huberLoss, {
 *       reference: ([p, t], { delta }) => p.data.map((x, i) => …),   // unreduced values, plain f64, unlike the kernel
 *       options: [{}, { delta: 0.3 }],
 *       accuracy: { float32: 2e-7, float64: 4e-16 },                      // the numbers in the kernel's header
 *     });
 */
import { describe } from "vitest";
import type { Dtype } from "../../src/tensor/tensor.ts";
import { type AnyLoss, filledIn, type Options } from "./calls.ts";
import { testContract } from "./contract.ts";
import { testEdges } from "./edges.ts";
import { testGradients } from "./gradients.ts";
import { type AtInfinity, testInfinity } from "./infinity.ts";
import { type Kinks, testKinks } from "./kinks.ts";
import { testMisuse } from "./misuse.ts";
import type { Draw, Sample } from "./samples.ts";
import { testValues } from "./values.ts";
import { testWeights } from "./weights.ts";

export interface LossCase<O extends object = Options> {
  /** The unreduced values (for a loss of one number: just that one), from the formula, in f64. */
  readonly reference: (inputs: readonly Sample[], options: Required<O>) => readonly number[];
  /** What the mean divides by under weights of the unreduced values (all 1 without); the weights' sum unless given. */
  readonly divisor?: (inputs: readonly Sample[], options: Required<O>, weights: readonly number[]) => number;
  /**
   * The reference with the factors that the loss holds constant taken from `held`, for losses whose gradient is not the
   * derivative of their value: central differences are taken of this.
   */
  readonly frozen?: (inputs: readonly Sample[], options: Required<O>, held: readonly Sample[]) => readonly number[];
  /** Every set of options to test. */
  readonly options: readonly O[];
  /**
   * Relative error of the unreduced values; below `floor` of the largest value it is measured against that floor, and
   * never against less than `least`, the size of what cancels in a value near 0.
   */
  readonly accuracy: {
    readonly float32: number;
    readonly float64: number;
    readonly floor?: number;
    readonly least?: number;
  };
  /** Relative error of gradients, measured as that of values; four times the values' unless given. */
  readonly gradientAccuracy?: { readonly float32: number; readonly float64: number; readonly least?: number };
  /** How an argument's numbers are drawn, where its kind does not say enough. */
  readonly draw?: Readonly<Record<string, Draw>>;
  /** Up to which size finite arguments give no NaN; the type's largest number unless given. */
  readonly extreme?: Readonly<Record<Dtype, number>>;
  /** The argument whose elements influence all values (embeddings of a batch); NaN in it may spread. */
  readonly spreads?: boolean;
  /** What an infinite number makes of its own value and gradient; said of every loss of elements or rows. */
  readonly atInfinity?: AtInfinity<O>;
  /** Where the loss bends. */
  readonly kinks?: Kinks<O>;
}

/**
 * Sizes of numbers that are squared, though f32 has no square of 3e19: what is made of the squares must be there. Beyond, two
 * distances may be infinite, and their difference NaN.
 */
export const beyondSquares = { float32: 3e19, float64: 1e150 };

/** Sizes of numbers whose squares a type has. */
export const squares = { float32: 1e18, float64: 1e150 };

/** Sizes of numbers whose fourth powers a type has. */
export const fourthPowers = { float32: 1e9, float64: 1e70 };

/** Σ of the weights of the values that count. */
export const countedWeight = (weights: readonly number[], counts: readonly boolean[]): number =>
  weights.reduce((sum, weight, i) => sum + (counts[i] ? weight : 0), 0);

/** The case, whose references see every option. */
function filled(loss: AnyLoss, test: LossCase): LossCase {
  const { reference, divisor, frozen } = test;
  const all = (given: Options) => filledIn(loss, given);
  return {
    ...test,
    reference: (inputs, given) => reference(inputs, all(given)),
    divisor: divisor && ((inputs, given, weights) => divisor(inputs, all(given), weights)),
    frozen: frozen && ((inputs, given, held) => frozen(inputs, all(given), held)),
  };
}

export function describeLoss<O extends object>(loss: AnyLoss, test: LossCase<O>): void {
  describe(loss.spec.name, () => {
    const general = filled(loss, test as unknown as LossCase);
    testValues(loss, general);
    testGradients(loss, general);
    testContract(loss, general);
    testEdges(loss, general);
    testInfinity(loss, general);
    testKinks(loss, general);
    testMisuse(loss, general);
    testWeights(loss, general);
  });
}
