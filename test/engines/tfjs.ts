/** TensorFlow.js as the tests use it: its CommonJS build, which is what Node loads, on the cpu and wasm backends. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Tensor } from "@tensorflow/tfjs-core";
import { differentiableOf, type Options } from "../harness/calls.ts";
import { convert, type Input, losses, type Result } from "./cases.ts";

const require = createRequire(import.meta.url);
export const tf = require("@tensorflow/tfjs") as typeof import("@tensorflow/tfjs");
const wasm = require("@tensorflow/tfjs-backend-wasm") as typeof import("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist/"));
wasm.setThreadsCount(1);

export const native = (await import("../../src/engines/tfjs/index.ts")) as unknown as Record<
  string,
  ((...args: unknown[]) => Tensor) | undefined
>;

export function toTensors(name: string, inputs: readonly Input[]): unknown[] {
  return inputs.map((input, i) => {
    const kind = losses[name]?.spec.arguments[i].kind;
    return convert(input, ({ data, shape }) => tf.tensor(data, [...shape], kind === "index" ? "int32" : "float32"));
  });
}

/** Value and gradients on the current backend; leaves no tensor behind. */
export function valueAndGrad(name: string, inputs: readonly Input[], options: Options): Result {
  const loss = losses[name] as (typeof losses)[string];
  const own = native[name] as NonNullable<(typeof native)[string]>;
  const names = differentiableOf(loss);
  return tf.tidy(() => {
    const all = toTensors(name, inputs);
    const places = names.map((argument) =>
      loss.spec.arguments.findIndex((spec: { name: string }) => spec.name === argument),
    );
    const compute = tf.valueAndGrads((...tensors: Tensor[]) => {
      const left = [...tensors];
      const next = () => left.shift() as Tensor;
      const args = [...all];
      for (const place of places) args[place] = Array.isArray(all[place]) ? all[place].map(next) : next();
      return own(...args, options) as import("@tensorflow/tfjs-core").Scalar;
    });
    const { value, grads } = compute(places.flatMap((place) => all[place] as Tensor | Tensor[]));
    const left = [...grads];
    const dataOf = (_: unknown) => [...(left.shift() as Tensor).dataSync()];
    return {
      value: value.dataSync()[0] as number,
      grads: Object.fromEntries(
        names.map((argument, k) => [argument, [all[places[k] as number]].flat().flatMap(dataOf)]),
      ),
    };
  });
}
