/**
 * The fused kernels as kernels of TensorFlow.js's wasm backend: they read and write tensors in place on its heap, value
 * and gradient in one pass.
 */
import type { NamedTensorInfoMap, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { type Heap, onHeap } from "../../kernel/arena.ts";
import type { ArgumentSpec, LossSpec } from "../../spec.ts";
import type { Tensor as Result } from "../../tensor/tensor.ts";
import { type Definition, entryKey, type PortableCall } from "../define.ts";
import { heapOf, placed, type WasmBackend } from "./heap.ts";
import { tf } from "./peer.ts";

/** The loss, its signature forgotten. */
interface FusedLoss {
  (...args: unknown[]): number | Result;
  valueAndGrad(...args: unknown[]): { value: number | Result };
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

/** The loss by the fused kernel; null where that cannot run in place. */
export function fused(definition: Definition, call: PortableCall<Tensor>): Tensor | null {
  const engine = tf.engine();
  // What is differentiated twice needs a gradient made of operations.
  if (tf.getBackend() !== "wasm" || engine.state.gradientDepth > 1 || !heapOf(engine.backend)) return null;
  const loss = definition.loss as unknown as FusedLoss;
  const run = prepare(loss, call);
  const names = differentiable(loss.spec, call);
  if (!engine.isTapeOn() || names.length === 0) return run(call.tensors, [])[0] as Tensor;
  return call.reduction === "none" && loss.spec.unreduced !== null
    ? withLateGradient(call, names, run)
    : withGradient(call, names, run);
}

type Tensors = Readonly<Record<string, Tensor>>;
type Run = (tensors: Tensors, wrt: readonly string[], upstream?: Tensor) => Tensor[];

const differentiable = ({ arguments: specs }: LossSpec, call: PortableCall<Tensor>) =>
  specs.flatMap((argument, i) => {
    if (!("differentiable" in argument) || !argument.differentiable) return [];
    const place = placeOf(argument, call.inputs[i]);
    return "list" in place ? place.list : [argument.name];
  });

function placeOf({ name, kind }: ArgumentSpec, value: unknown): Place {
  if (kind === "state") return { value };
  return kind === "list" ? { list: (value as unknown[]).map((_, j) => entryKey(name, j)) } : { tensor: name };
}

/** One value: its gradients are made along with it, and wait for the cotangent. */
function withGradient(call: PortableCall<Tensor>, names: readonly string[], run: Run): Tensor {
  const compute = tf.customGrad((...args: unknown[]) => {
    const save = args.at(-1) as (tensors: Tensor[]) => void;
    const [value, ...grads] = run(call.tensors, names) as [Tensor, ...Tensor[]];
    save(grads);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const factor = dy.dataSync()[0] as number;
      return saved.map((grad) => (factor === 1 ? tf.clone(grad) : tf.mul(grad, factor)));
    };
    return { value, gradFunc };
  });
  return compute(...names.map((name) => call.tensors[name] as Tensor));
}

/** Several values: the gradient needs their cotangents, so it is made when these are known. */
function withLateGradient(call: PortableCall<Tensor>, names: readonly string[], run: Run): Tensor {
  const keys = Object.keys(call.tensors);
  const compute = tf.customGrad((...args: unknown[]) => {
    const save = args.at(-1) as (tensors: Tensor[]) => void;
    const [value] = run(call.tensors, []) as [Tensor];
    save(keys.map((key) => call.tensors[key] as Tensor));
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      run(Object.fromEntries(keys.map((key, i) => [key, saved[i] as Tensor])), names, dy).slice(1);
    return { value, gradFunc };
  });
  return compute(...names.map((name) => call.tensors[name] as Tensor));
}

const registered = new Set<string>();

function prepare(loss: FusedLoss, call: PortableCall<Tensor>): Run {
  const { name, arguments: specs } = loss.spec;
  const kernelName = `Lossary_${name}`;
  if (!registered.has(name)) {
    registered.add(name);
    tf.registerKernel({
      kernelName,
      backendName: "wasm",
      kernelFunc: ({ inputs, backend, attrs }) =>
        compute(loss, inputs, backend as WasmBackend, attrs as unknown as Attributes),
    });
  }
  const args = specs.map((argument, i) => placeOf(argument, call.inputs[i]));
  const options = {
    ...Object.fromEntries(Object.entries(call.options).filter(([key]) => !(key in call.tensors))),
    ...(loss.spec.unreduced && { reduction: call.reduction }),
  };
  return (tensors, wrt, upstream) => {
    const attributes: Attributes = { args, options, wrt };
    const inputs = upstream ? { ...tensors, upstream } : { ...tensors };
    return tf.engine().runKernel(kernelName, inputs, attributes as never) as unknown as Tensor[];
  };
}

/** The kernel itself: value, then the gradients wanted. */
function compute(
  loss: FusedLoss,
  inputs: NamedTensorInfoMap,
  backend: WasmBackend,
  { args, options, wrt }: Attributes,
): TensorInfo[] {
  const { spec } = loss;
  const at = (key: string) => placed(backend, inputs[key] as TensorInfo);
  const given = args.map((place) =>
    "tensor" in place ? at(place.tensor) : "list" in place ? place.list.map(at) : place.value,
  );
  const placedOptions = Object.fromEntries(
    Object.keys(inputs).flatMap((key) => (key in spec.options ? [[key, at(key)]] : [])),
  );
  const all = { ...options, ...placedOptions, ...(inputs.upstream && { upstream: at("upstream") }) };
  const outputs = wrt.map((name) => backend.makeOutput((inputs[name] as TensorInfo).shape, "float32"));
  const gradients = new Map(wrt.map((name, i) => [name, placed(backend, outputs[i] as TensorInfo)]));
  const out = Object.fromEntries(
    args.flatMap((place, i): [string, unknown][] => {
      const { name } = spec.arguments[i] as ArgumentSpec;
      if ("list" in place && gradients.has(place.list[0] as string))
        return [[name, place.list.map((key) => gradients.get(key))]];
      return gradients.has(name) ? [[name, gradients.get(name)]] : [];
    }),
  );
  try {
    const value = onHeap(heapOf(backend) as Heap, () =>
      wrt.length === 0
        ? loss(...given, all)
        : loss.valueAndGrad(...given, { ...all, wrt: Object.keys(out), out }).value,
    );
    const { data, shape } = typeof value === "number" ? { data: Float32Array.of(value), shape: [] } : value;
    return [backend.makeOutput(shape, "float32", null, data as Float32Array), ...outputs];
  } catch (error) {
    for (const { dataId } of outputs) backend.disposeData(dataId);
    throw error;
  }
}
