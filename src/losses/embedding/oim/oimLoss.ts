import { defineLoss, type StagedInputs } from "../../../contract/loss.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import { type Matrix, matrix } from "../../../linear/matrix.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { type FloatInput, type IndexInput, showShape } from "../../../tensor/tensor.ts";
import { clearAll, contrastBlocks, contrastTargets, directions, finishDirections } from "../contrast.ts";
import { onRows, positions } from "../rows.ts";
import { checkLabels, memoryArgument, type OimMemory } from "./memory.ts";

export interface OimOptions {
  /** Factor on the similarities, 1 over the paper's temperature; > 0. Default 10. */
  scale?: number;
  /** Divides each feature by its norm first; the gradient passes through. Default true. */
  normalize?: boolean;
}

type Inputs = [features: FloatInput, labels: IndexInput, memory: OimMemory];

/** The rows that have an identity. */
function identified([x, labels, memory]: StagedInputs<Inputs>): number[] {
  const [, dimension] = memory.table.shape;
  if (dimension !== x.shape[1])
    throw new LossaryRangeError("oimLoss: memory", `has dimension ${dimension}, but features is ${showShape(x.shape)}`);
  const list = viewOf(labels.pointer, labels.size, "int32");
  checkLabels("oimLoss", list, memory);
  return positions(list, (label) => label >= 0);
}

/**
 * Online instance matching: a softmax over a memory of labelled identities v and recent unlabelled ones u.
 *
 *     L = −log p_t,   p_t = exp(s v_t·x) / (Σ_j exp(s v_j·x) + Σ_k exp(s u_k·x))
 *
 * Shapes     features: [N, D]; labels: [N]: ≥ 0 an identity, −1 unlabelled, −2 background; memory: of createOimMemory, with
 *            D as its dimension. Unreduced value: [N], 0 for labels below 0. The mean divides by the number of the others.
 * Gradient   features; the memory is held constant, and never changed here: updateOimMemory does that, afterwards.
 * Errors     A label below −2 or beyond the identities; a memory of another dimension; scale ≤ 0.
 * Edges      Rows of the memory that are still zero count. No labelled row: 0 with gradient 0. A zero feature: gradient 0.
 * Relation   The paper's temperature 0.1 is scale 10; 30 is common in ports.
 * Source     T. Xiao, S. Li, B. Wang, L. Lin, X. Wang, Joint Detection and Identification Feature Learning, 2017.
 */
export const oimLoss = defineLoss<Inputs, OimOptions, "features">(
  {
    name: "oimLoss",
    family: "embedding",
    title: { en: "Online instance matching loss", zh: "在线实例匹配损失" },
    aliases: { en: ["OIM loss"], zh: ["OIM损失"] },
    summary: "Matches features against a memory of all identities seen so far.",
    arguments: [
      { name: "features", shape: "N D", kind: "float", differentiable: true, doc: "Feature vectors." },
      { name: "labels", shape: "N", kind: "index", doc: "Identity, −1 for unlabelled, −2 for background." },
      memoryArgument,
    ],
    options: {
      scale: { type: "number", default: 10, range: "(0, ∞)", doc: "Factor on the similarities." },
      normalize: { type: "boolean", default: true, doc: "Divides each feature by its norm first." },
    },
    unreduced: { shape: "N", mean: "the number of labelled rows" },
    formula: String.raw`-\log \frac{e^{s\, v_t^\top x}}{\sum_j e^{s\, v_j^\top x} + \sum_k e^{s\, u_k^\top x}}`,
    traps: [
      "Update the memory after the gradient of a batch, not before.",
      "The official code copies a quarter of each queued vector and does not renormalise the table; this does both right.",
    ],
    references: [
      {
        text: "Xiao, Li, Wang, Lin and Wang, Joint Detection and Identification Feature Learning for Person Search, CVPR 2017",
        url: "https://arxiv.org/abs/1604.01850",
      },
    ],
  },
  onRows(identified, {
    countsWeights: true,
    divisor: (_inputs, _options, { dims, weights }) => weights?.total ?? (dims.N as number),
    run: ([x, labels, { table, queue }], { scale, normalize }, pass) => {
      const { dims, dtype, take, values, grads, upstream } = pass;
      const [n, d] = [dims.N as number, dims.D as number];
      const columns = table.shape[0] + queue.shape[0];
      const keys = matrix(take(dtype, columns * d), columns, d);
      const view = viewOf(keys.pointer, columns * d, dtype);
      view.set(table.data);
      view.set(queue.data, table.data.length);
      const unit = normalize ? directions(pass, x.pointer, n, d) : undefined;
      const rows: Matrix = unit ?? matrix(x.pointer, n, d);
      clearAll(pass, [grads.features, n * d], [values, n]);
      const kernel = contrastTargets(pass, columns, { targets: labels.pointer, scale }, values, upstream);
      const sum = contrastBlocks(pass, rows, keys, grads.features, nowhere, kernel);
      if (unit) finishDirections(pass, unit, grads.features, pass.scale);
      else if (grads.features) pass.kernel.scaleRows(grads.features, n, d, pass.scale);
      return sum;
    },
    appliesUpstream: true,
  }),
);
