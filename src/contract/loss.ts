/** The contract every loss fulfils: `defineLoss` makes a function, its gradient and its description of a specification. */

import type { OutBuffer } from "../tensor/gradients.ts";
import type { Operand } from "../tensor/stage.ts";
import type { FloatInput, Tensor } from "../tensor/tensor.ts";
import type { Body } from "./body.ts";
import { evaluate } from "./evaluate.ts";
import type { At, Inputs, Last, Reduced, Reducing, ResultArray } from "./signature.ts";
import type { LossSpec, Reduction, SpecOf } from "./spec.ts";

export type { Body, Pass, StagedInputs, StagedOptions } from "./body.ts";
export type { Reduced } from "./signature.ts";
export type { LossSpec, Reduction } from "./spec.ts";

/** Options of every call. */
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

/** The cotangent that flows in: a factor, or for "none" one number per entry of the value. */
type Upstream<R extends Reduction | undefined> = R extends "none" ? number | FloatInput : number;

/** A loss with one value per element, row or sample, reduced to their mean unless told otherwise. */
export interface Loss<A extends readonly unknown[], O, G extends string> {
  <
    R extends Reduction | undefined = "mean",
    P0 extends At<A, 0> = At<A, 0>,
    P1 extends At<A, 1> = At<A, 1>,
    P2 extends At<A, 2> = At<A, 2>,
    P3 extends At<A, 3> = At<A, 3>,
    P4 extends At<A, 4> = At<A, 4>,
  >(
    ...args: [...inputs: Inputs<A, [P0, P1, P2, P3, P4]>, ...Last<O, CommonOptions & Reducing<R>>]
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
      ...Last<O, GradOptions<G, W> & Reducing<R> & { upstream?: Upstream<R> | undefined }>,
    ]
  ): {
    value: Reduced<R, ResultArray<A, [P0, P1, P2, P3, P4]>>;
    grads: { readonly [K in W]: Tensor<ResultArray<A, [P0, P1, P2, P3, P4]>> };
  };
  readonly spec: SpecOf<A, O>;
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
  const description = freeze(spec) as unknown as LossSpec;
  const loss = (...args: unknown[]) => evaluate(description, body as never, args, false).value;
  const valueAndGrad = (...args: unknown[]) => evaluate(description, body as never, args, true);
  Object.defineProperty(loss, "name", { value: spec.name });
  return Object.assign(loss, { valueAndGrad, spec }) as unknown as Loss<A, O, G>;
}

/** Freezes an object with all it holds: what a loss says of itself is also what it goes by. */
function freeze<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value;
  for (const part of Object.values(Object.freeze(value))) if (typeof part === "object" && part !== null) freeze(part);
  return value;
}

/** Makes a loss that has no reduction, because it is one number by nature. */
export function defineScalarLoss<A extends readonly unknown[], O, G extends string>(
  spec: SpecOf<A, O> & { readonly unreduced: null },
  run: Body<A, O, G>["run"],
): ScalarLoss<A, O, G> {
  return defineLoss<A, O, G>(spec, { divisor: () => 1, run }) as unknown as ScalarLoss<A, O, G>;
}

/** The mean's divisor of a loss with one value per element. */
export const elements = ([first]: readonly [Operand, ...unknown[]]): number => first.size;
