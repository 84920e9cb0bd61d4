import { defineScalarLoss, type Pass, type StagedInputs, type StagedOptions } from "../../../contract/loss.ts";
import { preparePoints } from "../../../linear/points.ts";
import { viewOf } from "../../../tensor/stage.ts";
import type { FloatInput, IndexInput } from "../../../tensor/tensor.ts";
import { clear } from "../batch.ts";
import { type Distance, distanceOption, kindOf } from "../distances.ts";
import { type RowMaskOption, rowMaskOption, underMask } from "../rows.ts";

export interface BatchAllTripletOptions extends RowMaskOption {
  /** How much farther than the positive the negative must be; ≥ 0. Default 0.3. */
  margin?: number;
  /** ‖a − b‖, its square, or 1 − cos. Default "euclidean". */
  distance?: Distance;
  /** Mean over the triplets with a positive value, or over all. Default "active". */
  average?: "active" | "all";
}

type Inputs = [embeddings: FloatInput, labels: IndexInput];

const body = underMask<Inputs, BatchAllTripletOptions, "embeddings">({ divisor: () => 1, run: meanOfTriplets });

/**
 * Batch-all triplet loss: the mean hinge of every triplet that a batch holds.
 *
 *     L = Σ_{a,p,n} max(0, d(a, p) − d(a, n) + m) / (number of positive terms, or of all)
 *
 * Shapes     embeddings: [N, D]; labels: [N], any whole numbers. One number.
 * Gradient   Embeddings; the number of positive terms is held constant.
 * Errors     margin < 0; shapes that differ.
 * Edges      No triplet, or none with a positive value: 0 with gradient 0.
 *            A row that `mask` leaves out is in no pair, whatever it holds; its value and gradient are 0.
 * Relation   "all" dwindles as triplets are solved; "active" stays at the size of the unsolved ones.
 * Source     A. Hermans, L. Beyer, B. Leibe, In Defense of the Triplet Loss for Person Re-Identification, 2017.
 */
export const batchAllTripletLoss = defineScalarLoss<Inputs, BatchAllTripletOptions, "embeddings">(
  {
    name: "batchAllTripletLoss",
    family: "embedding",
    title: { en: "Batch-all triplet loss", zh: "批内全部三元组损失" },
    aliases: { en: [], zh: [] },
    summary: "Trains on every triplet of a batch.",
    arguments: [
      { name: "embeddings", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the batch." },
      { name: "labels", shape: "N", kind: "index", doc: "Identity of each embedding." },
    ],
    options: {
      margin: {
        type: "number",
        default: 0.3,
        range: "[0, ∞)",
        doc: "How much farther than the positive the negative must be.",
      },
      distance: distanceOption("euclidean"),
      average: {
        type: "choice",
        default: "active",
        choices: ["active", "all"],
        doc: "Mean over the triplets with a positive value, or over all.",
      },
      ...rowMaskOption,
    },
    unreduced: null,
    formula: String.raw`\frac{1}{|T|} \sum_{(a,p,n) \in T} \max(0,\, d(a, p) - d(a, n) + m)`,
    traps: ["Its mean over active triplets does not fall as training goes well: the easy ones leave it."],
    references: [
      {
        text: "Hermans, Beyer and Leibe, In Defense of the Triplet Loss for Person Re-Identification, arXiv 2017",
        url: "https://arxiv.org/abs/1703.07737",
      },
    ],
  },
  body.run,
  body.divisor,
);

/** The mean over the triplets of a batch. */
function meanOfTriplets(
  [x, labels]: StagedInputs<Inputs>,
  { margin, distance, average }: StagedOptions<BatchAllTripletOptions>,
  pass: Pass<"embeddings">,
): number {
  const { kernel, dims, take, grads, scale } = pass;
  const [n, d] = [dims.N as number, dims.D as number];
  const points = preparePoints(pass, x.pointer, n, d, kindOf(distance));
  const { pointer, norms, lengths, kind } = points;
  const [workspace, counts] = [take("bytes", kernel.tripletsWorkspace(n)), take("float64", 2)];
  viewOf(counts, 2, "float64").fill(0);
  clear(grads.embeddings, n * d, pass);
  let sum = 0;
  points.eachBlock((block, first, rows) => {
    sum += kernel.allTriplets(
      block,
      labels.pointer,
      pointer,
      norms,
      first,
      rows,
      n,
      d,
      kind,
      margin,
      counts,
      grads.embeddings,
      workspace,
    );
  });
  const [active, all] = viewOf(counts, 2, "float64") as unknown as [number, number];
  const divisor = Math.max(1, average === "active" ? active : all);
  if (grads.embeddings) kernel.finishPoints(pointer, lengths, n, d, kind, grads.embeddings, scale / divisor);
  return sum / divisor;
}
