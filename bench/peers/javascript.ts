/** The peers that run in this process: each turns a row into a call that computes value and gradients once. */
import { resident } from "lossary";
import { type JaxArray, jax } from "../../examples/parts/jax.ts";
import { tf } from "../../examples/parts/tfjs.ts";
import type { AnyLoss, Input, Inputs, Row } from "../row.ts";

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

const evaluate = ({ loss, options, wrt }: Row, args: readonly unknown[], out?: object): number =>
  loss.valueAndGrad(...args, { ...options, wrt, ...(out && { out }) }).value as number;

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
    const args = argumentsOf(row.loss, { ...tensors, ...row.state?.(inputs) });
    const dispose = () => {
      for (const tensor of [...Object.values(tensors), ...Object.values(gradients)]) tensor.dispose();
    };
    return { call: () => evaluate(row, args, gradients), dispose };
  },
};

export const lossaryEndToEnd: Peer = {
  name: "Lossary end to end",
  prepare(row, inputs) {
    const args = argumentsOf(row.loss, { ...inputs, ...row.state?.(inputs) });
    return { call: () => evaluate(row, args), dispose: nothing };
  },
};

export const plainJavaScript: Peer = {
  name: "plain JS",
  prepare({ plain, wrt }, inputs) {
    if (!plain) return null;
    const gradients = wrt.map((name) => new Float32Array((inputs[name] as Input).data.length));
    return { call: () => plain(inputs, ...gradients), dispose: nothing };
  },
};

/** An input for the array engines: floats, and class indices as one-hot rows where the row asks for it. */
function dense({ data, shape }: Input, classes: number | undefined): Input & { readonly data: Float32Array } {
  if (data instanceof Float32Array) return { data, shape };
  if (classes === undefined) return { data: Float32Array.from(data), shape };
  const rows = new Float32Array(data.length * classes);
  data.forEach((label, i) => {
    rows[i * classes + label] = 1;
  });
  return { data: rows, shape: [...shape, classes] };
}

export const tensorflow: Peer = {
  name: "TensorFlow.js wasm",
  prepare({ tfjs, classes, wrt }, inputs) {
    if (!tfjs) return null;
    const tensors = named(Object.keys(inputs), (name) => {
      const { data, shape } = dense(inputs[name] as Input, classes);
      return tf.tensor(data, [...shape]);
    });
    const compute = tf.valueAndGrads((...xs) => {
      const varied = Object.fromEntries(wrt.map((name, i) => [name, xs[i] as (typeof xs)[number]]));
      return tfjs(tf, { ...tensors, ...varied }).asScalar();
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
    const names = [...wrt, ...Object.keys(inputs).filter((name) => !wrt.includes(name))];
    const arrays = names.map((name) => {
      const { data, shape } = dense(inputs[name] as Input, classes);
      return jax.numpy.array(data).reshape([...shape]);
    });
    const value = (...xs: JaxArray[]) =>
      loss(jax.numpy, jax.nn, Object.fromEntries(names.map((name, i) => [name, xs[i] as JaxArray])));
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
