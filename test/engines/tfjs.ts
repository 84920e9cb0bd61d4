/** TensorFlow.js as the tests use it: its CommonJS build, which is what Node loads, on the cpu and wasm backends. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Tensor } from "@tensorflow/tfjs-core";
import { differentiableOf, type Options } from "../harness/calls.ts";
import { type Input, isSample, losses, type Result } from "./cases.ts";

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
    if (!isSample(input)) return input;
    const kind = losses[name]?.spec.arguments[i].kind;
    return tf.tensor(input.data, [...input.shape], kind === "index" ? "int32" : "float32");
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
      const args = [...all];
      places.forEach((place, k) => {
        args[place] = tensors[k];
      });
      return own(...args, options) as import("@tensorflow/tfjs-core").Scalar;
    });
    const { value, grads } = compute(places.map((place) => all[place] as Tensor));
    return {
      value: value.dataSync()[0] as number,
      grads: Object.fromEntries(names.map((argument, k) => [argument, [...(grads[k] as Tensor).dataSync()]])),
    };
  });
}
