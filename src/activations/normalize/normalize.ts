import { take } from "../../kernel/arena.ts";
import { axesOf, defineActivation, type Place } from "../activation.ts";

const rows = ({ kernel, shape }: Place) => take("bytes", kernel.normalizeWorkspace(axesOf(shape).along));

/**
 * Vectors divided by their Euclidean lengths.
 *
 *     y = x / ‖x‖                            along axis 1
 *
 * Shapes     inputs: [N, C, ...]. Value: the same.
 * Gradient   (g − y (y·g)) / ‖x‖ of the upstream g.
 * Errors     Fewer than two axes; an empty array; upstream that is missing or of another shape.
 * Edges      A zero vector stays zero, with gradient 0. A vector with NaN is NaN.
 * Relation   The dot products of what it gives are cosines. The embedding losses that speak of cosines normalize by themselves.
 */
export const normalize = defineActivation(
  {
    name: "normalize",
    title: { en: "Normalization to unit length", zh: "单位长度归一化" },
    summary: "Keeps the direction of vectors and makes their lengths 1.",
    shape: "N C ...",
    doc: "Vectors along axis 1.",
  },
  {
    forward(x, y, place) {
      const { n, along, inner } = axesOf(place.shape);
      place.kernel.activateNormalize(x, n, along, inner, y, rows(place));
    },
    back({ x, g, dx }, place) {
      const { n, along, inner } = axesOf(place.shape);
      place.kernel.pullNormalize(x, g, n, along, inner, dx, rows(place));
    },
  },
);
