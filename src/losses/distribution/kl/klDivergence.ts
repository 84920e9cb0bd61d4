import { defineLoss } from "../../../contract/loss.ts";
import { after } from "../../../kernel/kernels.ts";
import { eachRows } from "../../../linear/planes.ts";
import { bytesPerElement, type FloatInput } from "../../../tensor/tensor.ts";

/**
 * Kullback–Leibler divergence KL(p ‖ q) of probability rows: what coding samples of p with a code made for q costs.
 *
 *     L = Σ p (log p − log q)
 *
 * Shapes     p, q: [N, C, ...]. Unreduced value: [N, ...]. The mean divides by the number of distributions, not of
 *            elements.
 * Gradient   log p − log q + 1 for p, −p / q for q; both 0 where p is 0 (the derivative for p is −∞ there).
 * Errors     Numbers outside [0, 1]; shapes that differ; empty input. Rows are taken as they are, not normalised.
 * Edges      0 log 0 = 0; q = 0 < p gives +Infinity; NaN gives NaN in its row.
 * Relation   klDivergence(p, q) is the cross entropy of q under p less the entropy of p; it is not symmetric.
 * Source     S. Kullback and R. A. Leibler, On Information and Sufficiency, 1951.
 */
export const klDivergence = defineLoss<[p: FloatInput, q: FloatInput], object, "p" | "q">(
  {
    name: "klDivergence",
    family: "distribution",
    title: { en: "KL divergence", zh: "KL散度" },
    aliases: { en: ["KL", "Kullback–Leibler divergence", "relative entropy"], zh: ["Kullback–Leibler散度", "相对熵"] },
    summary: "Makes one distribution of probabilities agree with another.",
    arguments: [
      { name: "p", shape: "N C ...", kind: "probability", differentiable: true, doc: "The true distributions." },
      { name: "q", shape: "N C ...", kind: "probability", differentiable: true, doc: "The distributions measured." },
    ],
    options: {},
    unreduced: { shape: "N ...", mean: "the number of distributions" },
    formula: String.raw`D_{\mathrm{KL}}(p \,\|\, q) = \sum_c p_c \,(\log p_c - \log q_c)`,
    traps: [
      "KL is not symmetric: the true distribution comes first here; PyTorch's kl_div takes log q first.",
      "a mean over all elements, as PyTorch's default, is too small by the number of classes.",
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
    run: ([p, q], _, pass) => {
      const { kernel, dtype, dims, grads, scale } = pass;
      const valuesAt = (first: number) => after(pass.values, first * bytesPerElement(dtype));
      const to = [grads.p, grads.q] as const;
      return eachRows(pass, [p.pointer, q.pointer], to, (rows, [p, q], [dp, dq], first) =>
        kernel.klDivergence(p, q, rows, dims.C as number, valuesAt(first), dp, dq, scale),
      );
    },
  },
);
