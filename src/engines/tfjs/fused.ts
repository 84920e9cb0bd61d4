/**
 * The fused kernels as kernels of TensorFlow.js, value and gradient in one pass: on its wasm backend they read and write
 * tensors in place on its heap, elsewhere copies, where these are to be had at once.
 */
import type { KernelBackend, NamedTensorInfoMap, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { ArgumentSpec, LossSpec } from "../../contract/spec.ts";
import { type Definition, entryKey, type PortableCall } from "../../formula/define.ts";
import { type Heap, onHeap } from "../../kernel/arena.ts";
import { compiles } from "../../kernel/kernels.ts";
import type { Tensor as Result } from "../../tensor/tensor.ts";
import { heapOf, placed, type WasmBackend } from "./heap.ts";

/** The loss, its signature forgotten. */
interface FusedLoss {
  (...args: unknown[]): number | Result;
  valueAndGrad(...args: unknown[]): {
    readonly value: number | Result;
    readonly grads: Readonly<Record<string, Result | readonly Result[]>>;
  };
  readonly spec: LossSpec;
}

/** What a kernel needs beside tensors. */
interface Attributes {
  readonly args: readonly Place[];
  readonly options: Readonly<Record<string, unknown>>;
  /** The tensors whose gradients are wanted. */
  readonly wrt: readonly string[];
}

/** Where an argument is: the name of its tensor, the names of a list's, or itself as it came. */
type Place = { readonly tensor: string } | { readonly list: readonly string[] } | { readonly value: unknown };

/** Backends whose numbers lie in JavaScript's memory or are copied there without waiting: plain ones, and those of Node. */
const copying = new Set(["cpu", "tensorflow"]);

/** Whether the current backend's numbers can be read at no cost to speak of. */
export const readsFreely = (): boolean => copying.has(tf.getBackend()) || heapOf(tf.backend()) !== null;

/** A kernel ready to run: given tensors it gives the value, then the gradients wanted. */
export interface Fused {
  readonly call: PortableCall<Tensor>;
  /** The tensors that have gradients. */
  readonly names: readonly string[];
  run(tensors: Tensors, wrt: readonly string[], upstream?: Tensor | number): Tensor[];
}

type Tensors = Readonly<Record<string, Tensor>>;

/** Whether kernels can run on the current backend's numbers: not where WebAssembly is forbidden. */
export const runsKernels = (): boolean => readsFreely() && compiles();

/** The fused kernel of a loss; null where it cannot run. */
export function fusedKernel(definition: Definition, call: PortableCall<Tensor>): Fused | null {
  // What is differentiated twice needs a gradient made of operations.
  if (tf.engine().state.gradientDepth > 1 || !runsKernels()) return null;
  const loss = definition.loss as unknown as FusedLoss;
  const { arguments: specs } = loss.spec;
  const kernelName = registered(loss);
  const args = specs.map((argument, i) => placeOf(argument, call.inputs[i]));
  const options = Object.fromEntries(Object.entries(call.options).filter(([key]) => !(key in call.tensors)));
  const reduction = loss.spec.unreduced ? { reduction: call.reduction } : {};
  return {
    call,
    names: differentiable(loss.spec, args),
    run(tensors, wrt, upstream) {
      const factor = typeof upstream === "number" ? { upstream } : {};
      const attributes: Attributes = { args, options: { ...options, ...reduction, ...factor }, wrt };
      const inputs = typeof upstream === "object" ? { ...tensors, upstream } : { ...tensors };
      return tf.engine().runKernel(kernelName, inputs, attributes as never) as unknown as Tensor[];
    },
  };
}

const differentiable = ({ arguments: specs }: LossSpec, args: readonly Place[]): string[] =>
  specs.flatMap((argument, i) => {
    if (!("differentiable" in argument) || !argument.differentiable) return [];
    return namesOf(args[i] as Place);
  });

const namesOf = (place: Place): readonly string[] =>
  "list" in place ? place.list : "tensor" in place ? [place.tensor] : [];

function placeOf({ name, kind }: ArgumentSpec, value: unknown): Place {
  if (kind === "state") return { value };
  return kind === "list" ? { list: (value as unknown[]).map((_, j) => entryKey(name, j)) } : { tensor: name };
}

const done = new Set<string>();

const kernelNames = /* @__PURE__ */ new WeakMap<object, string>();
const taken = new Map<string, number>();

/** "Lossary_huberLoss"; of another loss of that name, which a user may define, "Lossary_huberLoss_2". */
function freshName(name: string): string {
  const count = (taken.get(name) ?? 0) + 1;
  taken.set(name, count);
  return `Lossary_${name}${count > 1 ? `_${count}` : ""}`;
}

/** The name under which the current backend knows a loss as its kernel. */
function registered(loss: FusedLoss): string {
  const kernelName = kernelNames.get(loss) ?? freshName(loss.spec.name);
  kernelNames.set(loss, kernelName);
  const backendName = tf.getBackend();
  if (!done.has(`${backendName} ${kernelName}`)) {
    done.add(`${backendName} ${kernelName}`);
    const compute = copying.has(backendName) ? onCopies : inPlace;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, backend, attrs }) =>
        compute(loss, inputs, backend as WasmBackend, attrs as unknown as Attributes),
    });
  }
  return kernelName;
}

