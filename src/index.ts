export type { Loss, Reduced, ScalarLoss } from "./loss.ts";
export { huberLoss } from "./losses/regression/huber/huber.ts";
export type { LossSpec, Reduction } from "./spec.ts";
export type { FloatInput, IndexInput, ResidentTensor, Tensor } from "./tensor/tensor.ts";
export { resident } from "./tensor/tensor.ts";
