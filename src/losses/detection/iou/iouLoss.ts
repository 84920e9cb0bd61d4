import { defineLoss } from "../../../contract/loss.ts";
import {
  type Boxes,
  type BoxesGrads,
  type BoxOptions,
  boxes,
  countBoxes,
  eachBox,
  formatOption,
  runBoxes,
} from "../boxes.ts";

export interface IouLossOptions extends BoxOptions {
  /** 1 − IoU, or −ln IoU. Default "linear". */
  form?: "linear" | "log";
}

/**
 * IoU loss: how far a predicted box is from covering the true one and nothing else.
 *
 *     I = area of the intersection,  U = area of the union
 *     L = 1 − I / U                  log: −ln((I + 1e-7) / (U + 1e-7))
 *
 * Shapes     predictions, targets: [N, 4], pairs of boxes. Unreduced value: [N]. The mean divides by N.
 * Gradient   Predictions, through the format; targets are constants. Where a predicted and a true edge meet each takes
 *            half, so a perfect box has gradient 0.
 * Errors     Shapes that differ.
 * Edges      No boxes, [0, 4], cost 0 with an empty gradient. Extents below 0 count as 0, at the box's middle: two of
 *            them are not an overlap. Boxes that do not overlap, or only touch, cost 1 with gradient 0 (log: the logarithm of
 *            their areas over 1e-7, with gradient), also two equal ones without area (log: 0). No NaN at any finite
 *            coordinates; NaN gives NaN in its pair.
 * Units      The linear form does not depend on them; the log form does where areas come near 1e-7.
 * Relation   giouLoss, diouLoss and ciouLoss also drive boxes that do not overlap. `iou` compares every box with every.
 * Source     J. Yu et al., UnitBox, 2016 (format "ltrb", form "log").
 */
export const iouLoss = defineLoss<Boxes, IouLossOptions, BoxesGrads>(
  {
    name: "iouLoss",
    family: "detection",
    title: { en: "IoU loss", zh: "交并比损失" },
    aliases: { en: ["UnitBox loss", "IoU", "bounding-box regression"], zh: ["UnitBox损失", "边界框回归"] },
    summary: "Makes predicted boxes cover the true ones, whatever their size.",
    arguments: boxes,
    options: {
      format: formatOption,
      form: { type: "choice", default: "linear", choices: ["linear", "log"], doc: "1 − IoU, or −ln IoU." },
    },
    unreduced: eachBox,
    formula: String.raw`1 - \frac{I}{U} \quad\text{or}\quad -\ln\frac{I + 10^{-7}}{U + 10^{-7}}`,
    traps: [
      "Boxes that do not overlap have no gradient in the linear form: start with giouLoss.",
      "Multiplying two negative extents makes an overlap of nothing; here both count as 0.",
      "Adding 1 to the union alone, as in widespread code, costs a perfect box of area 0.01 as much as 4.6.",
    ],
    references: [
      {
        text: "Yu, Jiang, Wang, Cao and Huang, UnitBox: An Advanced Object Detection Network, ACM Multimedia 2016",
        url: "https://arxiv.org/abs/1608.01471",
      },
    ],
  },
  { divisor: countBoxes, run: (inputs, { format, form }, pass) => runBoxes(form, inputs, format, pass) },
);
