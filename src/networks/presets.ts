import type { Preprocessing } from "./preprocessing.ts";

export type PresetName = "fid-inception" | "clean-fid" | "torchvision-inception" | "vgg16";

const imageNet = { divide: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** What known networks expect of an image. */
export const presets: Readonly<Record<PresetName, Preprocessing>> = {
  /**
   * The body of the FID Inception network as pytorch-fid feeds it: bilinear to 299x299 without antialiasing, in −1…1. For
   * an export that starts after the wrapper's own resizing and scaling.
   */
  "fid-inception": {
    resize: [299, 299],
    filter: "bilinear",
    antialias: false,
    round: false,
    divide: 255,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
  },
  /**
   * The same network as clean-fid (0.1.35) feeds it: antialiased bicubic to 299x299, clipped to 0…255 but not rounded,
   * (pixel − 128) / 128.
   */
  "clean-fid": {
    resize: [299, 299],
    filter: "bicubic",
    antialias: true,
    round: false,
    clip: true,
    divide: 1,
    mean: [128, 128, 128],
    std: [128, 128, 128],
  },
  /** torchvision's Inception v3 with ImageNet weights: the shorter side to 342, the middle 299x299. */
  "torchvision-inception": { resize: 342, crop: [299, 299], ...imageNet },
  /** torchvision's VGG16 with ImageNet weights: the shorter side to 256, the middle 224x224. */
  vgg16: { resize: 256, crop: [224, 224], ...imageNet },
};
