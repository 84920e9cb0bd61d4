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
 * Complete IoU loss: IoU, the distance of the centres, and how much the shapes differ.
 *
 *     v = 4/π² (atan(w'/h') − atan(w/h))²,   α = v / (1 − I/U + v)
 *     L = 1 − I / U + ρ² / c² + α v          ρ, c: as in diouLoss; w', h': extents of the true box
 *
 * Shapes     predictions, targets: [N, 4], pairs of boxes. Unreduced value: [N], in [0, 3]. The mean divides by N.
 * Gradient   Predictions, through the format; targets are constants, and α is held constant, as in the paper. That of v is
 *            exact, with the division by w² + h² that the authors' code leaves out.
 * Errors     Shapes that differ.
 * Edges      No boxes, [0, 4], cost 0 with an empty gradient. Extents below 0 count as 0, at the box's middle. A height
 *            of 0 is an angle of π/2; the shape of a point differs from none. A perfect box: 0 with gradient 0. No NaN at
 *            any finite coordinates; NaN gives NaN in its pair.
 * Relation   diouLoss where the shapes agree. torchvision adds 1e-7 to the divisors of IoU, ρ²/c² and α; this does not.
 * Source     Z. Zheng et al., Distance-IoU Loss, 2020.
 */
export const ciouLoss = defineLoss<Boxes, BoxOptions, BoxesGrads>(
  {
    name: "ciouLoss",
    family: "detection",
    title: { en: "Complete IoU loss", zh: "完整交并比损失" },
    aliases: { en: ["CIoU"], zh: ["完整IoU损失"] },
    summary: "Makes predicted boxes agree with the true ones in overlap, place and shape.",
    arguments: boxes,
    options: { format: formatOption },
    unreduced: eachBox,
    formula: String.raw`1 - \frac{I}{U} + \frac{\rho^2}{c^2} + \alpha v`,
    traps: [
      "The gradient is not the derivative of the value: α is a constant in it.",
      "v compares shapes, not sizes: doubling both extents does not change it.",
    ],
    heldConstant: "α",
    references: [diouReference],
  },
  { divisor: countBoxes, run: (inputs, { format }, pass) => runBoxes("ciou", inputs, format, pass) },
);
