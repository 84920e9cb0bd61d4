/**
 * Verification of handwritten digits: are two images the same digit? A siamese network judges two images of one kind, a
 * pseudo-siamese one an image beside the negative of another, lying on its side. Both learn by the contrastive loss, and
 * are tried on images they never saw.
 *
 *     npm run example siamese -- [--steps 400] [--json]
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import tf from "@tensorflow/tfjs";
import wasm from "@tensorflow/tfjs-backend-wasm";
import { contrastiveLoss, pseudoSiamese, siamese } from "lossary/tfjs";

const SIDE = 8;
const PIXELS = SIDE * SIDE;
const TRAINING = 1200;
const BATCH = 128;

interface Image {
  readonly pixels: readonly number[];
  readonly digit: number;
}

interface Pairs {
  readonly first: tf.Tensor2D;
  readonly second: tf.Tensor2D;
  readonly different: tf.Tensor1D;
}

/** Uniform numbers in [0, 1) from a seed (Lehmer's generator). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

function loadDigits(): Image[] {
  const lines = readFileSync(join(import.meta.dirname, "../data/digits.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  return lines.map((line) => {
    const numbers = line.split(",").map(Number);
    return { pixels: numbers.slice(0, PIXELS).map((grey) => grey / 16), digit: numbers[PIXELS] as number };
  });
}

/** The negative of an image, lying on its side. */
const turned = (pixels: readonly number[]) =>
  pixels.map((_, i) => 1 - (pixels[(i % SIDE) * SIDE + Math.floor(i / SIDE)] as number));

/** Half of the pairs show one digit twice, half two digits. */
function drawPairs(images: readonly Image[], count: number, random: () => number, kind: Kind): Pairs {
  const draw = (from: readonly Image[]) => from[Math.floor(random() * from.length)] as Image;
  const pairs = Array.from({ length: count }, (_, i) => {
    const first = draw(images);
    const different = i % 2;
    return {
      first,
      different,
      second: draw(images.filter(({ digit }) => (digit !== first.digit) === (different === 1))),
    };
  });
  return {
    first: tf.tensor2d(pairs.map(({ first }) => [...first.pixels])),
    second: tf.tensor2d(pairs.map(({ second }) => (kind === "siamese" ? [...second.pixels] : turned(second.pixels)))),
    different: tf.tensor1d(pairs.map(({ different }) => different)),
  };
}

type Kind = "siamese" | "pseudo-siamese";

const makeBranch = (seed: number) =>
  tf.sequential({
    layers: [64, 16].map((units, i) =>
      tf.layers.dense({
        units,
        activation: i === 0 ? "relu" : "linear",
        inputShape: i === 0 ? [PIXELS] : undefined,
        kernelInitializer: tf.initializers.glorotNormal({ seed: seed + i }),
      }),
    ),
  });

/** The share of pairs judged right by a threshold, and the threshold that judges them best. */
function judge(distances: ArrayLike<number>, different: ArrayLike<number>, threshold?: number) {
  const right = (at: number) =>
    Array.from(distances).filter((distance, i) => distance > at === (different[i] === 1)).length / distances.length;
  const thresholds = threshold === undefined ? Array.from(distances) : [threshold];
  return thresholds
    .map((at) => ({ accuracy: right(at), threshold: at }))
    .reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
}

function train(kind: Kind, steps: number, images: readonly Image[], say: (text: string) => void) {
  const random = generator(7);
  const [seen, unseen] = [images.slice(0, TRAINING), images.slice(TRAINING)];
  const branches = kind === "siamese" ? [makeBranch(1)] : [makeBranch(1), makeBranch(11)];
  const [left, right = left] = branches as [tf.Sequential, tf.Sequential?];
  const options = { distance: "euclidean" } as const;
  const pair = kind === "siamese" ? siamese(left, options) : pseudoSiamese(left, right, options);
  const [calibration, held] = [drawPairs(seen, 500, random, kind), drawPairs(unseen, 1000, random, kind)];
  const verify = () =>
    tf.tidy(() => {
      const at = ({ first, second, different }: Pairs, threshold?: number) =>
        judge(pair(first, second).dataSync(), different.dataSync(), threshold);
      return at(held, at(calibration).threshold).accuracy;
    });
  const before = verify();
  const optimizer = tf.train.adam(0.003);
  for (let step = 1; step <= steps; step++) {
    const batch = drawPairs(seen, BATCH, random, kind);
    const loss = optimizer.minimize(
      () => contrastiveLoss(...pair.embeddings(batch.first, batch.second), batch.different) as tf.Scalar,
      true,
    ) as tf.Scalar;
    if (step % 50 === 0) say(`${kind}: step ${step} of ${steps}, loss ${loss.dataSync()[0]?.toFixed(4)}`);
    tf.dispose([loss, batch.first, batch.second, batch.different]);
  }
  const after = verify();
  for (const { first, second, different } of [calibration, held]) tf.dispose([first, second, different]);
  optimizer.dispose();
  for (const branch of branches) branch.dispose();
  return { kind, steps, before, after };
}

const { values } = parseArgs({
  options: { steps: { type: "string", default: "400" }, json: { type: "boolean", default: false } },
});
const require = createRequire(import.meta.url);
wasm.setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist/"));
wasm.setThreadsCount(1);
await tf.setBackend("wasm");
const images = loadDigits();
const say = (text: string) => process.stderr.isTTY && process.stderr.write(`${text}\n`);
const results = (["siamese", "pseudo-siamese"] as const).map((kind) => train(kind, Number(values.steps), images, say));
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
console.log(
  values.json
    ? JSON.stringify({ results, tensors: tf.memory().numTensors })
    : results
        .map(
          ({ kind, before, after, steps }) =>
            `${kind}: ${percent(before)} of 1000 unseen pairs verified before training, ${percent(after)} after ${steps} steps`,
        )
        .join("\n"),
);
