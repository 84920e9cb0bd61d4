/**
 * A photograph found again from what a network sees of it: a picture starts as noise and is optimised until the network's
 * layers answer to it as to the photograph. No pixel of the photograph is compared.
 *
 *     npm run example perceptual -- [--steps 200] [--json] [--output picture.png]
 */
import type { Scalar } from "@tensorflow/tfjs";
import { perceptual } from "lossary/tfjs";
import { COMPARED, LAYERS } from "./parts/eye.ts";
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
import { tf } from "./parts/tfjs.ts";

function buildNetwork() {
  const layers = LAYERS.map(({ name, out, side, stride }, i) =>
    tf.layers.conv2d({
      name,
      filters: out,
      kernelSize: side,
      strides: stride,
      activation: "relu",
      useBias: false,
      inputShape: i === 0 ? [SIZE, SIZE, 1] : undefined,
    }),
  );
  const network = tf.sequential({ layers });
  for (const [i, { out, in: inputs, side, filters }] of LAYERS.entries())
    tf.tidy(() =>
      layers[i]?.setWeights([tf.transpose(tf.tensor4d([...filters], [out, inputs, side, side]), [2, 3, 1, 0])]),
    );
  return network;
}

const run = readRun("perceptual", 200, true);
const photograph = await loadPhotograph();
const network = buildNetwork();
const apart = perceptual(network, COMPARED);
const image = (data: Float32Array) => tf.tensor4d(data, [1, SIZE, SIZE, 1]);
const target = image(photograph);
const picture = tf.tidy(() => tf.variable(image(noise())));
const optimizer = tf.train.adam(0.03);

const read = () => Float32Array.from(picture.dataSync());
const start = read();
let [first, last] = [0, 0];
for (let step = 1; step <= run.steps; step++) {
  last = tf.tidy(
    () => optimizer.minimize(() => apart(picture, target) as Scalar, true, [picture])?.dataSync()[0] as number,
  );
  if (step === 1) first = last;
  progress(`step ${step} of ${run.steps}, perceptual loss ${last.toFixed(4)}`);
}
const made = read();
tf.dispose([target, picture]);
network.dispose();
optimizer.dispose();

const result: Reconstruction = {
  steps: run.steps,
  losses: { before: first, after: last },
  before: likeness(start, photograph),
  after: likeness(made, photograph),
};
if (run.output) await writePictures(run.output, start, made, photograph);
report(run, { ...result, tensors: tf.memory().numTensors }, sayReconstruction(result));
