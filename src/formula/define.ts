/** Portable definitions: a loss once more as array maths, for any engine to run and differentiate. */

import type { ByKind } from "../contract/kinds.ts";
import type { Loss, ScalarLoss } from "../contract/loss.ts";
import type { LossSpec, Reduction } from "../contract/spec.ts";
import type { Dims } from "../tensor/shapes.ts";
import { SLACK } from "../tensor/stage.ts";
import { type FloatInput, type Shape, sizeOf } from "../tensor/tensor.ts";
import type { Term } from "./arrays.ts";
import type { Maths } from "./maths.ts";
import { weighed, weightsOf, withoutMasked } from "./weights.ts";

/** What a definition sees of the arguments: arrays (indices as whole numbers), lists of them, anything else as it came. */
export type Arrays<A extends readonly unknown[], X> = {
  readonly [K in keyof A]: ByKind<A[K], X, readonly X[]>;
};

/** What it sees of the options, all of them filled in. */
export type ArrayOptions<O, X> = {
  readonly [K in keyof Required<O>]: FloatInput extends O[K & keyof O]
    ? X | Extract<O[K & keyof O], number | null> | Extract<undefined, O[K & keyof O]>
    : Exclude<O[K & keyof O], undefined>;
};

/** The unreduced value of a loss; its one number where it is one by nature. */
type Formula<A extends readonly unknown[], O> = <X>(
  maths: Maths<X>,
  inputs: Arrays<A, X>,
  options: ArrayOptions<O, X>,
  dims: Dims,
) => X;

/** What the mean divides by; `total` adds up numbers of the unreduced values' shape, under sample weights weighed by these. */
type Divisor<A extends readonly unknown[], O> = <X>(
  maths: Maths<X>,
  inputs: Arrays<A, X>,
  options: ArrayOptions<O, X>,
  total: (numbers: X) => X,
) => Term<X> | null;

/** A definition and the loss it defines. */
export interface Definition<L = unknown> {
  readonly loss: L & { readonly spec: LossSpec };
  readonly formula: Formula<readonly unknown[], Record<string, unknown>>;
  readonly divisor?: Divisor<readonly unknown[], Record<string, unknown>>;
}

/** Defines a loss portably. Without a divisor, or where that is null, the mean divides by the number of unreduced values. */
export function portable<A extends readonly unknown[], O, G extends string, L extends Loss<A, O, G>>(
  loss: L & Loss<A, O, G>,
  formula: Formula<A, O>,
  divisor?: Divisor<A, O>,
): Definition<L> {
  return { loss, formula, divisor } as unknown as Definition<L>;
}

/** Defines a loss that is one number by nature. */
export function portableScalar<A extends readonly unknown[], O, G extends string, L extends ScalarLoss<A, O, G>>(
  loss: L & ScalarLoss<A, O, G>,
  formula: Formula<A, O>,
): Definition<L> {
  return { loss, formula } as unknown as Definition<L>;
}

/**
 * Probabilities that leave [0, 1] by a rounding count as 0 or 1, with the slope there. What is farther out, where the numbers
 * are not checked, is NaN, value and gradient; NaN stays.
 */
function withinUnit<X>({ add, sub, mul, clip, stop, where, less }: Maths<X>, x: X): X {
  const factor = where(less(x, -SLACK), Number.NaN, where(less(1 + SLACK, x), Number.NaN, 1));
  return mul(add(x, sub(clip(x, 0, 1), stop(x))), factor);
}

/** The value of a definition, reduced. What the specification calls a constant is one. */
export function evaluatePortable<X>(definition: Definition, maths: Maths<X>, call: PortableCall<X>): X {
  const { formula } = definition;
  const { spec } = definition.loss;
  const of = operandsOf(definition, maths, call);
  // Of nothing the sum and the mean are 0; formulas, and some operations of the engines, need an element.
  const first = of[1][0] as X;
  if (spec.unreduced !== null && isEmpty(definition, maths, first))
    return maths.sum(first, call.reduction === "none" ? 1 : undefined);
  const weights = call.sampleWeight && weightsOf(maths, call, call.sampleWeight);
  const plain = formula(
    of[0],
    weights ? withoutMasked(spec, maths, call, of[1], weights) : of[1],
    of[2],
    call.dims,
  ) as X;
  if (spec.unreduced === null) return plain;
  const values = weights ? weighed(maths, plain, weights) : plain;
  if (call.reduction === "none") return values;
  if (call.reduction === "sum") return maths.sum(values);
  const counted = divisorOf(definition, maths, of, weights);
  return counted === null ? maths.mean(values) : maths.div(maths.sum(values), nonzero(maths, counted));
}

