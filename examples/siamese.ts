/**
 * Verification of handwritten digits: are two images the same digit? A siamese network judges two images of one kind, a
 * pseudo-siamese one an image beside the negative of another, lying on its side. Both learn by the contrastive loss, and
 * are tried on images they never saw.
 *
 *     npm run example siamese -- [--steps 400] [--json]
 */
import type { Scalar, Sequential } from "@tensorflow/tfjs";
import { contrastiveLoss, pseudoSiamese, siamese } from "lossary/tfjs";
import { PIXELS } from "./parts/digits.ts";
import { progress, readRun, report } from "./parts/run.ts";
import { tf } from "./parts/tfjs.ts";
import { accuracy, drawRun, KINDS, type Kind, type Pairs, sayVerified, type Verified } from "./parts/verification.ts";

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

function train(kind: Kind, steps: number): Verified {
  const { calibration, held, nextBatch } = drawRun(kind);
  const branches = kind === "siamese" ? [makeBranch(1)] : [makeBranch(1), makeBranch(11)];
  const [left, right = left] = branches as [Sequential, Sequential?];
  const options = { distance: "euclidean" } as const;
  const pair = kind === "siamese" ? siamese(left, options) : pseudoSiamese(left, right, options);
  const toTensors = ({ first, second }: Pairs) =>
    [tf.tensor2d(first as number[][]), tf.tensor2d(second as number[][])] as const;
  const judge = (pairs: Pairs) =>
    tf.tidy(() => ({ distances: pair(...toTensors(pairs)).dataSync(), different: [...pairs.different] }));
  const verify = () => accuracy(judge(calibration), judge(held));
  const before = verify();
  const optimizer = tf.train.adam(0.003);
  for (let step = 1; step <= steps; step++) {
    const batch = nextBatch();
    const loss = tf.tidy(() => {
      const [inputs, different] = [toTensors(batch), tf.tensor1d([...batch.different])];
      const cost = () => contrastiveLoss(...pair.embeddings(...inputs), different) as Scalar;
      return (optimizer.minimize(cost, true) as Scalar).dataSync()[0] as number;
    });
    progress(`${kind}: step ${step} of ${steps}, loss ${loss.toFixed(4)}`);
  }
  const after = verify();
  optimizer.dispose();
  for (const branch of branches) branch.dispose();
  return { kind, steps, before, after };
}

const run = readRun("siamese", 400);
const results = KINDS.map((kind) => train(kind, run.steps));
report(run, { results, tensors: tf.memory().numTensors }, results.map(sayVerified));
