/** Makes a loss on tensors: the fused kernel where it can run, else the portable definition. */

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { checkOptions } from "../../contract/call.ts";
import { check } from "../../contract/loss.ts";
import { checkFlag } from "../../contract/options.ts";
import type { LossSpec } from "../../contract/spec.ts";
import {
  type Definition,
  evaluatePortable,
  evaluateSamples,
  hasSamples,
  type PortableCall,
  shareOf,
} from "../../formula/define.ts";
import { mathsOf } from "../../formula/maths.ts";
import { LossaryTypeError } from "../../lossaryError.ts";
import { describe } from "../../tensor/read.ts";
import { showShape } from "../../tensor/tensor.ts";
import { type NativeActivation, unreducedLoss } from "../activation.ts";
import { type Arrays, readNative } from "../call.ts";
import type { Native } from "../native.ts";
import { engine } from "./engine.ts";
import { fusedKernel, runsKernels } from "./fused.ts";
import { fusedSamples, fusedValue } from "./gradient.ts";
import { arranged, channelsBack, hasChannels, spread } from "./layout.ts";

/** Options of every loss on tensors. */
export interface TfjsOptions {
  /** False runs the portable definition everywhere. Default true. */
  fused?: boolean;
  /**
   * Whether the tensors' numbers are checked: labels that are classes, probabilities, signs. Default true where that costs
   * next to nothing, on the backends cpu and wasm, and false where reading would wait for the graphics processor: there a
   * label that is not a class makes its row NaN, as it does where WebAssembly is forbidden.
   */
  validate?: boolean;
  /**
   * For losses on images, masks and positions: true takes tensors with their channels or classes last, [N, H, W, C], as
   * TensorFlow.js has them; false takes [N, C, H, W]. Default false; `compile` has true.
   */
  channelsLast?: boolean;
}

const maths = mathsOf(engine);

/** Throws where a value is not a tensor, or one that is gone. */
export function checkTensor(what: string, value: unknown): void {
  if (!(value instanceof tf.Tensor)) throw new LossaryTypeError(what, `is ${describe(value)}, expected a tf.Tensor`);
  if (value.isDisposed) throw new LossaryTypeError(what, `is a tensor ${showShape(value.shape)} that was disposed`);
}

/** How tensors are read, and what the options of our own were. */
function arraysOf(spec: LossSpec): { readonly arrays: Arrays<Tensor>; readonly own: () => TfjsOptions } {
  let own: TfjsOptions = {};
  const [, second, ...others] = spec.arguments;
  return {
    own: () => own,
    arrays: {
      noun: "a tf.Tensor",
      dtype: "float32",
      isArray: (value): value is Tensor => value instanceof tf.Tensor,
      shapeOf: (x) => x.shape,
      // As they are: a label of 0.5 is not a class, and must not become one.
      toIndices: (x) => (x.dtype === "bool" ? tf.cast(x, "int32") : x),
      toFloats: (x) => (x.dtype === "float32" ? x : tf.cast(x, "float32")),
      constant: engine.constant,
      numbers: (x) => x.dataSync(),
      begin(common) {
        checkOwn(spec, common);
        own = common;
      },
      take(what, x, shape, whole) {
        checkTensor(what, x);
        const wide = whole && own.channelsLast && shape === "..." ? spread(what, x, whole) : x;
        return arranged(what, wide, shape, own.channelsLast);
      },
      hint: (argument, shape, first) =>
        others.length === 0 && argument === second && shape.length > 1 && shape.length === first?.length
          ? `; model.compile hands targets over first: give it compile(${spec.name}), which also takes one-hot labels`
          : "",
    },
  };
}

/** Of each loss, how it gives one number per sample. */
const samples = new WeakMap<object, (...args: unknown[]) => Tensor>();

/** A loss as one number per sample, whose mean is what the loss gives; as that one number where it has no samples. */
export const perSample = (loss: object): ((...args: unknown[]) => Tensor) | undefined => samples.get(loss);

/** A loss on tensors. It leaves no tensor but its value behind. */
export function native<L>(definition: Definition<L>): Native<L, Tensor, TfjsOptions> {
  const { spec } = definition.loss;
  const extra = extraOf(spec);
  const run = (args: readonly unknown[], each: boolean) =>
    tf.tidy(() => {
      const { arrays, own } = arraysOf(spec);
      const call = readNative(spec, args, arrays, extra);
      const value = evaluate(definition as Definition, call, own(), each && hasSamples(call));
      // Values of each element lie as the inputs did.
      const ofEach = call.unreduced === "..." || call.unreduced === spec.arguments[0]?.shape;
      return own().channelsLast && ofEach && call.reduction === "none" && !each ? channelsBack(value) : value;
    });
  const loss = (...args: unknown[]): Tensor => run(args, false);
  samples.set(loss, (...args) => run(args, true));
  Object.defineProperty(loss, "name", { value: spec.name });
  return Object.assign(loss, { spec }) as unknown as Native<L, Tensor, TfjsOptions>;
}

/** An activation on tensors. */
export const activation = <L>(definition: Definition<L>): NativeActivation<Tensor, TfjsOptions> =>
  unreducedLoss(native(definition), extraOf(definition.loss.spec));

function evaluate(definition: Definition, call: PortableCall<Tensor>, own: TfjsOptions, each: boolean): Tensor {
  const kernel = own.fused !== false ? fusedKernel(definition, each ? { ...call, reduction: "none" } : call) : null;
  if (kernel && !each) return fusedValue(kernel);
  if (kernel) return fusedSamples(kernel, numberOf(shareOf(definition, maths, call, call.unreducedShape)));
  if (own.validate ?? runsKernels()) validate(definition, call);
  return (each ? evaluateSamples : evaluatePortable)(definition, maths, call);
}

const numberOf = (x: Tensor | number): number => (typeof x === "number" ? x : (x.dataSync()[0] as number));

/** Throws what the package itself says of these numbers. */
function validate({ loss }: Definition, { inputs, options, reduction, sampleWeight }: PortableCall<Tensor>): void {
  const plain = (x: unknown): unknown => {
    if (x instanceof tf.Tensor) return { data: x.dataSync(), shape: x.shape };
    return Array.isArray(x) ? x.map(plain) : x;
  };
  const all = Object.fromEntries(Object.entries(options).map(([key, value]) => [key, plain(value)]));
  check(loss, [
    ...inputs.map(plain),
    {
      ...all,
      ...(loss.spec.unreduced && { reduction }),
      ...(sampleWeight && { sampleWeight: plain(sampleWeight) }),
    },
  ]);
}

/** The names of the engine's own options. */
const extraOf = (spec: LossSpec): string[] => ["fused", "validate", ...(hasChannels(spec) ? ["channelsLast"] : [])];

/** Throws where a loss refuses these options whatever the tensors are. */
export function checkOwnOptions(spec: LossSpec, options: unknown): void {
  checkOwn(spec, checkOptions(spec, options, extraOf(spec)));
}

function checkOwn(spec: LossSpec, common: Readonly<Record<string, unknown>>): void {
  for (const key of extraOf(spec)) if (common[key] !== undefined) checkFlag(`${spec.name}: ${key}`, common[key]);
}
