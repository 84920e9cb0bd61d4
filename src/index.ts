export type { Loss, Reduced, ScalarLoss } from "./loss.ts";
export { distillationLoss } from "./losses/distribution/kl/distillationLoss.ts";
export { jensenShannonDivergence } from "./losses/distribution/kl/jensenShannonDivergence.ts";
export { klDivergence } from "./losses/distribution/kl/klDivergence.ts";
export { klDivergenceFromLogits } from "./losses/distribution/kl/klDivergenceFromLogits.ts";
export { huberLoss } from "./losses/regression/huber/huber.ts";
export type { LossSpec, Reduction } from "./spec.ts";
export type { FloatInput, IndexInput, ResidentTensor, Tensor } from "./tensor/tensor.ts";
export { resident } from "./tensor/tensor.ts";
