/**
 * A photograph found again from what a network sees of it, as in `perceptual`, on jax-js; the network is an ONNX model.
 *
 *     npm run example perceptualJax -- [--steps 100] [--json] [--output picture.png]
 */
import { ONNXModel } from "@jax-js/onnx";
import { perceptual } from "lossary/jax";
import { onnxModel } from "../test/networks/model.ts";
import { startAdam, stepAdam } from "./parts/adam.ts";
import { COMPARED, LAYERS } from "./parts/eye.ts";
import { type JaxArray, jax } from "./parts/jax.ts";
import {
  likeness,
  loadPhotograph,
  noise,
  type Reconstruction,
  SIZE,
  sayReconstruction,
  writePictures,
} from "./parts/photograph.ts";
import { progress, readRun, report } from "./parts/run.ts";

const { numpy: np } = jax;

/** The bytes that a file of the network would hold. */
function networkBytes(): Uint8Array<ArrayBuffer> {
  const nodes = LAYERS.flatMap(({ name, stride }, i) => [
    {
      op: "Conv",
      inputs: [LAYERS[i - 1]?.name ?? "images", `${name}.filters`],
      output: `${name}.sum`,
      attributes: { strides: [stride, stride] },
    },
    { op: "Relu", inputs: [`${name}.sum`], output: name },
  ]);
  const weights = LAYERS.map(({ name, out, in: inputs, side, filters }) => [
    `${name}.filters`,
    { shape: [out, inputs, side, side], data: filters },
  ]);
  const outputs = [LAYERS[1].name];
  return Uint8Array.from(
    onnxModel({ input: [1, 1, SIZE, SIZE], nodes, outputs, weights: Object.fromEntries(weights) }),
  );
}

const run = readRun("perceptualJax", 100, true);
const photograph = await loadPhotograph();
const network = new ONNXModel(networkBytes());
const apart = perceptual(network, COMPARED);
const image = (data: Float32Array) => np.array(data, { shape: [1, 1, SIZE, SIZE] });
const target = image(photograph);
const gradient = jax.valueAndGrad((picture: JaxArray) => apart(picture, target.ref));

const start = noise();
let adam = startAdam(image(start));
let [first, last] = [0, 0];
for (let step = 1; step <= run.steps; step++) {
  const [loss, slope] = gradient(adam.weights.ref);
  adam = stepAdam(adam, slope as unknown as JaxArray, np.array(step), 0.03);
  last = (await loss.data())[0] as number;
  if (step === 1) first = last;
  progress(`step ${step} of ${run.steps}, perceptual loss ${last.toFixed(4)}`);
}
const made = Float32Array.from(await adam.weights.ref.data());
jax.tree.dispose([adam.weights, adam.means, adam.squares, target]);
network.dispose();

const result: Reconstruction = {
  steps: run.steps,
  losses: { before: first, after: last },
  before: likeness(start, photograph),
  after: likeness(made, photograph),
};
if (run.output) await writePictures(run.output, start, made, photograph);
report(run, result, sayReconstruction(result));
