export { huberLoss } from "./losses/regression/huber/huber.ts";
export { resident } from "./tensor/tensor.ts";
