/** The peers that run in this process: each turns a row into a call that computes value and gradients once. */
import { resident } from "lossary";
import { type JaxArray, jax } from "../../examples/parts/jax.ts";
import { tf } from "../../examples/parts/tfjs.ts";
import { type AnyLoss, type Input, type Inputs, optionsOf, type Row } from "../row.ts";

/** Computes once and returns the value. */
export type Call = () => number | Promise<number>;

export interface Peer {
  readonly name: string;
  /** Null where the row has no such peer. */
  prepare(row: Row, inputs: Inputs): { call: Call; dispose(): void } | null;
}

const nothing = () => {};
const named = <T>(names: readonly string[], make: (name: string) => T) =>
  Object.fromEntries(names.map((name) => [name, make(name)]));

/** The loss's arguments in their order, from arrays by name and what the row adds as state. */
const argumentsOf = (loss: AnyLoss, values: Readonly<Record<string, unknown>>) =>
  loss.spec.arguments.map(({ name }) => values[name]);

/** A call of the loss with arrays by name. */
function calling(
  { loss, options, wrt }: Row,
  { sampleWeight, ...arrays }: Readonly<Record<string, unknown>>,
  out?: object,
) {
  const args = argumentsOf(loss, arrays);
  const all = { ...options, wrt, ...(out && { out }), ...(sampleWeight !== undefined && { sampleWeight }) };
  return () => loss.valueAndGrad(...args, all).value as number;
}

export const lossaryResident: Peer = {
  name: "Lossary",
  prepare(row, inputs) {
    const load = ({ data, shape }: Input) => {
      const tensor = resident(shape, data instanceof Int32Array ? "int32" : "float32");
      tensor.data.set(data);
      return tensor;
    };
    const tensors = named(Object.keys(inputs), (name) => load(inputs[name] as Input));
    const gradients = named(row.wrt, (name) => resident((inputs[name] as Input).shape));
    const dispose = () => {
      for (const tensor of [...Object.values(tensors), ...Object.values(gradients)]) tensor.dispose();
    };
    return { call: calling(row, { ...tensors, ...row.state?.(inputs) }, gradients), dispose };
  },
};

export const lossaryEndToEnd: Peer = {
  name: "Lossary end to end",
  prepare(row, inputs) {
    return { call: calling(row, { ...inputs, ...row.state?.(inputs) }), dispose: nothing };
  },
};

export const plainJavaScript: Peer = {
  name: "plain JS",
  prepare(row, inputs) {
    const { plain, wrt } = row;
    if (!plain) return null;
    const options = optionsOf(row);
    const gradients = wrt.map((name) => new Float32Array((inputs[name] as Input).data.length));
    return { call: () => plain(inputs, options, ...gradients), dispose: nothing };
  },
};

/** An input for the array engines: floats, and class indices as one-hot arrays where the row asks for it. */
function dense({ data, shape }: Input, classes: number | undefined): Input & { readonly data: Float32Array } {
  if (data instanceof Float32Array) return { data, shape };
  if (classes === undefined) return { data: Float32Array.from(data), shape };
  const [n, ...rest] = shape as [number, ...number[]];
  const positions = data.length / n;
  const rows = new Float32Array(data.length * classes);
  data.forEach((label, i) => {
    rows[(Math.floor(i / positions) * classes + label) * positions + (i % positions)] = 1;
  });
  return { data: rows, shape: [n, classes, ...rest] };
}

export const tensorflow: Peer = {
  name: "TensorFlow.js wasm",
  prepare(row, inputs) {
    const { tfjs, classes, wrt } = row;
    if (!tfjs) return null;
    const options = optionsOf(row);
    const tensors = named(Object.keys(inputs), (name) => {
      const { data, shape } = dense(inputs[name] as Input, classes);
      return tf.tensor(data, [...shape]);
    });
    const compute = tf.valueAndGrads((...xs) => {
      const varied = Object.fromEntries(wrt.map((name, i) => [name, xs[i] as (typeof xs)[number]]));
      return tfjs(tf, { ...tensors, ...varied }, options).asScalar();
    });
    const varied = wrt.map((name) => tensors[name] as (typeof tensors)[string]);
    const call = () => tf.tidy(() => compute(varied).value.dataSync()[0] as number);
    return { call, dispose: () => tf.dispose(tensors) };
  },
};

export const jaxJs: Peer = {
  name: "jax-js wasm",
  prepare(row, inputs) {
    const { jax: loss, wrt, classes } = row;
    if (!loss) return null;
    const options = optionsOf(row);
    const names = [...wrt, ...Object.keys(inputs).filter((name) => !wrt.includes(name))];
    const arrays = names.map((name) => {
      const { data, shape } = dense(inputs[name] as Input, classes);
      return jax.numpy.array(data).reshape([...shape]);
    });
    const value = (...xs: JaxArray[]) =>
      loss(jax.numpy, jax.nn, Object.fromEntries(names.map((name, i) => [name, xs[i] as JaxArray])), options);
    const compute = jax.jit(jax.valueAndGrad(value, { argnums: wrt.map((_, i) => i) })) as unknown as (
      ...xs: JaxArray[]
    ) => [JaxArray, JaxArray[]];
    const call = async () => {
      const [result, gradients] = compute(...arrays.map((array) => array.ref));
      for (const gradient of gradients) {
        await gradient.blockUntilReady();
        gradient.dispose();
      }
      return (await result.data())[0] as number;
    };
    return {
      call,
      dispose: () => {
        for (const array of arrays) array.dispose();
      },
    };
  },
};
