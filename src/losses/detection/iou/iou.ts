import type { CommonOptions } from "../../../contract/loss.ts";
import { type FunctionSpecOf, frozen } from "../../../contract/spec.ts";
import { withPass } from "../../../contract/withPass.ts";
import { BoxLayout } from "../../../kernel/kernels.ts";
import { viewOf } from "../../../tensor/stage.ts";
import type { FloatInput, Tensor } from "../../../tensor/tensor.ts";
import { type BoxOptions, formatOption } from "../boxes.ts";

type Inputs = [boxes1: FloatInput, boxes2: FloatInput];

const spec = frozen<FunctionSpecOf<Inputs, BoxOptions>>({
  name: "iou",
  family: "score",
  title: { en: "Intersection over union", zh: "交并比" },
  summary: "Overlap of all pairs of boxes over their union.",
  arguments: [
    { name: "boxes1", shape: "N 4", kind: "box", differentiable: false, emptyAllowed: true, doc: "Boxes." },
    { name: "boxes2", shape: "M 4", kind: "box", differentiable: false, emptyAllowed: true, doc: "Other boxes." },
  ],
  options: { format: formatOption },
});

/**
 * Intersection over union of every box with every box.
 *
 * Shapes     boxes1: [N, 4], boxes2: [M, 4]. Result: [N, M], in [0, 1].
 * Errors     Shapes other than these; an unknown format.
 * Edges      No boxes on a side, [0, 4], give [0, M] or [N, 0]. Extents below 0 count as 0; boxes without area share
 *            nothing with any. No NaN at any finite coordinates; NaN gives NaN in its row or column.
 * Relation   1 − iouLoss of a pair. Format "ltrb" takes all distances from the same point.
 */
export function iou(boxes1: FloatInput, boxes2: FloatInput, options?: BoxOptions & CommonOptions): Tensor;
export function iou(...args: unknown[]): Tensor {
  return withPass<Inputs, BoxOptions, Tensor>(spec, args, ([a, b], { format }, pass) => {
    const { kernel, dims, dtype } = pass;
    const [n, m] = [dims.N, dims.M];
    const out = pass.take(dtype, n * m);
    const state = pass.take("bytes", kernel.pairwiseIouWorkspace());
    kernel.pairwiseIou(a.pointer, b.pointer, n, m, BoxLayout[format], out, state);
    return { data: viewOf(out, n * m, dtype).slice(), shape: [n, m] };
  });
}
iou.spec = spec;
