import { defineLoss } from "../../../contract/loss.ts";
import { after } from "../../../kernel/kernels.ts";
import { eachRows } from "../../../linear/planes.ts";
import { bytesPerElement, type FloatInput } from "../../../tensor/tensor.ts";

/**
 * Kullback–Leibler divergence KL(targets ‖ softmax(logits)): fits logits to whole distributions.
 *
 *     L = Σ t (log t − log softmax(x))
 *
 * Shapes     logits, targets: [N, C, ...]. Unreduced value: [N, ...]. The mean divides by the number of distributions.
 * Gradient   Σt · softmax(x) − t for logits, which is softmax(x) − t where a row of targets sums to 1.
 * Errors     Targets outside [0, 1]; shapes that differ; empty input.
 * Edges      0 log 0 = 0; a logit of −Infinity is fine where its target is 0 and gives +Infinity elsewhere.
 * Relation   softCrossEntropy less the entropy of the targets: equal gradients, and 0 where they agree.
 * Source     S. Kullback and R. A. Leibler, On Information and Sufficiency, 1951.
 */
export const klDivergenceFromLogits = defineLoss<[logits: FloatInput, targets: FloatInput], object, "logits">(
  {
    name: "klDivergenceFromLogits",
    family: "distribution",
    title: { en: "KL divergence from logits", zh: "KL散度（logits）" },
    aliases: { en: ["KL from logits", "Kullback–Leibler divergence from logits"], zh: [] },
    summary: "Fits the softmax of logits to target distributions.",
    arguments: [
      {
        name: "logits",
        shape: "N C ...",
        kind: "float",
        differentiable: true,
        doc: "Logits of the fitted distributions.",
      },
      { name: "targets", shape: "N C ...", kind: "probability", differentiable: false, doc: "True distributions." },
    ],
    options: {},
    unreduced: { shape: "N ...", mean: "the number of distributions" },
    formula: String.raw`\sum_c t_c \bigl(\log t_c - x_c + \log \textstyle\sum_k e^{x_k}\bigr)`,
    traps: [
      "the direction is targets first: KL(targets ‖ softmax(logits)), which asks the model to cover every target.",
    ],
    references: [
      {
        text: "Kullback and Leibler, On Information and Sufficiency, Annals of Mathematical Statistics 22, 1951",
        url: "https://doi.org/10.1214/aoms/1177729694",
      },
    ],
  },
  {
    divisor: (_inputs, _options, { dims }) => (dims.N as number) * (dims["..."] as number),
    run: ([x, t], _, pass) => {
      const { kernel, dtype, dims, grads, scale } = pass;
      const valuesAt = (first: number) => after(pass.values, first * bytesPerElement(dtype));
      const to = [grads.logits] as const;
      return eachRows(pass, [x.pointer, t.pointer], to, (rows, [x, t], [dx], first) =>
        kernel.klFromLogits(x, t, rows, dims.C as number, valuesAt(first), dx, scale),
      );
    },
  },
);
