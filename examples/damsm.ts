/**
 * Pictures and captions that find each other: a convolutional encoder of pictures and a bidirectional LSTM of captions learn
 * by the DAMSM loss, on scenes of two handwritten digits ("a seven above the three"). R-precision tells how often a picture
 * of digits never seen in training picks its own caption out of a hundred.
 *
 *     npm run example damsm -- [--steps 500] [--json]
 */
import type { Scalar } from "@tensorflow/tfjs";
import { matchingRPrecision } from "lossary";
import { damsmLoss } from "lossary/tfjs";
import { loadDigits } from "./parts/digits.ts";
import { type Encoder, makeImageEncoder, makeTextEncoder } from "./parts/encoders.ts";
import { seeded } from "./parts/random.ts";
import { percent, progress, readRun, report } from "./parts/run.ts";
import { drawScene, type Scene } from "./parts/scenes.ts";
import { tf } from "./parts/tfjs.ts";

const BATCH = 32;

interface Encoders {
  readonly images: Encoder;
  readonly texts: Encoder;
}

const meanings = (scenes: readonly Scene[]) => scenes.map(({ meaning }) => meaning);

/** How well pictures and captions of scenes match; captions that fit a picture as well as its own are no rivals. */
const cost = ({ images, texts }: Encoders, scenes: readonly Scene[]): Scalar => {
  const [pictures, captions] = [images(scenes), texts(scenes)];
  const lengths = tf.tensor1d(
    scenes.map(({ caption }) => caption.length),
    "int32",
  );
  const classIds = Int32Array.from(meanings(scenes));
  return damsmLoss(pictures.parts, captions.parts, lengths, pictures.whole, captions.whole, { classIds }) as Scalar;
};

/** The share of pictures that pick their own caption out of a hundred, the others being of other scenes. */
function precision({ images, texts }: Encoders, scenes: readonly Scene[]): number {
  const encode = (encoder: Encoder) =>
    tf.tidy(() => {
      const { whole } = encoder(scenes);
      return { data: Float32Array.from(whole.dataSync()), shape: [...whole.shape] };
    });
  return matchingRPrecision(encode(images), encode(texts), { classIds: meanings(scenes) }).mean;
}

const run = readRun("damsm", 500);
const { seen, unseen } = loadDigits();
const random = seeded(11);
const draw = (digits: typeof seen, count: number) => Array.from({ length: count }, () => drawScene(digits, random));
const encoders = { images: makeImageEncoder(seeded(1)), texts: makeTextEncoder(2) };
const held = draw(unseen, 500);
const optimizer = tf.train.adam(0.006);

const before = precision(encoders, held);
let loss = 0;
for (let step = 1; step <= run.steps; step++) {
  const scenes = draw(seen, BATCH);
  loss = tf.tidy(() => optimizer.minimize(() => cost(encoders, scenes), true)?.dataSync()[0] as number);
  progress(`step ${step} of ${run.steps}, loss ${loss.toFixed(3)}`);
}
const after = precision(encoders, held);
optimizer.dispose();
for (const encoder of Object.values(encoders)) encoder.dispose();
report(run, { steps: run.steps, before, after, loss, tensors: tf.memory().numTensors }, [
  `R-precision of 500 unseen scenes, each with 100 captions to choose from: ${percent(before)} before training, ` +
    `${percent(after)} after ${run.steps} steps`,
]);
