import { defineLoss } from "../../../contract/loss.ts";
import {
  type Boxes,
  type BoxesGrads,
  type BoxOptions,
  boxes,
  countBoxes,
  eachBox,
  formatOption,
  giouReference,
  runBoxes,
} from "../boxes.ts";

/**
 * Generalized IoU loss: IoU, and the empty share of the smallest box that holds both.
 *
 *     L = 1 − I / U + (C − U) / C          C = area of the hull, the smallest box around both
 *
 * Shapes     predictions, targets: [N, 4], pairs of boxes. Unreduced value: [N], in [0, 2]. The mean divides by N.
 * Gradient   Predictions, through the format; targets are constants. Where edges meet each takes half, so a perfect box
 *            has gradient 0.
 * Errors     Shapes that differ.
 * Edges      No boxes, [0, 4], cost 0 with an empty gradient. Extents below 0 count as 0, at the box's middle. A hull
 *            without area adds nothing: two equal boxes without area cost 1 with gradient 0. No NaN at any finite
 *            coordinates; NaN gives NaN in its pair.
 * Relation   iouLoss where the hull is the union. Moving and scaling both boxes alike changes nothing.
 * Source     H. Rezatofighi et al., Generalized Intersection over Union, 2019.
 */
export const giouLoss = defineLoss<Boxes, BoxOptions, BoxesGrads>(
  {
    name: "giouLoss",
    family: "detection",
    title: { en: "Generalized IoU loss", zh: "广义交并比损失" },
    aliases: { en: ["GIoU"], zh: ["广义IoU损失"] },
    summary: "Makes predicted boxes cover the true ones, and pulls them together where they do not overlap.",
    arguments: boxes,
    options: { format: formatOption },
    unreduced: eachBox,
    formula: String.raw`1 - \frac{I}{U} + \frac{C - U}{C}`,
    traps: [
      "A box inside the other has the hull of the union: there it is plain IoU, blind to where the box lies.",
      "Disjoint boxes first grow until they overlap, and shrink afterwards: training starts slowly.",
    ],
    references: [giouReference],
  },
  { divisor: countBoxes, run: (inputs, { format }, pass) => runBoxes("giou", inputs, format, pass) },
);
