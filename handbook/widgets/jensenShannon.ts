/** Two painted histograms with their average, and how three divergences grow as one is slid away. */
import * as Plot from "@observablehq/plot";
import { jensenShannonDivergence } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { barHandles, bars, bins, compare, farthest, preamble, shiftSlider, slideCurves } from "./shared/histograms.ts";

export default defineWidget({
  title: { en: "Jensen–Shannon divergence of two histograms", zh: "两个直方图的JS散度" },
  initial: { p: [3, 8, 10, 5, 2], q: [1, 3, 6, 10, 7], shift: 1 },
  controls: { shift: shiftSlider },
  compute(state) {
    const compared = compare(state);
    const { grads } = jensenShannonDivergence.valueAndGrad([compared.p], [compared.q], { wrt: ["q"] });
    return { ...compared, gradient: grads.q.data, curves: slideCurves(state) };
  },
  figures: [
    {
      ratio: 0.7,
      label: (_, { js }) => ({
        en: `Bars of p and q with their average; the divergence is ${js.toFixed(3)}.`,
        zh: `p与q的柱子以及它们的平均；散度为${js.toFixed(3)}。`,
      }),
      draw({ result: { p, q, gradient }, language, plot }) {
        const mean = p.map((share, i) => (share + (q[i] as number)) / 2);
        return plot({
          x: { domain: [-0.6, bins - 0.4], ticks: [], label: null },
          y: { domain: [0, 0.6], label: language === "zh" ? "↑ 概率" : "↑ probability", clamp: true },
          marks: [
            bars(p, "p"),
            bars(q, "q"),
            Plot.ruleY([0], { stroke: colour.quiet }),
            Plot.ruleY(mean, {
              filter: (m: number) => m > 0,
              x1: (_: number, i: number) => i - 0.45,
              x2: (_: number, i: number) => i + 0.45,
              y: (m: number) => m,
              stroke: colour.loss,
              strokeWidth: 2,
            }),
            Plot.arrow(
              q.flatMap((share, i) => (Math.abs(gradient[i] as number) > 0.02 ? [{ i, share }] : [])),
              {
                x1: (d: { i: number }) => d.i + 0.2,
                x2: (d: { i: number }) => d.i + 0.2,
                y1: "share",
                y2: (d: { i: number; share: number }) => Math.max(d.share - 0.25 * (gradient[d.i] as number), 0),
                stroke: colour.gradient,
                strokeWidth: 2.2,
                headLength: 6,
              },
            ),
          ],
        });
      },
      handles: (state) => barHandles(state, (share) => Math.min(share, 0.6)),
    },
    {
      ratio: 0.7,
      label: () => ({
        en: "The divergence against the way q is slid: it rises to log 2 and stays there.",
        zh: "散度随q推开的格数变化：升到log 2便不再动。",
      }),
      draw: ({ state, result: { curves, js }, language, plot }) =>
        plot({
          x: { domain: [0, farthest], label: language === "zh" ? "推开的格数 →" : "bins slid →", ticks: farthest },
          y: { domain: [0, 1], label: language === "zh" ? "↑ 散度" : "↑ divergence" },
          marks: [
            Plot.ruleY([Math.LN2], { stroke: colour.quiet, strokeDasharray: "3 3" }),
            Plot.text([[0.1, Math.LN2]], { text: ["log 2"], dy: -8, textAnchor: "start", fill: colour.quiet }),
            Plot.line(
              curves.filter(({ forward }) => Number.isFinite(forward)),
              { x: "shift", y: "forward", stroke: colour.quiet, clip: true },
            ),
            Plot.lineY(curves, { x: "shift", y: "js", stroke: colour.loss, strokeWidth: 2 }),
            Plot.dot([[state.shift, js]], { r: 5, fill: colour.loss }),
          ],
        }),
    },
  ],
  readouts: (_, { js, forward, transport }) => [
    { label: { en: "Jensen–Shannon", zh: "JS散度" }, value: js, role: "loss" },
    { label: { en: "KL(p ‖ q)", zh: "KL(p ‖ q)" }, value: Number.isFinite(forward) ? forward : "∞", aside: true },
    { label: { en: "Wasserstein", zh: "Wasserstein距离" }, value: transport },
  ],
  code: (state) => `import { jensenShannonDivergence, wassersteinDistance } from "lossary";

${preamble(state)}
console.log(jensenShannonDivergence([p], [q]));
const bins = p.map((_, i) => i);
console.log(wassersteinDistance(bins, bins, { uWeights: p, vWeights: q }));`,
});
