/** The two encoders of DAMSM: pictures to vectors of regions, captions to vectors of words, both also as a whole. */
import type { RNN, Tensor, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs";
import { convolve } from "./convolve.ts";
import type { Random } from "./random.ts";
import { CANVAS, LONGEST, type Scene, VOCABULARY } from "./scenes.ts";
import { tf } from "./tfjs.ts";

/** Length of all vectors. */
const DEPTH = 32;
const CHANNELS = 24;

/** What an encoder gives: a vector for each part, [N, parts, D], and one for the whole, [N, D]. */
export interface Encoded {
  readonly parts: Tensor3D;
  readonly whole: Tensor2D;
}

export interface Encoder {
  (scenes: readonly Scene[]): Encoded;
  dispose(): void;
}

/** Two convolutions, each with a halving; every cell of the 4 x 4 map is a region, the whole map is the picture. */
export function makeImageEncoder(random: Random): Encoder {
  const draw = (shape: number[], inputs: number) => {
    const size = shape.reduce((a, b) => a * b);
    const scale = Math.sqrt(2 / inputs);
    const numbers = Float32Array.from({ length: size }, () => scale * random.normal());
    return tf.tidy(() => tf.variable(tf.tensor(numbers, shape)));
  };
  const cells = (CANVAS / 4) ** 2;
  const weights = {
    first: draw([3, 3, 1, CHANNELS], 9),
    second: draw([3, 3, CHANNELS, DEPTH], 9 * CHANNELS),
    region: draw([DEPTH, DEPTH], DEPTH),
    picture: draw([cells * DEPTH, DEPTH], cells * DEPTH),
  };
  const layer = (x: Tensor, filters: Tensor) => tf.avgPool(tf.relu(convolve(x, filters)) as Tensor4D, 2, 2, "same");
  const encode = (scenes: readonly Scene[]): Encoded => {
    const n = scenes.length;
    const pixels = Float32Array.from(scenes.flatMap((scene) => [...scene.pixels]));
    const map = layer(layer(tf.tensor4d(pixels, [n, CANVAS, CANVAS, 1]), weights.first), weights.second);
    const regions = tf.matMul(tf.reshape(map, [n * cells, DEPTH]), weights.region as Tensor2D);
    return {
      parts: tf.reshape(regions, [n, cells, DEPTH]),
      whole: tf.matMul(tf.reshape(map, [n, cells * DEPTH]), weights.picture as Tensor2D),
    };
  };
  return Object.assign(encode, { dispose: () => tf.dispose(Object.values(weights)) });
}

/** A bidirectional LSTM: its states are the words, the last ones of both directions the caption. */
export function makeTextEncoder(seed: number): Encoder {
  const lstm = tf.layers.lstm({
    units: DEPTH / 2,
    returnSequences: true,
    kernelInitializer: tf.initializers.glorotNormal({ seed }),
    recurrentInitializer: tf.initializers.glorotNormal({ seed: seed + 1 }),
  });
  const model = tf.sequential({
    layers: [
      // Words behind the end are zeros; the mask makes the states wait there.
      tf.layers.masking({ inputShape: [LONGEST, VOCABULARY.length] }),
      tf.layers.bidirectional({ layer: lstm as RNN, mergeMode: "concat" }),
    ],
  });
  const encode = (scenes: readonly Scene[]): Encoded => {
    const words = model.apply(oneHot(scenes)) as Tensor3D;
    const at = (position: number, half: number) =>
      tf.slice(words, [0, position, (half * DEPTH) / 2], [scenes.length, 1, DEPTH / 2]);
    const whole = tf.reshape(tf.concat([at(LONGEST - 1, 0), at(0, 1)], 2), [scenes.length, DEPTH]);
    return { parts: words, whole: whole as Tensor2D };
  };
  return Object.assign(encode, { dispose: () => void model.dispose() });
}

function oneHot(scenes: readonly Scene[]): Tensor3D {
  const size = VOCABULARY.length;
  const data = new Float32Array(scenes.length * LONGEST * size);
  for (const [n, { caption }] of scenes.entries())
    for (const [t, word] of caption.entries()) data[(n * LONGEST + t) * size + VOCABULARY.indexOf(word)] = 1;
  return tf.tensor3d(data, [scenes.length, LONGEST, size]);
}
