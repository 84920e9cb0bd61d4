/** Losses over the same predictions, added up with weights: one value, its parts, one gradient. */

import { type Activation, type Place, stepsOf } from "../activations/activation.ts";
import { dtypeOf } from "../contract/arguments.ts";
import { plain, readCall } from "../contract/call.ts";
import { buffersIn, takenBy } from "../contract/gradients.ts";
import type { CommonOptions, GradOptions, WeightOptions } from "../contract/loss.ts";
import type { Given, ResultArray } from "../contract/signature.ts";
import { type FunctionSpec, frozen, type LossSpec } from "../contract/spec.ts";
import { kernels, take, withScratch } from "../kernel/arena.ts";
import { nowhere, type Pointer } from "../kernel/kernels.ts";
import { LossaryTypeError } from "../lossaryError.ts";
import { prepareGradient } from "../tensor/gradients.ts";
import { describe, readInput, type View } from "../tensor/read.ts";
import { stageFloats, viewOf } from "../tensor/stage.ts";
import { type Dtype, type FloatInput, PlacedTensor, sizeOf, type Tensor } from "../tensor/tensor.ts";
import {
  type CheckedParts,
  countOf,
  hasLossSpec,
  type Kinds,
  type LossParts,
  type ReadPart,
  readCombined,
  readParts,
  type TargetsOf,
} from "./parts.ts";
import { specOf } from "./spec.ts";

/** Options of a combination. */
export type CombinedOptions = Given<CommonOptions & WeightOptions>;

/** Options of a combination's `valueAndGrad`. */
export type CombinedGradOptions = CombinedOptions &
  Given<Pick<GradOptions<"predictions", "predictions">, "out"> & { upstream?: number }>;

/** Losses added up; `K` are the names of its parts, `R` what it takes after the predictions. */
export interface Combined<K extends string, R extends readonly unknown[]> {
  /** Σ weight · loss. */
  (predictions: FloatInput, ...rest: [...targets: R, options?: CombinedOptions]): number;
  /** The value, that of each loss before it is weighed, and the gradient of the value. */
  valueAndGrad<P extends FloatInput>(
    predictions: P,
    ...rest: [...targets: R, options?: CombinedGradOptions]
  ): {
    value: number;
    parts: { readonly [N in K]: number };
    grads: { readonly predictions: Tensor<ResultArray<[FloatInput], [P]>> };
  };
  /** What it takes. */
  readonly spec: FunctionSpec;
}

/**
 * Adds up losses over the same predictions.
 *
 *     const loss = combine({
 *       crossEntropy,
 *       dice: { loss: diceLoss, weight: 0.5, activation: softmax, targets: (labels) => [oneHot(labels, 21)] },
 *     });
 *     const { value, parts, grads } = loss.valueAndGrad(logits, labels);
 *
 * Arguments  parts: by name, a loss, or { loss, weight, activation, options, targets }. The predictions are each loss's first
 *            argument, passed through its activation; what comes after goes to all, or to each through its `targets`.
 * Value      Σ weight · loss, each reduced by itself to its mean, or to its sum where its options say so. `parts` tells each
 *            loss's own value, not weighed.
 * Gradient   for predictions, through the activations. What comes after is constant.
 * Options    of a call: sampleWeight, checkFinite; upstream and out as everywhere.
 * Errors     Those of the losses, under their names, for a part's options when the combination is made; a part that is not a
 *            loss, without predictions (lists), with the reduction "none"; a weight that is not finite. Where a loss throws,
 *            nothing is written to `out`.
 * Edges      A weight of 0 leaves a loss in the report and out of value and gradient.
 */
export function combine<const P extends LossParts>(
  parts: P & CheckedParts<P>,
): Combined<keyof P & string, TargetsOf<P[keyof P]> extends infer R extends readonly unknown[] ? R : never>;
export function combine(...given: unknown[]): unknown {
  const read = readParts(given, kinds);
  const combined = (...args: unknown[]) => evaluate(read, args, false).value;
  const valueAndGrad = (...args: unknown[]) => evaluate(read, args, true);
  return Object.assign(combined, { valueAndGrad, spec: frozen(specOf(read)) });
}

/** Any loss, its signature forgotten. */
interface PlainLoss {
  (...args: unknown[]): number;
  valueAndGrad(...args: unknown[]): { readonly value: number };
}

const kinds: Kinds<PlainLoss, Activation> = {
  isLoss: (value): value is PlainLoss & { spec: LossSpec } =>
    hasLossSpec(value) && "valueAndGrad" in (value as PlainLoss),
  isActivation: (value): value is Activation => stepsOf(value) !== undefined,
  activations: "softmax, logSoftmax, sigmoid or normalize",
  extra: [],
};

