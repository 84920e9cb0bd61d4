import { defineLoss, elements } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

/**
 * Wasserstein generator loss: what the generator of a Wasserstein GAN minimises.
 *
 *     L = −fake
 *
 * Shapes     fake: [N], the critic's scores of generated samples. Unreduced value: [N]. The mean divides by N.
 * Gradient   −1 for fake.
 * Errors     Scores of more than one dimension; empty input.
 * Edges      NaN gives NaN in its value and gradient.
 * Relation   The part of wassersteinCriticLoss the generator can move, with its sign turned.
 * Source     M. Arjovsky, S. Chintala and L. Bottou, Wasserstein GAN, 2017.
 */
export const wassersteinGeneratorLoss = defineLoss<[fake: FloatInput], object, "fake">(
  {
    name: "wassersteinGeneratorLoss",
    family: "distribution",
    title: { en: "Wasserstein generator loss", zh: "Wasserstein生成器损失" },
    aliases: { en: ["WGAN generator"], zh: ["WGAN生成器"] },
    summary: "Makes a generator raise the critic's score of its samples.",
    arguments: [{ name: "fake", shape: "N", kind: "float", differentiable: true, doc: "Scores of generated samples." }],
    options: {},
    unreduced: { shape: "N", mean: "the number of samples" },
    formula: String.raw`-f(\tilde x)`,
    traps: ["its value says nothing about the samples' quality: the critic's zero is arbitrary."],
    references: [
      { text: "Arjovsky, Chintala and Bottou, Wasserstein GAN, arXiv 2017", url: "https://arxiv.org/abs/1701.07875" },
    ],
  },
  {
    divisor: elements,
    run: ([fake], _, { kernel, values, grads, scale }) =>
      kernel.linear(fake.pointer, fake.size, -1, values, grads.fake, scale),
  },
);
