/** `lossary/networks`: networks that turn images into features, through ONNX Runtime. */
export type { Image } from "./image.ts";
export { type FeatureNetwork, loadNetwork, type NetworkOptions } from "./network.ts";
export { preprocess, type ResolvedPreprocessing, type Size } from "./preprocess.ts";
export type { Preprocessing } from "./preprocessing.ts";
export { type PresetName, presets } from "./presets.ts";
export type { Filter } from "./resize.ts";
export type { OnnxRuntime } from "./runtime.ts";