/** The arguments of a call of the package's own, from where their numbers are. */
function callOf({ spec }: FusedLoss, inputs: NamedTensorInfoMap, { args, options }: Attributes, at: At) {
  const read = (key: string) => at(inputs[key] as TensorInfo);
  const given = args.map((place) =>
    "tensor" in place ? read(place.tensor) : "list" in place ? place.list.map(read) : place.value,
  );
  const tensors = Object.keys(inputs).filter(
    (key) => key === "upstream" || key === "sampleWeight" || key in spec.options,
  );
  return { given, options: { ...options, ...Object.fromEntries(tensors.map((key) => [key, read(key)])) } };
}

type At = (info: TensorInfo) => unknown;

/** The gradients wanted by argument: one of a tensor's, or those of a list's entries. */
function byArgument<T>(
  { spec }: FusedLoss,
  { args, wrt }: Attributes,
  of: (name: string) => T,
): Record<string, T | T[]> {
  return Object.fromEntries(
    args.flatMap((place, i): [string, T | T[]][] => {
      const names = namesOf(place);
      if (!wrt.includes(names[0] as string)) return [];
      const { name } = spec.arguments[i] as ArgumentSpec;
      return [[name, "list" in place ? names.map(of) : of(name)]];
    }),
  );
}

function inPlace(
  loss: FusedLoss,
  inputs: NamedTensorInfoMap,
  backend: WasmBackend,
  attributes: Attributes,
): TensorInfo[] {
  const { wrt } = attributes;
  const { given, options } = callOf(loss, inputs, attributes, (info) => placed(backend, info));
  const outputs = wrt.map((name) => backend.makeOutput((inputs[name] as TensorInfo).shape, "float32"));
  const out = byArgument(loss, attributes, (name) => placed(backend, outputs[wrt.indexOf(name)] as TensorInfo));
  try {
    const value = onHeap(heapOf(backend) as Heap, () =>
      wrt.length === 0
        ? loss(...given, options)
        : loss.valueAndGrad(...given, { ...options, wrt: Object.keys(out), out }).value,
    );
    const { data, shape } = tensorOf(value);
    return [backend.makeOutput(shape, "float32", null, data as Float32Array), ...outputs];
  } catch (error) {
    for (const { dataId } of outputs) backend.disposeData(dataId);
    throw error;
  }
}

function onCopies(
  loss: FusedLoss,
  inputs: NamedTensorInfoMap,
  backend: KernelBackend,
  attributes: Attributes,
): TensorInfo[] {
  const { wrt } = attributes;
  const { given, options } = callOf(loss, inputs, attributes, (info) => copied(backend, info));
  const make = ({ data, shape }: Result): TensorInfo => {
    const dataId = backend.write(data as Float32Array, [...shape], "float32");
    return { dataId, shape: [...shape], dtype: "float32" };
  };
  if (wrt.length === 0) return [make(tensorOf(loss(...given, options)))];
  const wanted = Object.keys(byArgument(loss, attributes, () => null));
  const { value, grads } = loss.valueAndGrad(...given, { ...options, wrt: wanted });
  return [make(tensorOf(value)), ...wanted.flatMap((name) => grads[name] as Result).map(make)];
}

/** A tensor's numbers as the package reads them, in single precision whatever array they came in. */
function copied(backend: KernelBackend, { dataId, shape, dtype }: TensorInfo) {
  const data = backend.readSync(dataId);
  const Own = dtype === "int32" ? Int32Array : Float32Array;
  return { data: data instanceof Own ? data : Own.from(data as ArrayLike<number>), shape };
}

const tensorOf = (value: number | Result): Result =>
  typeof value === "number" ? { data: Float32Array.of(value), shape: [] } : value;