/** What the mean divides by, under weights if there are any; null for the number of values. */
function divisorOf<X>(
  { divisor }: Definition,
  maths: Maths<X>,
  [, inputs, options]: ReturnType<typeof operandsOf<X>>,
  weights?: X,
): Term<X> | null {
  const total = (numbers: X) => maths.sum(weights ? weighed(maths, numbers, weights) : numbers);
  const counted = divisor ? (divisor(maths, inputs, options, total) as Term<X> | null) : null;
  return counted ?? (weights ? maths.sum(weights) : null);
}

const isEmpty = <X>({ loss: { spec } }: Definition, maths: Maths<X>, first: X): boolean =>
  Boolean(spec.arguments[0]?.emptyAllowed) && sizeOf(maths.shapeOf(first)) === 0;

/** Whether the unreduced value has an axis of samples, which is then its first. */
export const hasSamples = ({ unreduced }: PortableCall<unknown>): boolean => /^(N|\.\.\.)/.test(unreduced);

/** One number per sample, [N], whose mean is the reduced value, also where that is a weighted mean or a sum. */
export function evaluateSamples<X>(definition: Definition, maths: Maths<X>, call: PortableCall<X>): X {
  const of = operandsOf(definition, maths, call);
  const first = of[1][0] as X;
  if (isEmpty(definition, maths, first)) return maths.sum(first, 1);
  const values = definition.formula(...of) as X;
  return sampled(
    maths,
    values,
    shareOf(definition, maths, call, maths.shapeOf(values), () => of),
  );
}

/** Unreduced values [N, ...] as one number per sample. */
export function sampled<X>(maths: Maths<X>, values: X, share: Term<X>): X {
  const rest = maths.shapeOf(values).flatMap((_, axis) => (axis === 0 ? [] : [axis]));
  return maths.mul(rest.length > 0 ? maths.sum(values, rest) : values, share);
}

/** What an unreduced value weighs in its sample's number; `shape` is that of all of them. */
export function shareOf<X>(
  definition: Definition,
  maths: Maths<X>,
  call: PortableCall<X>,
  shape: Shape,
  of = () => operandsOf(definition, maths, call),
): Term<X> {
  const samples = shape[0] as number;
  if (call.reduction === "sum") return samples;
  const count = call.reduction === "none" ? null : divisorOf(definition, maths, of());
  if (count === null) return samples / sizeOf(shape);
  return typeof count === "number" ? samples / nonzero(maths, count) : maths.div(samples, nonzero(maths, count));
}

function operandsOf<X>({ loss: { spec } }: Definition, maths: Maths<X>, call: PortableCall<X>) {
  const inputs = spec.arguments.map((argument, i) => {
    const given = call.inputs[i];
    const input = argument.kind === "probability" ? withinUnit(maths, given as X) : given;
    if (!("differentiable" in argument) || argument.differentiable) return input;
    return Array.isArray(input) ? input.map(maths.stop) : maths.stop(input as X);
  });
  const options = Object.fromEntries(
    Object.entries(call.options).map(([key, value]) => {
      const isArray = spec.options[key]?.type === "tensor" && typeof value === "object" && value !== null;
      return [key, isArray ? maths.stop(value as X) : value];
    }),
  );
  return [maths, inputs as never, options as never, call.dims] as const;
}

/** Where nothing counts the sum is 0, and so is the mean. */
function nonzero<X>(maths: Maths<X>, count: number): number;
function nonzero<X>(maths: Maths<X>, count: Term<X>): Term<X>;
function nonzero<X>(maths: Maths<X>, count: Term<X>): Term<X> {
  return typeof count === "number" ? count || 1 : maths.where(maths.equal(count, 0), 1, count);
}

/** A call's arguments, brought into the engine's arrays and checked against the specification. */
export interface PortableCall<X> {
  /** Arrays, lists of them, anything else as it came. */
  readonly inputs: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  /** All arrays among them, by name; those of a list by `entryKey`. */
  readonly tensors: Readonly<Record<string, X>>;
  readonly dims: Dims;
  readonly reduction: Reduction;
  /** Symbolic shape of the unreduced value; "" where it is one number. */
  readonly unreduced: string;
  /** Its shape. */
  readonly unreducedShape: Shape;
  /** Weights of the unreduced values, or of their leading axes; also among the tensors. */
  readonly sampleWeight: X | undefined;
}

/** The name of entry j of a list: "predictions[1]". */
export const entryKey = (list: string, j: number): string => `${list}[${j}]`;
