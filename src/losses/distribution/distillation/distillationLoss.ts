import { defineLoss } from "../../../contract/loss.ts";
import { after } from "../../../kernel/kernels.ts";
import { eachRows } from "../../../linear/planes.ts";
import { bytesPerElement, type FloatInput } from "../../../tensor/tensor.ts";

export interface DistillationOptions {
  /** Divides both logits; > 0. Default 1. */
  temperature?: number;
}

/**
 * Distillation loss: the softened distribution of a student fitted to that of a teacher.
 *
 *     L = τ² KL(softmax(teacher / τ) ‖ softmax(student / τ))
 *
 * Shapes     studentLogits, teacherLogits: [N, C, ...]. Unreduced value: [N, ...]. The mean divides by the number of distributions.
 * Gradient   τ (softmax(student / τ) − softmax(teacher / τ)) for studentLogits; the teacher is a constant.
 * Errors     temperature ≤ 0 or not a number; shapes that differ; empty input.
 * Edges      NaN gives NaN in its row. A teacher's logit of −Infinity is a probability of 0 and asks nothing.
 * Relation   klDivergenceFromLogits(student / τ, softmax(teacher / τ)) times τ²; the factor keeps gradients of one size.
 * Source     G. Hinton, O. Vinyals and J. Dean, Distilling the Knowledge in a Neural Network, 2015.
 */
export const distillationLoss = defineLoss<
  [studentLogits: FloatInput, teacherLogits: FloatInput],
  DistillationOptions,
  "studentLogits"
>(
  {
    name: "distillationLoss",
    family: "distribution",
    title: { en: "Distillation loss", zh: "知识蒸馏损失" },
    aliases: { en: ["knowledge distillation", "KD", "soft targets"], zh: ["知识蒸馏", "软目标"] },
    summary: "Makes a student predict the whole distribution a teacher predicts.",
    arguments: [
      { name: "studentLogits", shape: "N C ...", kind: "float", differentiable: true, doc: "The student's logits." },
      { name: "teacherLogits", shape: "N C ...", kind: "float", differentiable: false, doc: "The teacher's logits." },
    ],
    options: {
      temperature: { type: "number", default: 1, range: "(0, ∞)", doc: "Divides both logits." },
    },
    unreduced: { shape: "N ...", mean: "the number of distributions" },
    formula: String.raw`\tau^2 \, D_{\mathrm{KL}}\bigl(\mathrm{softmax}(z_t / \tau) \,\|\, \mathrm{softmax}(z_s / \tau)\bigr)`,
    traps: ["without τ² the gradient shrinks as 1/τ² and the balance with a hard-label loss moves with τ."],
    references: [
      {
        text: "Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, arXiv 2015",
        url: "https://arxiv.org/abs/1503.02531",
      },
    ],
  },
  {
    divisor: (_inputs, _options, { dims }) => (dims.N as number) * (dims["..."] as number),
    run: ([x, y], { temperature }, pass) => {
      const { kernel, dtype, dims, grads, scale } = pass;
      const valuesAt = (first: number) => after(pass.values, first * bytesPerElement(dtype));
      const to = [grads.studentLogits] as const;
      return eachRows(pass, [x.pointer, y.pointer], to, (rows, [x, y], [dx], first) =>
        kernel.distillation(x, y, rows, dims.C as number, temperature, valuesAt(first), dx, scale),
      );
    },
  },
);
