import { defineScalarLoss } from "../../../contract/loss.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

/**
 * Wasserstein critic loss: what the critic of a Wasserstein GAN minimises.
 *
 *     L = mean(fake) − mean(real)
 *
 * Shapes     real: [N], fake: [M], the critic's scores; N and M may differ. One number.
 * Gradient   −1/N for real, 1/M for fake.
 * Errors     Scores of more than one dimension; empty input.
 * Edges      NaN gives NaN; the gradients of other scores stay.
 * Relation   Minus this is the critic's estimate of the Wasserstein-1 distance, if the critic is 1-Lipschitz:
 *            keep it so with gradientPenalty.
 * Source     M. Arjovsky, S. Chintala and L. Bottou, Wasserstein GAN, 2017.
 */
export const wassersteinCriticLoss = defineScalarLoss<[real: FloatInput, fake: FloatInput], object, "real" | "fake">(
  {
    name: "wassersteinCriticLoss",
    family: "distribution",
    title: { en: "Wasserstein critic loss", zh: "Wasserstein判别器损失" },
    aliases: { en: ["WGAN critic", "critic loss"], zh: ["WGAN判别器"] },
    summary: "Makes a critic score real samples above generated ones.",
    arguments: [
      { name: "real", shape: "N", kind: "float", differentiable: true, doc: "Scores of real samples." },
      { name: "fake", shape: "M", kind: "float", differentiable: true, doc: "Scores of generated samples." },
    ],
    options: {},
    unreduced: null,
    formula: String.raw`\frac1M \sum_j f(\tilde x_j) - \frac1N \sum_i f(x_i)`,
    traps: ["without a Lipschitz constraint the critic's scores grow without end."],
    references: [
      { text: "Arjovsky, Chintala and Bottou, Wasserstein GAN, arXiv 2017", url: "https://arxiv.org/abs/1701.07875" },
    ],
  },
  ([real, fake], _, { kernel, grads, scale }) =>
    kernel.linear(fake.pointer, fake.size, 1 / fake.size, nowhere, grads.fake, scale) +
    kernel.linear(real.pointer, real.size, -1 / real.size, nowhere, grads.real, scale),
);
