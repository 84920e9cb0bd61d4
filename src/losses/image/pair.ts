/** What the losses of image pairs share: arguments, the range of the pixels, one value per image. */

import { type Body, defineLoss, type Loss, type Pass } from "../../contract/loss.ts";
import type { SpecOf } from "../../contract/spec.ts";
import { LossaryTypeError } from "../../lossaryError.ts";
import type { Operand } from "../../tensor/stage.ts";
import type { FloatInput, Shape } from "../../tensor/tensor.ts";

export type Images = [predictions: FloatInput, targets: FloatInput];
export type ImagesGrads = "predictions" | "targets";

export const images = [
  {
    name: "predictions",
    shape: "N C H W",
    kind: "float",
    differentiable: true,
    doc: "Images under test.",
  },
  {
    name: "targets",
    shape: "N C H W",
    kind: "float",
    differentiable: true,
    doc: "True images.",
  },
] as const;

/** The same of volumes too: images with a depth before H and W. */
export const imagesOrVolumes = [
  { ...images[0], shape: "N C ... H W", doc: "Images or volumes [N, C, D, H, W] under test." },
  { ...images[1], shape: "N C ... H W", doc: "True images or volumes." },
] as const;

/** One value per image. */
export const eachImage = { shape: "N", mean: "the number of images" } as const;

export interface RangeOptions {
  /** Largest pixel minus smallest: 1 for images in [0, 1], 255 for bytes; > 0. Required, but for Uint8 images: 255. */
  dataRange?: number;
}

type Bytes = Uint8Array | Uint8ClampedArray;

/** An image of bytes, whose range is 255. */
export type ByteImage =
  | Bytes
  | { readonly data: Bytes; readonly shape: Shape }
  | { readonly data: Bytes; readonly dims: Shape };

/** A loss of images, which must be told their range unless both are of bytes. */
export type RangedLoss<O extends RangeOptions> = Loss<
  [predictions: ByteImage, targets: ByteImage],
  O,
  ImagesGrads,
  SpecOf<Images, O>
> &
  Loss<Images, O & Required<RangeOptions>, ImagesGrads, SpecOf<Images, O>>;

/** Makes a loss of images that have a range. */
export const defineRangedLoss = <O extends RangeOptions>(
  spec: SpecOf<Images, O>,
  body: Body<Images, O, ImagesGrads>,
): RangedLoss<O> => defineLoss<Images, O, ImagesGrads>(spec, body) as unknown as RangedLoss<O>;

/** The loss as one of arrays that have no range of their own. */
export const told = <O extends RangeOptions>(loss: RangedLoss<O>) =>
  loss as unknown as Loss<Images, O & Required<RangeOptions>, ImagesGrads>;

export const dataRangeOption = {
  type: "number",
  default: undefined,
  range: "(0, ∞)",
  doc: "Largest pixel minus smallest: required, but for Uint8 images, where it is 255.",
} as const;

/** What the range of an image is told from. */
export type Ranged = Pick<Operand, "what" | "bytes">;

/** The range of the pixels: as told, or that of bytes. */
export function rangeOf([predictions, targets]: readonly [Ranged, Ranged], dataRange: number | undefined): number {
  if (dataRange !== undefined) return dataRange;
  if (predictions.bytes && targets.bytes) return 255;
  const [name] = predictions.what.split(":") as [string];
  throw new LossaryTypeError(
    `${name}: dataRange`,
    `is missing; expected a number, 1 for images in [0, 1] or 255 for 0…255 (only Uint8 images have a range of their own)`,
  );
}

export interface Sizes {
  readonly count: number;
  readonly channels: number;
  /** 1 for images. */
  readonly depth: number;
  readonly height: number;
  readonly width: number;
}

export function sizesOf({ dims }: Pick<Pass, "dims">): Sizes {
  return { count: dims.N, channels: dims.C, depth: dims["..."], height: dims.H, width: dims.W };
}
