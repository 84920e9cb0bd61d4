import { readOptions } from "../../../contract/options.ts";
import { kernels, take, withScratch } from "../../../kernel/arena.ts";
import { readInput } from "../../../tensor/read.ts";
import { Bindings, bindArgument } from "../../../tensor/shapes.ts";
import { checkIndices, commonDtype, stageFloats, stageIndices, viewOf } from "../../../tensor/stage.ts";
import type { FloatInput, IndexInput, Tensor } from "../../../tensor/tensor.ts";

const NAME = "updateCenters";
const specs = { rate: { type: "number", default: 0.5, range: "[0, 1]", doc: "Step." } } as const;

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
  options: { rate?: number } = {},
): Tensor {
  const { rate } = readOptions<{ rate: number }>(NAME, options, specs);
  const inputs = [
    { name: "centers", shape: "C D", view: readInput(`${NAME}: centers`, centers) },
    { name: "features", shape: "N D", view: readInput(`${NAME}: features`, features) },
    { name: "labels", shape: "N", view: readInput(`${NAME}: labels`, labels) },
  ] as const;
  const bindings = new Bindings();
  const before: { name: string; shape: readonly number[] }[] = [];
  for (const { name, shape, view } of inputs) {
    bindArgument(NAME, bindings, { name, shape }, view.shape, before);
    before.push({ name, shape: view.shape });
  }
  const [C, D, N] = [bindings.dims.C as number, bindings.dims.D as number, bindings.dims.N as number];
  const dtype = commonDtype([inputs[0].view, inputs[1].view]);
  return withScratch(() => {
    const c = stageFloats(`${NAME}: centers`, inputs[0].view, dtype);
    const x = stageFloats(`${NAME}: features`, inputs[1].view, dtype);
    const y = stageIndices(`${NAME}: labels`, inputs[2].view);
    checkIndices(y, C, `centers are [${C}, ${D}]`);
    const moved = take(dtype, C * D);
    const counts = take("int32", C);
    kernels[dtype].moveCenters(c.pointer, x.pointer, y.pointer, N, D, C, moved, counts, rate);
    return { data: viewOf(moved, C * D, dtype).slice(), shape: [C, D] };
  });
}
