/** The peers that run in this process: each turns a row into a call that computes value and gradient once. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { resident } from "lossary";
import type { Data, Row } from "../row.ts";

/** Computes once and returns the value. */
export type Call = () => number | Promise<number>;

export interface Peer {
  readonly name: string;
  prepare(row: Row, data: Data): { call: Call; dispose(): void };
}

const nothing = () => {};

export const lossaryResident: Peer = {
  name: "Lossary",
  prepare({ loss, options, wrt }, { x, y, shape, targetShape }) {
    const inputs = [resident(shape), resident(targetShape, y instanceof Int32Array ? "int32" : "float32")] as const;
    inputs[0].data.set(x);
    inputs[1].data.set(y);
    const gradient = resident(shape);
    const call = () =>
      loss.valueAndGrad(...inputs, { ...options, wrt: [wrt], out: { [wrt]: gradient } }).value as number;
    return { call, dispose: () => [...inputs, gradient].map((tensor) => tensor.dispose()) };
  },
};

export const lossaryEndToEnd: Peer = {
  name: "Lossary end to end",
  prepare({ loss, options, wrt }, { x, y, shape, targetShape }) {
    const inputs = [
      { data: x, shape },
      { data: y, shape: targetShape },
    ];
    return { call: () => loss.valueAndGrad(...inputs, { ...options, wrt: [wrt] }).value as number, dispose: nothing };
  },
};

export const plainJavaScript: Peer = {
  name: "plain JS",
  prepare({ plain }, data) {
    const gradient = new Float32Array(data.x.length);
    return { call: () => plain(data, gradient), dispose: nothing };
  },
};

/** Class indices as one-hot rows, which the array engines need to differentiate. */
function denseTargets({ y, shape, targetShape }: Data): { data: Float32Array; shape: readonly number[] } {
  if (y instanceof Float32Array) return { data: y, shape: targetShape };
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  const classes = shape[1] as number;
  y.forEach((label, i) => {
    data[i * classes + label] = 1;
  });
  return { data, shape };
}

export async function tensorflow(): Promise<Peer> {
  // Its CommonJS builds are the ones Node loads, and the union package is the one that brings the gradients.
  const require = createRequire(import.meta.url);
  const tf = require("@tensorflow/tfjs") as typeof import("@tensorflow/tfjs");
  const { setThreadsCount, setWasmPaths } =
    require("@tensorflow/tfjs-backend-wasm") as typeof import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist/"));
  setThreadsCount(1);
  await tf.setBackend("wasm");
  return {
    name: "TensorFlow.js wasm",
    prepare({ tfjs }, data) {
      const targets = denseTargets(data);
      const x = tf.tensor(data.x, [...data.shape]);
      const y = tf.tensor(targets.data, [...targets.shape]);
      const compute = tf.valueAndGrad((input) => tfjs(tf, input, y));
      const call = () =>
        tf.tidy(() => {
          return compute(x).value.dataSync()[0] as number;
        });
      return { call, dispose: () => tf.dispose([x, y]) };
    },
  };
}

export async function jax(): Promise<Peer> {
  // jax-js looks for the global type of half floats, which Node 20 does not have.
  (globalThis as { Float16Array?: unknown }).Float16Array ??= class {};
  const { defaultDevice, init, jit, nn, numpy, valueAndGrad } = await import("@jax-js/jax");
  await init("wasm");
  defaultDevice("wasm");
  return {
    name: "jax-js wasm",
    prepare(row, data) {
      const targets = denseTargets(data);
      const x = numpy.array(data.x).reshape([...data.shape]);
      const y = numpy.array(targets.data).reshape([...targets.shape]);
      const compute = jit(valueAndGrad((a: typeof x, b: typeof y) => row.jax(numpy, nn, a, b)));
      const call = async () => {
        const [value, gradient] = compute(x.ref, y.ref) as unknown as [typeof x, typeof x];
        await gradient.blockUntilReady();
        gradient.dispose();
        return (await value.data())[0] as number;
      };
      return {
        call,
        dispose: () => {
          x.dispose();
          y.dispose();
        },
      };
    },
  };
}
