import { sizeOf } from "../../tensor/tensor.ts";
import { defineActivation } from "../activation.ts";

/**
 * Sigmoid: each score becomes a probability of its own.
 *
 *     σ(x) = 1 / (1 + exp(−x))
 *
 * Shapes     inputs: [...]. Value: the same.
 * Gradient   g σ(x) σ(−x) of the upstream g, without the difference 1 − σ.
 * Errors     An empty array; upstream that is missing or of another shape.
 * Edges      ±Infinity gives 1 and 0, with gradient 0; NaN stays.
 * Relation   binaryCrossEntropy has it inside and loses no digits: prefer it to binaryLogLoss of a sigmoid.
 */
export const sigmoid = defineActivation(
  {
    name: "sigmoid",
    title: { en: "Sigmoid", zh: "Sigmoid" },
    summary: "Makes each score a probability of its own.",
    shape: "...",
    doc: "Scores.",
  },
  {
    forward: (x, y, { kernel, shape }) => kernel.activateSigmoid(x, sizeOf(shape), y),
    back: ({ x, g, dx }, { kernel, shape }) => kernel.pullSigmoid(x, g, sizeOf(shape), dx),
  },
);
