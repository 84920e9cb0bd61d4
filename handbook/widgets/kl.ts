/** Two painted histograms, KL in either direction, and the pull on q's logits. */
import * as Plot from "@observablehq/plot";
import { klDivergenceFromLogits } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { barHandles, bars, bins, compare, preamble, shiftSlider } from "./shared/histograms.ts";

export default defineWidget({
  title: { en: "KL divergence of two histograms", zh: "两个直方图的KL散度" },
  initial: { p: [3, 8, 10, 5, 2], q: [1, 3, 6, 10, 7], shift: 0, direction: "forward" },
  controls: {
    shift: shiftSlider,
    direction: {
      kind: "choice",
      label: { en: "direction", zh: "方向" },
      choices: [
        { value: "forward", label: { en: "KL(p ‖ q)", zh: "KL(p ‖ q)" } },
        { value: "backward", label: { en: "KL(q ‖ p)", zh: "KL(q ‖ p)" } },
      ],
    },
  },
  compute(state) {
    const compared = compare(state);
    const { grads } = klDivergenceFromLogits.valueAndGrad([compared.q.map(Math.log)], [compared.p]);
    return { ...compared, gradient: grads.logits.data };
  },
  figures: [
    {
      ratio: 0.65,
      label: ({ direction }, { forward, backward }) => ({
        en: `Bars of p and q side by side; KL ${direction === "forward" ? `of p against q is ${forward.toFixed(3)}` : `of q against p is ${backward.toFixed(3)}`}.`,
        zh: `p与q的柱子并排；${direction === "forward" ? `KL(p ‖ q)为${forward.toFixed(3)}` : `KL(q ‖ p)为${backward.toFixed(3)}`}。`,
      }),
      draw({ state, result: { p, q, gradient }, language, plot }) {
        const forward = state.direction === "forward";
        const [over, under] = forward ? [p, q] : [q, p];
        const impossible = over.flatMap((share, i) => (share > 0 && under[i] === 0 ? [i] : []));
        return plot({
          x: { domain: [-0.6, bins - 0.4], ticks: [], label: null },
          y: { domain: [0, 0.6], label: language === "zh" ? "↑ 概率" : "↑ probability", clamp: true },
          marks: [
            bars(p, "p"),
            bars(q, "q"),
            Plot.ruleY([0], { stroke: colour.quiet }),
            ...(forward
              ? [
                  Plot.arrow(
                    q.flatMap((share, i) => (Math.abs(gradient[i] as number) > 0.004 ? [{ i, share }] : [])),
                    {
                      x1: (d: { i: number }) => d.i + 0.2,
                      x2: (d: { i: number }) => d.i + 0.2,
                      y1: "share",
                      y2: (d: { i: number; share: number }) => Math.max(d.share - (gradient[d.i] as number), 0),
                      stroke: colour.gradient,
                      strokeWidth: 2.2,
                      headLength: 6,
                    },
                  ),
                ]
              : []),
            Plot.text(impossible, { x: (i: number) => i, y: 0.56, text: () => "+∞", fill: colour.loss, fontSize: 15 }),
          ],
        });
      },
      handles: (state) => barHandles(state, (share) => Math.min(share, 0.6)),
    },
  ],
  readouts: ({ direction }, { forward, backward, js, transport }) => [
    direction === "forward"
      ? { label: { en: "KL(p ‖ q)", zh: "KL(p ‖ q)" }, value: forward, role: "loss" }
      : { label: { en: "KL(q ‖ p)", zh: "KL(q ‖ p)" }, value: backward, role: "loss" },
    { label: { en: "Jensen–Shannon", zh: "JS散度" }, value: js },
    { label: { en: "Wasserstein", zh: "Wasserstein距离" }, value: transport },
  ],
  code: (state) => `import { jensenShannonDivergence, klDivergence, wassersteinDistance } from "lossary";

${preamble(state)}
console.log(${state.direction === "forward" ? "klDivergence([p], [q])" : "klDivergence([q], [p])"});
console.log(jensenShannonDivergence([p], [q]));
const bins = p.map((_, i) => i);
console.log(wassersteinDistance(bins, bins, { uWeights: p, vWeights: q }));`,
});
