import type { CommonOptions } from "../../../contract/loss.ts";
import { type FunctionSpecOf, frozen } from "../../../contract/spec.ts";
import { withPass } from "../../../contract/withPass.ts";
import { checkIndices, viewOf } from "../../../tensor/stage.ts";
import type { FloatInput, IndexInput, Tensor } from "../../../tensor/tensor.ts";

type Inputs = [centers: FloatInput, features: FloatInput, labels: IndexInput];

export interface UpdateCentersOptions {
  /** Step of the update, in [0, 1]. Default 0.5. */
  rate?: number;
}

const spec = frozen<FunctionSpecOf<Inputs, UpdateCentersOptions>>({
  name: "updateCenters",
  family: "embedding",
  title: { en: "Update of centers", zh: "类中心更新" },
  summary: "Moves the centers of centerLoss towards the features of a batch.",
  arguments: [
    { name: "centers", shape: "C D", kind: "float", differentiable: false, doc: "One center per class." },
    { name: "features", shape: "N D", kind: "float", differentiable: false, doc: "Feature vectors." },
    { name: "labels", shape: "N", kind: "index", doc: "Class of each row, 0…C − 1." },
  ],
  options: { rate: { type: "number", default: 0.5, range: "[0, 1]", doc: "Step of the update." } },
});

/**
 * The centers of centerLoss after a batch, by the rule of its paper; those given stay as they are.
 *
 *     c_j ← c_j − rate · Σ (c_j − x) / (1 + n_j)        over the n_j rows x of class j
 *
 * Shapes     centers: [C, D]; features: [N, D]; labels: [N], 0…C − 1. Returns [C, D].
 * Errors     A label outside 0…C − 1; rate outside [0, 1]; shapes that differ.
 * Edges      A class without rows keeps its center.
 * Relation   The 1 in 1 + n_j damps classes with few rows; the gradient of centerLoss does not have it.
 * Source     Y. Wen, K. Zhang, Z. Li, Y. Qiao, A Discriminative Feature Learning Approach for Deep Face Recognition, 2016.
 */
export function updateCenters(
  centers: FloatInput,
  features: FloatInput,
  labels: IndexInput,
  options?: UpdateCentersOptions & CommonOptions,
): Tensor;
export function updateCenters(...args: unknown[]): Tensor {
  return withPass<Inputs, UpdateCentersOptions, Tensor>(spec, args, ([c, x, y], { rate }, pass) => {
    const { kernel, dtype } = pass;
    const { C, D, N } = pass.dims;
    checkIndices(y, C, `centers are [${C}, ${D}]`);
    const moved = pass.take(dtype, C * D);
    const workspace = pass.take("bytes", kernel.moveCentersWorkspace(C));
    kernel.moveCenters(c.pointer, x.pointer, y.pointer, N, D, C, rate, moved, workspace);
    return { data: viewOf(moved, C * D, dtype).slice(), shape: [C, D] };
  });
}
updateCenters.spec = spec;
