import { defineLoss } from "../../../contract/loss.ts";
import {
  type Boxes,
  type BoxesGrads,
  type BoxOptions,
  boxes,
  countBoxes,
  diouReference,
  eachBox,
  formatOption,
  runBoxes,
} from "../boxes.ts";

/**
 * Distance-IoU loss: IoU, and the distance of the centres over the diagonal of the hull, both squared.
 *
 *     L = 1 − I / U + ρ² / c²          ρ: distance of the centres; c: diagonal of the smallest box around both
 *
 * Shapes     predictions, targets: [N, 4], pairs of boxes. Unreduced value: [N], in [0, 2]. The mean divides by N.
 * Gradient   Predictions, through the format; targets are constants. Where edges meet each takes half, so a perfect box
 *            has gradient 0.
 * Errors     Shapes that differ.
 * Edges      No boxes, [0, 4], cost 0 with an empty gradient. Extents below 0 count as 0, at the box's middle. Two equal
 *            boxes without area cost 1 with gradient 0. No NaN at any finite coordinates; NaN gives NaN in its pair.
 * Relation   iouLoss where the centres agree; ciouLoss adds the shape.
 * Source     Z. Zheng et al., Distance-IoU Loss, 2020.
 */
export const diouLoss = defineLoss<Boxes, BoxOptions, BoxesGrads>(
  {
    name: "diouLoss",
    family: "detection",
    title: { en: "Distance-IoU loss", zh: "距离交并比损失" },
    aliases: { en: ["DIoU"], zh: ["距离IoU损失"] },
    summary: "Makes predicted boxes cover the true ones, and pulls their centres together.",
    arguments: boxes,
    options: { format: formatOption },
    unreduced: eachBox,
    formula: String.raw`1 - \frac{I}{U} + \frac{\rho^2}{c^2}`,
    traps: ["Boxes of one centre and different shape are told apart by IoU alone."],
    references: [diouReference],
  },
  { divisor: countBoxes, run: (inputs, { format }, pass) => runBoxes("diou", inputs, format, pass) },
);
