/**
 * What the losses on paired boxes share: arguments, formats, the kernel's call. An image without objects has no boxes,
 * [0, 4]: of these, and of these alone, an empty batch is not a mistake; sum and mean are 0.
 */
import type { Pass, StagedInputs } from "../../contract/loss.ts";
import { BoxLayout, BoxLoss } from "../../kernel/kernels.ts";
import type { FloatInput } from "../../tensor/tensor.ts";

export type Boxes = [predictions: FloatInput, targets: FloatInput];
export type BoxesGrads = "predictions";

/**
 * What the four numbers of a box are: two corners; a corner and the extents; the centre and the extents; or the
 * distances left, top, right, bottom from a point that lies at the same place for both boxes.
 */
export type BoxFormat = "xyxy" | "xywh" | "cxcywh" | "ltrb";

export interface BoxOptions {
  /** What the four numbers of a box are. Default "xyxy". */
  format?: BoxFormat;
}

export const boxes = [
  {
    name: "predictions",
    shape: "N 4",
    kind: "box",
    differentiable: true,
    emptyAllowed: true,
    doc: "Predicted boxes.",
  },
  {
    name: "targets",
    shape: "N 4",
    kind: "box",
    differentiable: false,
    emptyAllowed: true,
    doc: "The true box of each.",
  },
] as const;

export const formatOption = {
  type: "choice",
  default: "xyxy",
  choices: ["xyxy", "xywh", "cxcywh", "ltrb"],
  doc: "What the four numbers of a box are: corners; corner and extents; centre and extents; distances from a point.",
} as const;

export const eachBox = { shape: "N", mean: "the number of pairs" } as const;

export const giouReference = {
  text: "Rezatofighi et al., Generalized Intersection over Union: A Metric and a Loss for Bounding Box Regression, CVPR 2019",
  url: "https://arxiv.org/abs/1902.09630",
} as const;

export const diouReference = {
  text: "Zheng et al., Distance-IoU Loss: Faster and Better Learning for Bounding Box Regression, AAAI 2020",
  url: "https://arxiv.org/abs/1911.08287",
} as const;

export const countBoxes = (_inputs: unknown, _options: unknown, { dims }: Pick<Pass, "dims">): number =>
  dims.N as number;

export function runBoxes(
  kind: keyof typeof BoxLoss,
  [predictions, targets]: StagedInputs<Boxes>,
  format: BoxFormat,
  { kernel, dims, values, grads, scale, take }: Pass<BoxesGrads>,
): number {
  return kernel.boxLoss(
    predictions.pointer,
    targets.pointer,
    dims.N as number,
    BoxLoss[kind],
    BoxLayout[format],
    values,
    grads.predictions,
    scale,
    take("bytes", kernel.boxLossWorkspace()),
  );
}
