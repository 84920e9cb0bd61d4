import { defineLoss, type Pass, type StagedInputs, type StagedOptions } from "../../../contract/loss.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import { type Points, preparePoints } from "../../../linear/points.ts";
import { viewOf } from "../../../tensor/stage.ts";
import type { FloatInput, IndexInput } from "../../../tensor/tensor.ts";
import { clear } from "../batch.ts";
import { type Distance, distanceOption, kindOf } from "../distances.ts";
import { type RowMaskOption, rowMaskOption, underMask } from "../rows.ts";

export interface SemiHardTripletOptions extends RowMaskOption {
  /** How much farther than the positive the negative must be; > 0. Default 0.3. */
  margin?: number;
  /** ‖a − b‖, its square, or 1 − cos. Default "euclidean". */
  distance?: Distance;
}

type Inputs = [embeddings: FloatInput, labels: IndexInput];

/**
 * Semi-hard triplet loss: each positive pair against the closest negative that is farther away, but within the margin.
 *
 *     L_a = mean over p of d(a, p) − d(a, n) + m,   n = argmin d(a, n) with d(a, p) < d(a, n) < d(a, p) + m
 *
 * Shapes     embeddings: [N, D]; labels: [N], any whole numbers. Unreduced value: [N], the mean over the anchor's triplets,
 *            0 for an anchor without one. The mean divides by the number of anchors that have one.
 * Gradient   Embeddings, through the distances; of equal distances the lower index.
 * Errors     margin ≤ 0; shapes that differ.
 * Edges      A positive without a semi-hard negative is left out; none at all: 0 with gradient 0.
 *            A row that `mask` leaves out is in no pair, whatever it holds; its value and gradient are 0.
 * Relation   Milder than batchHardTripletLoss, which wrong labels lead astray.
 * Source     F. Schroff, D. Kalenichenko, J. Philbin, FaceNet, 2015.
 */
export const semiHardTripletLoss = defineLoss<Inputs, SemiHardTripletOptions, "embeddings">(
  {
    name: "semiHardTripletLoss",
    family: "embedding",
    title: { en: "Semi-hard triplet loss", zh: "半难三元组损失" },
    aliases: { en: ["FaceNet loss"], zh: ["FaceNet损失"] },
    summary: "Trains on negatives that are in the right order already, but too close.",
    arguments: [
      { name: "embeddings", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the batch." },
      { name: "labels", shape: "N", kind: "index", doc: "Identity of each embedding." },
    ],
    options: {
      margin: {
        type: "number",
        default: 0.3,
        range: "(0, ∞)",
        doc: "How much farther than the positive the negative must be.",
      },
      distance: distanceOption("euclidean"),
      ...rowMaskOption,
    },
    unreduced: { shape: "N", mean: "the number of anchors that have a semi-hard triplet", acrossRows: true },
    formula: String.raw`d(a, p) - d(a, n) + m, \quad d(a, p) < d(a, n) < d(a, p) + m`,
    traps: ["The value says little about progress: it averages over whatever is semi-hard at the moment."],
    references: [
      {
        text: "Schroff, Kalenichenko and Philbin, FaceNet: A Unified Embedding for Face Recognition and Clustering, CVPR 2015",
        url: "https://arxiv.org/abs/1503.03832",
      },
    ],
  },
  underMask({
    // How many anchors have a triplet is known only after mining, so that comes first; the scale is the last step's.
    countsWeights: true,
    divisor: (inputs, options, pass) => {
      const mined = mine(inputs, options, pass);
      finds.set(pass, mined);
      return mined.anchors;
    },
    run: (_inputs, _options, pass) => {
      const { sum, points } = finds.get(pass) as Mined;
      const { pointer, lengths, n, d, kind } = points;
      if (pass.grads.embeddings)
        pass.kernel.finishPoints(pointer, lengths, n, d, kind, pass.grads.embeddings, pass.scale);
      return sum;
    },
    appliesUpstream: true,
  }),
);

interface Mined {
  readonly sum: number;
  readonly anchors: number;
  readonly points: Points;
}

/** What counting found, for the run of the same call. */
const finds = new WeakMap<object, Mined>();

/** Values, and gradients for points. */
function mine(
  [x, labels]: StagedInputs<Inputs>,
  { margin, distance }: StagedOptions<SemiHardTripletOptions>,
  pass: Omit<Pass<"embeddings">, "scale">,
): Mined {
  const { kernel, dims, take, values, grads, upstream, weights } = pass;
  const [n, d] = [dims.N as number, dims.D as number];
  const points = preparePoints(pass, x.pointer, n, d, kindOf(distance));
  const { pointer, norms, kind } = points;
  const [workspace, counts] = [take("bytes", kernel.tripletsWorkspace(n)), take("float64", 2)];
  viewOf(counts, 2, "float64").fill(0);
  clear(grads.embeddings, n * d, pass);
  let sum = 0;
  points.eachBlock((block, first, rows) => {
    sum += kernel.semiHardTriplets(
      block,
      labels.pointer,
      pointer,
      norms,
      weights?.pointer ?? nowhere,
      first,
      rows,
      n,
      d,
      kind,
      margin,
      values,
      counts,
      grads.embeddings,
      upstream,
      workspace,
    );
  });
  return { sum, anchors: viewOf(counts, 1, "float64")[0] as number, points };
}
