import { take } from "../../kernel/arena.ts";
import { axesOf, defineActivation, type Place, type Steps } from "../activation.ts";

const tile = ({ kernel, shape }: Place) => take("bytes", kernel.softmaxWorkspace(axesOf(shape).along));

const steps = (logarithmic: boolean): Steps => ({
  forward(x, y, place) {
    const { n, along, inner } = axesOf(place.shape);
    place.kernel.activateSoftmax(x, n, along, inner, logarithmic, y, tile(place));
  },
  back({ y, g, dx }, place) {
    const { n, along, inner } = axesOf(place.shape);
    place.kernel.pullSoftmax(y, g, n, along, inner, logarithmic, dx, tile(place));
  },
});

/**
 * Softmax: scores become probabilities of classes that exclude each other.
 *
 *     p_c = exp(x_c) / Σ_k exp(x_k)          over the classes, axis 1
 *
 * Shapes     inputs: [N, C, ...]. Value: the same.
 * Gradient   p_c (g_c − Σ_k p_k g_k) of the upstream g.
 * Errors     Fewer than two axes; an empty array; upstream that is missing or of another shape.
 * Edges      −Infinity has the probability 0. A row with +Infinity or NaN, or of −Infinity alone, is NaN.
 * Relation   logSoftmax is its logarithm. crossEntropy has both inside and loses no digits: prefer it to logLoss of a softmax.
 * Source     J. S. Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs, 1990.
 */
export const softmax = defineActivation(
  {
    name: "softmax",
    title: { en: "Softmax", zh: "Softmax" },
    summary: "Makes scores probabilities of classes that exclude each other.",
    shape: "N C ...",
    doc: "Scores of the classes.",
  },
  steps(false),
);

/**
 * Logarithm of the softmax, without its overflow and cancellation.
 *
 *     l_c = x_c − log Σ_k exp(x_k)           over the classes, axis 1
 *
 * Shapes     inputs: [N, C, ...]. Value: the same.
 * Gradient   g_c − p_c Σ_k g_k of the upstream g, p = softmax(x).
 * Errors     Fewer than two axes; an empty array; upstream that is missing or of another shape.
 * Edges      −Infinity stays. A row with +Infinity or NaN, or of −Infinity alone, is NaN.
 * Relation   Its exponential is the softmax; the negative of its entry at the label is crossEntropy.
 */
export const logSoftmax = defineActivation(
  {
    name: "logSoftmax",
    title: { en: "Log-softmax", zh: "对数Softmax" },
    summary: "Makes scores the logarithms of probabilities of classes that exclude each other.",
    shape: "N C ...",
    doc: "Scores of the classes.",
  },
  steps(true),
);
