import { load } from "../peer.ts";

const found = await load(
  "lossary/tfjs",
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs",
  () => import("@tensorflow/tfjs-core"),
);

/** TensorFlow.js; Node hands its CommonJS build over as the default export. */
export const tf: typeof import("@tensorflow/tfjs-core") =
  "tensor" in found ? found : (found as { default: typeof found }).default;
