import { defineLoss } from "../../../contract/loss.ts";
import { after } from "../../../kernel/kernels.ts";
import { eachRows } from "../../../linear/planes.ts";
import { bytesPerElement, type FloatInput } from "../../../tensor/tensor.ts";

/**
 * Jensen–Shannon divergence: the symmetric, bounded mean of both KL divergences to the average distribution.
 *
 *     m = (p + q) / 2
 *     L = ½ KL(p ‖ m) + ½ KL(q ‖ m)
 *
 * Shapes     p, q: [N, C, ...]. Unreduced value: [N, ...]. The mean divides by the number of distributions.
 * Gradient   ½ log(p / m) for p, ½ log(q / m) for q; 0 where the number itself is 0 (the derivative is −∞ there).
 * Errors     Numbers outside [0, 1]; shapes that differ; empty input.
 * Edges      Natural logarithm: disjoint distributions give log 2. 0 log 0 = 0; NaN gives NaN in its row.
 * Relation   Its root is a metric (SciPy's jensenshannon is the root).
 * Source     J. Lin, Divergence Measures Based on the Shannon Entropy, 1991.
 */
export const jensenShannonDivergence = defineLoss<[p: FloatInput, q: FloatInput], object, "p" | "q">(
  {
    name: "jensenShannonDivergence",
    family: "distribution",
    title: { en: "Jensen–Shannon divergence", zh: "JS散度" },
    aliases: { en: ["JS", "JSD", "information radius"], zh: ["Jensen–Shannon散度", "信息半径"] },
    summary: "Makes two distributions agree, with a bounded loss that treats both alike.",
    arguments: [
      { name: "p", shape: "N C ...", kind: "probability", differentiable: true, doc: "Distributions." },
      { name: "q", shape: "N C ...", kind: "probability", differentiable: true, doc: "Distributions." },
    ],
    options: {},
    unreduced: { shape: "N ...", mean: "the number of distributions" },
    formula: String.raw`\tfrac12 D_{\mathrm{KL}}(p \,\|\, m) + \tfrac12 D_{\mathrm{KL}}(q \,\|\, m), \quad m = \tfrac12 (p + q)`,
    traps: ["this is the divergence, not its square root, and in nats, not bits."],
    references: [
      {
        text: "Lin, Divergence Measures Based on the Shannon Entropy, IEEE Transactions on Information Theory 37, 1991",
        url: "https://doi.org/10.1109/18.61115",
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
        kernel.jensenShannon(p, q, rows, dims.C as number, valuesAt(first), dp, dq, scale),
      );
    },
  },
);
