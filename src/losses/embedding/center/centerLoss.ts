import { defineLoss } from "../../../contract/loss.ts";
import { checkIndices } from "../../../tensor/stage.ts";
import type { FloatInput, IndexInput } from "../../../tensor/tensor.ts";

/**
 * Center loss: draws every feature vector to the center of its class.
 *
 *     L = ½ ‖x − c_y‖²
 *
 * Shapes     features: [N, D]; labels: [N], 0…C − 1; centers: [C, D]. Unreduced value: [N]. The mean divides by N.
 * Gradient   features: x − c_y; centers: the sum of c_y − x over the rows of a class.
 * Errors     A label outside 0…C − 1; shapes that differ.
 * Edges      The center of a class without rows has gradient 0.
 * Relation   Common code leaves out the ½ and clamps the distances. The paper moves centers by its own rule, which is no
 *            gradient: updateCenters. Used beside a classification loss, for alone all features may collapse.
 * Source     Y. Wen, K. Zhang, Z. Li, Y. Qiao, A Discriminative Feature Learning Approach for Deep Face Recognition, 2016.
 */
export const centerLoss = defineLoss<
  [features: FloatInput, labels: IndexInput, centers: FloatInput],
  Record<never, never>,
  "features" | "centers"
>(
  {
    name: "centerLoss",
    family: "embedding",
    title: { en: "Center loss", zh: "中心损失" },
    aliases: { en: [], zh: [] },
    summary: "Gathers the features of a class around its center.",
    arguments: [
      { name: "features", shape: "N D", kind: "float", differentiable: true, doc: "Feature vectors." },
      { name: "labels", shape: "N", kind: "index", doc: "Class of each vector." },
      { name: "centers", shape: "C D", kind: "float", differentiable: true, doc: "One center per class." },
    ],
    options: {},
    unreduced: { shape: "N", mean: "the number of feature vectors" },
    formula: String.raw`\tfrac12 \lVert x - c_y \rVert^2`,
    traps: [
      "Alone it is minimised by one point for everything: add a loss that keeps classes apart.",
      "The gradient for the centers is not the paper's update, which divides by one plus the class's rows.",
    ],
    references: [
      {
        text: "Wen, Zhang, Li and Qiao, A Discriminative Feature Learning Approach for Deep Face Recognition, ECCV 2016",
        url: "https://doi.org/10.1007/978-3-319-46478-7_31",
      },
    ],
  },
  {
    divisor: ([, labels], _options, { dims }) => {
      checkIndices(labels, dims.C as number, `centers are [${dims.C}, ${dims.D}]`);
      return dims.N as number;
    },
    run: ([x, labels, centers], _options, { kernel, dims, values, grads, scale, upstream }) =>
      kernel.center(
        x.pointer,
        labels.pointer,
        centers.pointer,
        dims.N as number,
        dims.D as number,
        dims.C as number,
        values,
        grads.features,
        grads.centers,
        scale,
        upstream,
      ),
    appliesUpstream: true,
  },
);