interface Result {
  readonly value: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly grads: { readonly predictions?: Tensor };
}

function evaluate(
  parts: readonly ReadPart<PlainLoss, Activation>[],
  args: readonly unknown[],
  withGrads: boolean,
): Result {
  const count = countOf(parts);
  const names = ["sampleWeight", "checkFinite", ...(withGrads ? ["upstream", "out"] : [])];
  const { out, upstream = 1, ...common } = readCombined(args, count, names);
  if (typeof upstream !== "number")
    throw new LossaryTypeError("combine: upstream", `is ${describe(upstream)}, expected a number`);
  const view = readInput("combine: predictions", args[0]);
  const predictions = unnested(args[0], view);
  const rest = args.slice(1, count);
  const calls = parts.map((part) => {
    const given = part.targets(rest, (x) => x);
    const options = { ...part.options, ...common };
    const read = readCall(part.loss.spec, [predictions, ...given, options], plain);
    return { part, targets: given.map((x, i) => unnested(x, read.inputs[i + 1]?.views[0])), options, read };
  });
  const taken = calls.flatMap(({ read }) => takenBy(read));
  const dtype = calls.every(({ read }) => dtypeOf(read.inputs) === "float32") ? "float32" : "float64";

  return withScratch(() => {
    const x = stageFloats("combine: predictions", view, dtype).pointer;
    const place: Place = { kernel: kernels[dtype], dtype, shape: view.shape };
    const gradient = withGrads
      ? prepareGradient(
          "combine: out.predictions",
          view.shape,
          dtype,
          buffersIn("combine: out", out, ["predictions"]).predictions,
          taken,
        )
      : null;
    const activated = activations(x, place);
    const sum = new Sum(place);
    const values = calls.map(({ part, targets, options }) => {
      const y = activated(part.activation);
      const factor = part.weight * upstream;
      if (!gradient || factor === 0) return part.loss(placed(y, place), ...targets, options);
      const g = sum.next();
      const first = part.loss.spec.arguments[0]?.name as string;
      const { value } = part.loss.valueAndGrad(placed(y, place), ...targets, {
        ...options,
        wrt: [first],
        out: { [first]: placed(g, place) },
        upstream: factor,
      });
      if (part.activation) stepsOf(part.activation)?.back({ x, y, g, dx: g }, place);
      return value;
    });
    // Written once no loss can throw any more.
    if (gradient) sum.write(gradient.pointer);
    return {
      value: values.reduce((all, value, i) => all + weighed(parts[i]?.weight as number, value), 0),
      parts: Object.fromEntries(parts.map(({ name }, i) => [name, values[i] as number])),
      grads: gradient ? { predictions: gradient.deliver() } : {},
    };
  });
}

/** An input as it is handed on: what was nested is not read again. */
const unnested = (input: unknown, view: View | undefined): unknown =>
  Array.isArray(input) && view ? { data: view.data, shape: view.shape } : input;

/** Gradients that add up. */
class Sum {
  readonly #place: Place;
  readonly #size: number;
  /** All but the last. */
  #sum: Pointer = nowhere;
  #last: Pointer = nowhere;

  constructor(place: Place) {
    this.#place = place;
    this.#size = sizeOf(place.shape);
  }

  /** Where the next one goes. */
  next(): Pointer {
    if (this.#sum !== nowhere) {
      this.#place.kernel.sumOfTwo(this.#last, this.#sum, this.#size, this.#sum);
      return this.#last;
    }
    this.#sum = this.#last;
    this.#last = take(this.#place.dtype, this.#size);
    return this.#last;
  }

  write(to: Pointer): void {
    if (this.#last !== nowhere) this.#place.kernel.sumOfTwo(this.#last, this.#sum, this.#size, to);
    else viewOf(to, this.#size, this.#place.dtype).fill(0);
  }
}

const weighed = (weight: number, value: number) => (weight === 0 ? 0 : weight * value);

const placed = (pointer: Pointer, { shape, dtype }: Place) => new PlacedTensor<Dtype>(pointer, shape, dtype);

/** Gives the predictions as an activation leaves them, each computed once. */
function activations(x: Pointer, place: Place): (activation: Activation | undefined) => Pointer {
  const done = new Map<Activation, Pointer>();
  return (activation) => {
    if (!activation) return x;
    const known = done.get(activation);
    if (known) return known;
    const y = take(place.dtype, sizeOf(place.shape));
    stepsOf(activation)?.forward(x, y, place);
    done.set(activation, y);
    return y;
  };
}
