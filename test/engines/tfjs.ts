/** TensorFlow.js as the tests use it: its CommonJS build, which is what Node loads, on the cpu and wasm backends. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type NativeOnTensors, onTensors } from "./onTensors.ts";

const require = createRequire(import.meta.url);
export const tf = require("@tensorflow/tfjs") as typeof import("@tensorflow/tfjs");
const wasm = require("@tensorflow/tfjs-backend-wasm") as typeof import("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist/"));
wasm.setThreadsCount(1);

const native = (await import("../../src/engines/tfjs/index.ts")) as unknown as NativeOnTensors;

export { native };
export const { toTensors, differentiate, valueAndGrad } = onTensors(tf, native);
