import { defineScalarLoss } from "../../contract/loss.ts";
import { take } from "../../kernel/arena.ts";
import { nowhere, type Pointer } from "../../kernel/kernels.ts";
import { viewOf } from "../../tensor/stage.ts";
import { bytesPerElement, type FloatInput } from "../../tensor/tensor.ts";

/**
 * Chamfer distance of two clouds of points: the mean squared distance to the nearest point of the other, both ways.
 *
 *     L = mean over i of min_j ‖x_i − y_j‖² + mean over j of min_i ‖x_i − y_j‖²
 *
 * Shapes     x: [N, D]; y: [M, D]. One number.
 * Gradient   x and y, through the nearest points; of equally near ones the first takes it all.
 * Errors     D that differs; empty input.
 * Edges      Clouds of the same points, in any order, give 0 with gradient 0. NaN gives NaN.
 * Relation   PyTorch3D's default. Some papers take the distance instead of its square, sums instead of means, or half.
 *            earthMoverDistance couples every point once, and so sees how many there are.
 * Source     H. Fan, H. Su, L. Guibas, A Point Set Generation Network for 3D Object Reconstruction, 2017.
 */
export const chamferDistance = defineScalarLoss<[x: FloatInput, y: FloatInput], Record<never, never>, "x" | "y">(
  {
    name: "chamferDistance",
    family: "score",
    title: { en: "Chamfer distance", zh: "倒角距离" },
    aliases: { en: ["CD", "point-set distance"], zh: ["Chamfer距离"] },
    summary: "Draws each point of two clouds to the nearest point of the other.",
    arguments: [
      { name: "x", shape: "N D", kind: "float", differentiable: true, doc: "One cloud of points." },
      { name: "y", shape: "M D", kind: "float", differentiable: true, doc: "The other cloud." },
    ],
    options: {},
    unreduced: null,
    formula: String.raw`\frac{1}{N} \sum_i \min_j \lVert x_i - y_j \rVert^2 + \frac{1}{M} \sum_j \min_i \lVert x_i - y_j \rVert^2`,
    traps: ["a few far points weigh much, since distances are squared, and it does not see how densely points lie."],
    references: [
      {
        text: "Fan, Su and Guibas, A Point Set Generation Network for 3D Object Reconstruction from a Single Image, CVPR 2017",
        url: "https://arxiv.org/abs/1612.00603",
      },
    ],
  },
  ([x, y], _options, pass) => {
    const { kernel, dims, dtype, grads, scale } = pass;
    const [n, m, d] = [dims.N, dims.M, dims.D];
    const [columns, indices] = [pass.take(pass.dtype, Math.max(n, m) * d), take("int32", Math.max(n, m))];
    const [dx, dy] = [cleared(grads.x, x.size), cleared(grads.y, y.size)];
    const oneWay = (from: Pointer, count: number, to: Pointer, others: number, dFrom: Pointer, dTo: Pointer) => {
      kernel.transposePoints(to, others, d, others * bytesPerElement(dtype), columns);
      const sum = kernel.nearest(from, to, count, others, d, columns, indices);
      if (dFrom || dTo) kernel.pullTogether(from, to, indices, count, d, 2 / count, dFrom, dTo);
      return sum / count;
    };
    const value = oneWay(x.pointer, n, y.pointer, m, dx, dy) + oneWay(y.pointer, m, x.pointer, n, dy, dx);
    if (dx) kernel.collect(dx, x.size, grads.x, scale);
    if (dy) kernel.collect(dy, y.size, grads.y, scale);
    return value;
  },
);

/** Sums in f64 for a gradient that is wanted. */
function cleared(wanted: Pointer, size: number): Pointer {
  if (!wanted) return nowhere;
  const sums = take("float64", size);
  viewOf(sums, size, "float64").fill(0);
  return sums;
}
