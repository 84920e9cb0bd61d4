/** The contract every loss fulfils: `defineLoss` makes a function, its gradient and its description of a specification. */

import type { OutBuffer } from "../tensor/gradients.ts";
import type { Operand } from "../tensor/stage.ts";
import type { FloatInput, Tensor } from "../tensor/tensor.ts";
import type { Body } from "./body.ts";
import { checkCall, evaluate } from "./evaluate.ts";
import type { At, Inputs, Last, Reduced, Reducing, ResultArray } from "./signature.ts";
import { frozen, type LossSpec, type Reduction, type SpecOf } from "./spec.ts";

export type { Body, Pass, StagedInputs, StagedOptions } from "./body.ts";
export type { Reduced } from "./signature.ts";
export type { LossSpec, Reduction } from "./spec.ts";

/** Options of every loss, and of what computes beside one. */
export interface CommonOptions {
  /** Turns NaN and infinities in the inputs into an error that names argument and index. Default false. */
  checkFinite?: boolean | undefined;
}

/** Options of `valueAndGrad`. */
export interface GradOptions<G extends string, W extends G> extends CommonOptions {
  /** Which gradients to compute. Default: all. */
  wrt?: readonly W[] | undefined;
  /** Buffers for the gradients, by argument; results are written there instead of into fresh arrays. */
  out?: { readonly [K in G]?: OutBuffer | undefined } | undefined;
}

/** Options of a loss that has a value per element, row or sample. */
export interface WeightOptions {
  /**
   * Weights ≥ 0 of the unreduced values: of their shape, or of its leading axes ([N] for [N, ...]). "none" gives w · l, "sum"
   * Σ w · l, "mean" that over Σ w of the values that count; without weights all are 1. A weight of 0 is a mask: nothing of its
   * entry reaches value or gradient, not even NaN. Where all are 0, value and gradient are 0. No gradient flows to weights.
   */
  sampleWeight?: FloatInput | undefined;
}

/** The cotangent that flows in: a factor, or for "none" one number per entry of the value. */
type Upstream<R extends Reduction | undefined> = R extends "none" ? number | FloatInput : number;

/** A loss with one value per element, row or sample, reduced to their mean unless told otherwise; `S` is its specification. */
export interface Loss<A extends readonly unknown[], O, G extends string, S = SpecOf<A, O>> {
  <
    R extends Reduction | undefined = "mean",
    P0 extends At<A, 0> = At<A, 0>,
    P1 extends At<A, 1> = At<A, 1>,
    P2 extends At<A, 2> = At<A, 2>,
    P3 extends At<A, 3> = At<A, 3>,
    P4 extends At<A, 4> = At<A, 4>,
  >(
    ...args: [...inputs: Inputs<A, [P0, P1, P2, P3, P4]>, ...Last<O, CommonOptions & WeightOptions & Reducing<R>>]
  ): Reduced<R, ResultArray<A, [P0, P1, P2, P3, P4]>>;
  /** The value and its exact gradients, by argument. With "none" the gradients are those of the sum. */
  valueAndGrad<
    R extends Reduction | undefined = "mean",
    W extends G = G,
    P0 extends At<A, 0> = At<A, 0>,
    P1 extends At<A, 1> = At<A, 1>,
    P2 extends At<A, 2> = At<A, 2>,
    P3 extends At<A, 3> = At<A, 3>,
    P4 extends At<A, 4> = At<A, 4>,
  >(
    ...args: [
      ...inputs: Inputs<A, [P0, P1, P2, P3, P4]>,
      ...Last<O, GradOptions<G, W> & WeightOptions & Reducing<R> & { upstream?: Upstream<R> | undefined }>,
    ]
  ): {
    value: Reduced<R, ResultArray<A, [P0, P1, P2, P3, P4]>>;
    grads: { readonly [K in W]: Tensor<ResultArray<A, [P0, P1, P2, P3, P4]>> };
  };
  readonly spec: S;
}

/** A loss that is one number by nature. */
export interface ScalarLoss<A extends readonly unknown[], O, G extends string> {
  (...args: [...inputs: A, ...Last<O, CommonOptions>]): number;
  /** The value and its exact gradients, by argument. */
  valueAndGrad<
    W extends G = G,
    P0 extends At<A, 0> = At<A, 0>,
    P1 extends At<A, 1> = At<A, 1>,
    P2 extends At<A, 2> = At<A, 2>,
    P3 extends At<A, 3> = At<A, 3>,
    P4 extends At<A, 4> = At<A, 4>,
  >(
    ...args: [
      ...inputs: Inputs<A, [P0, P1, P2, P3, P4]>,
      ...Last<O, GradOptions<G, W> & { upstream?: number | undefined }>,
    ]
  ): { value: number; grads: { readonly [K in W]: Tensor<ResultArray<A, [P0, P1, P2, P3, P4]>> } };
  readonly spec: SpecOf<A, O>;
}

/** Makes a loss; the compiler checks the specification against the declared arguments and options. */
export function defineLoss<A extends readonly unknown[], O, G extends string>(
  spec: SpecOf<A, O>,
  body: Body<A, O, G>,
): Loss<A, O, G> {
  const description = frozen(spec) as unknown as LossSpec;
  const loss = (...args: unknown[]) => evaluate(description, body as never, args, false).value;
  const valueAndGrad = (...args: unknown[]) => evaluate(description, body as never, args, true);
  Object.defineProperty(loss, "name", { value: spec.name });
  checks.set(loss, (args) => checkCall(description, body as never, args));
  return Object.assign(loss, { valueAndGrad, spec }) as unknown as Loss<A, O, G>;
}

/** Of each loss, how a call is checked. */
const checks = new WeakMap<object, (args: readonly unknown[]) => void>();

/** Throws what a call of a loss would throw of its arguments and options, without computing it. */
export const check = (loss: object, args: readonly unknown[]): void => checks.get(loss)?.(args);

/** Makes a loss that has no reduction, because it is one number by nature; `check` refuses what it cannot take. */
export function defineScalarLoss<A extends readonly unknown[], O, G extends string>(
  spec: SpecOf<A, O> & { readonly unreduced: null },
  run: Body<A, O, G>["run"],
  check?: (...call: Parameters<Body<A, O, G>["divisor"]>) => void,
): ScalarLoss<A, O, G> {
  const divisor: Body<A, O, G>["divisor"] = (...call) => {
    check?.(...call);
    return 1;
  };
  return defineLoss<A, O, G>(spec, { divisor, run }) as unknown as ScalarLoss<A, O, G>;
}

/** The mean's divisor of a loss with one value per element. */
export const elements = ([first]: readonly [Operand, ...unknown[]]): number => first.size;
