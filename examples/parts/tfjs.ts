/** TensorFlow.js on its wasm backend, in Node. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import tf from "@tensorflow/tfjs";
import wasm from "@tensorflow/tfjs-backend-wasm";

const require = createRequire(import.meta.url);
wasm.setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist/"));
wasm.setThreadsCount(1);
await tf.setBackend("wasm");

export { tf };
