import { readOptions } from "../../../contract/options.ts";
import { kernels, take, withScratch } from "../../../kernel/arena.ts";
import { readInput } from "../../../tensor/read.ts";
import { Bindings, bindArgument } from "../../../tensor/shapes.ts";
import { commonDtype, stageFloats, viewOf } from "../../../tensor/stage.ts";
import type { FloatInput, Tensor } from "../../../tensor/tensor.ts";
import { AXES_BYTES, type BoxFormat, type BoxOptions, formatOption, formats } from "../boxes.ts";

const specs = { format: formatOption };

/**
 * Intersection over union of every box with every box.
 *
 * Shapes     boxes1: [N, 4], boxes2: [M, 4]. Result: [N, M], in [0, 1].
 * Errors     Shapes other than these; an unknown format.
 * Edges      No boxes on a side, [0, 4], give [0, M] or [N, 0]. Extents below 0 count as 0; boxes without area share
 *            nothing with any. No NaN at any finite coordinates; NaN gives NaN in its row or column.
 * Relation   1 − iouLoss of a pair. Format "ltrb" takes all distances from the same point.
 */
export function iou(boxes1: FloatInput, boxes2: FloatInput, options: BoxOptions = {}): Tensor {
  const name = "iou";
  const { format } = readOptions<{ format: BoxFormat }>(name, options, specs);
  const bindings = new Bindings();
  const [first, second] = [readInput(`${name}: boxes1`, boxes1), readInput(`${name}: boxes2`, boxes2)];
  bindArgument(name, bindings, { name: "boxes1", shape: "N 4", emptyAllowed: true }, first.shape, []);
  bindArgument(name, bindings, { name: "boxes2", shape: "M 4", emptyAllowed: true }, second.shape, []);
  const dtype = commonDtype([first, second]);
  const [n, m] = [first.shape[0] as number, second.shape[0] as number];
  const { edges, sign, share } = formats[format];
  return withScratch(() => {
    const [a, b] = [stageFloats(`${name}: boxes1`, first, dtype), stageFloats(`${name}: boxes2`, second, dtype)];
    const out = take(dtype, n * m);
    const [state, copies] = [take("bytes", AXES_BYTES), take("bytes", 64)];
    kernels[dtype].pairwiseIou(a.pointer, n, b.pointer, m, out, edges, sign, share, state, copies);
    return { data: viewOf(out, n * m, dtype).slice(), shape: [n, m] };
  });
}
