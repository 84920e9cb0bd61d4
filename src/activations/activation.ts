/** Functions that go in front of a loss: each with its value, and with what a loss's gradient becomes before it. */

import { checkOptions } from "../contract/call.ts";
import { type CommonOptions, defineLoss, type GradOptions, type Loss } from "../contract/loss.ts";
import { isOptions } from "../contract/options.ts";
import type { Given, ResultArray } from "../contract/signature.ts";
import { type FloatArgument, type FunctionSpec, frozen } from "../contract/spec.ts";
import { take } from "../kernel/arena.ts";
import type { Kernels, Pointer } from "../kernel/kernels.ts";
import { LossaryTypeError } from "../lossaryError.ts";
import { viewOf } from "../tensor/stage.ts";
import type { Dtype, FloatInput, Shape, Tensor } from "../tensor/tensor.ts";

/** What flows back to an activation, and where its gradient goes. */
export interface BackOptions extends Pick<GradOptions<"inputs", "inputs">, "checkFinite" | "out"> {
  /** Gradient of what comes after with respect to the activation's values: of their shape, or one number for all. */
  upstream: number | FloatInput;
}

/** A function of one array whose value has the array's shape. */
export interface Activation {
  <P extends FloatInput>(inputs: P, options?: Given<CommonOptions>): Tensor<ResultArray<[FloatInput], [P]>>;
  /** The value, and the gradient of Σ upstream · value. */
  valueAndGrad<P extends FloatInput>(
    inputs: P,
    options: Given<BackOptions> & { upstream: number | FloatInput },
  ): {
    value: Tensor<ResultArray<[FloatInput], [P]>>;
    grads: { readonly inputs: Tensor<ResultArray<[FloatInput], [P]>> };
  };
  readonly spec: FunctionSpec;
}

/** Where an activation works in kernel memory. */
export interface Place {
  readonly kernel: Kernels;
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/** How it works there; what it writes may lie where it reads. */
export interface Steps {
  forward(x: Pointer, y: Pointer, place: Place): void;
  /** dx of cotangents g of the values y at x. */
  back(at: { readonly x: Pointer; readonly y: Pointer; readonly g: Pointer; readonly dx: Pointer }, place: Place): void;
}

/** The activation as a loss that is never reduced, which is how engines take it. */
type Unreduced = Loss<[inputs: FloatInput], Record<never, never>, "inputs">;

const parts = new WeakMap<object, { readonly steps: Steps; readonly loss: Unreduced }>();

/** The steps of an activation; undefined for anything else. */
export const stepsOf = (activation: unknown): Steps | undefined =>
  typeof activation === "function" ? parts.get(activation)?.steps : undefined;

export const asLoss = (activation: Activation): Unreduced => parts.get(activation)?.loss as Unreduced;

interface Description {
  readonly name: string;
  readonly title: FunctionSpec["title"];
  readonly summary: string;
  readonly shape: string;
  readonly doc: string;
}

export function defineActivation({ shape, doc, ...description }: Description, steps: Steps): Activation {
  const inputs: FloatArgument = { name: "inputs", shape, kind: "float", differentiable: true, doc };
  const spec: FunctionSpec = frozen({ ...description, family: "activation", arguments: [inputs], options: {} });
  const loss = defineLoss<[inputs: FloatInput], Record<never, never>, "inputs">(
    {
      ...description,
      family: "activation",
      arguments: [inputs],
      options: {},
      aliases: { en: [], zh: [] },
      // A value of softmax reads its whole axis.
      unreduced: { shape, mean: "1", acrossRows: shape !== "..." },
      formula: "",
      traps: [],
      references: [],
    },
    {
      appliesUpstream: true,
      divisor: () => 1,
      run: ([x], _, { kernel, dtype, values, grads, scale, upstream }) => {
        const place = { kernel, dtype, shape: x.shape };
        steps.forward(x.pointer, values, place);
        if (!grads.inputs) return 0;
        const g = upstream || constant(scale, x.size, dtype);
        steps.back({ x: x.pointer, y: values, g, dx: grads.inputs }, place);
        return 0;
      },
    },
  );
  const activation = (...args: unknown[]) => (loss as Call)(...unreduced(spec, args, ["checkFinite"]));
  const valueAndGrad = (...args: unknown[]) => {
    const given = unreduced(spec, args, ["checkFinite", "upstream", "out"]);
    const options = given[1];
    if (given.length === 2 && isOptions(options) && options.upstream === undefined)
      throw new LossaryTypeError(
        `${spec.name}: upstream`,
        "is missing; expected the gradient of what comes after, of the value's shape",
      );
    return (loss.valueAndGrad as Call)(...given);
  };
  Object.defineProperty(activation, "name", { value: spec.name });
  parts.set(activation, { steps, loss });
  return Object.assign(activation, { valueAndGrad, spec }) as unknown as Activation;
}

type Call = (...args: unknown[]) => unknown;

/** The arguments of a call, its options checked, with the one that keeps a loss from being reduced. */
export function unreduced(spec: FunctionSpec, args: readonly unknown[], known: readonly string[]): readonly unknown[] {
  if (args.length > 2) return args;
  return [args[0], { ...checkOptions(spec, args[1], known), reduction: "none" }];
}

function constant(value: number, size: number, dtype: Dtype): Pointer {
  const pointer = take(dtype, size);
  viewOf(pointer, size, dtype).fill(value);
  return pointer;
}

/** Length along axis 1 and product of the axes after it. */
export function axesOf(shape: Shape): { readonly n: number; readonly along: number; readonly inner: number } {
  const [n = 1, along = 1, ...rest] = shape;
  return { n, along, inner: rest.reduce((product, length) => product * length, 1) };
}
