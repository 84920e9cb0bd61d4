/**
 * What the losses on paired boxes share: arguments, formats, the kernel's call. An image without objects has no boxes,
 * [0, 4]: of these, and of these alone, an empty batch is not a mistake; sum and mean are 0.
 */
import type { Pass, StagedInputs } from "../../contract/loss.ts";
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
  doc: "Corners; corner and extents; centre and extents; distances from a point.",
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

/** How the kernels take a format: as edges (the first of them negated) or as origin and extent (a share of it below). */
export const formats: Readonly<Record<BoxFormat, { edges: boolean; sign: number; share: number }>> = {
  xyxy: { edges: true, sign: 1, share: 0 },
  ltrb: { edges: true, sign: -1, share: 0 },
  xywh: { edges: false, sign: 1, share: 0 },
  cxcywh: { edges: false, sign: 1, share: 0.5 },
};

/** The kernel's number of each loss. */
const kinds = { linear: 0, log: 1, giou: 2, diou: 3, ciou: 4 } as const;

/** Scratch for what a kernel measures along both axes, 16 vectors of pairs at a time. */
export const AXES_BYTES = 16 * 2 * 144;

/** Scratch for how much the shapes of as many pairs differ. */
const ASPECTS_BYTES = 16 * 64;

export const countBoxes = (_inputs: unknown, _options: unknown, { dims }: Pick<Pass, "dims">): number =>
  dims.N as number;

export function runBoxes(
  kind: keyof typeof kinds,
  [predictions, targets]: StagedInputs<Boxes>,
  format: BoxFormat,
  { kernel, dims, values, grads, scale, dtype, take }: Pass<BoxesGrads>,
): number {
  const { edges, sign, share } = formats[format];
  return kernel.boxLoss(
    predictions.pointer,
    targets.pointer,
    dims.N as number,
    values,
    grads.predictions,
    scale,
    kinds[kind],
    edges,
    sign,
    share,
    take(dtype, (AXES_BYTES + ASPECTS_BYTES) / 4),
  );
}
