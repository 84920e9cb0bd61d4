/** Two painted histograms, one above the other, the transport plan between them, and three distances as one is slid away. */
import * as Plot from "@observablehq/plot";
import { transportPlan, wassersteinDistance } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import {
  barHandles,
  bars,
  bins,
  compare,
  farthest,
  positions,
  preamble,
  shiftSlider,
  slideCurves,
} from "./shared/histograms.ts";

const gap = 0.2;
const points = positions.map((i) => [i]);

export default defineWidget({
  title: { en: "Wasserstein distance of two histograms", zh: "两个直方图的Wasserstein距离" },
  initial: { p: [3, 8, 10, 5, 2], q: [1, 3, 6, 10, 7], shift: 2, power: 1 },
  controls: {
    shift: shiftSlider,
    power: { kind: "slider", label: { en: "p, power of the way", zh: "p，路程的幂次" }, min: 1, max: 4, step: 0.5 },
  },
  compute(state) {
    const compared = compare(state, state.power);
    const weights = { uWeights: compared.q, vWeights: compared.p };
    const { grads } = wassersteinDistance.valueAndGrad(positions, positions, {
      p: state.power,
      ...weights,
      wrt: ["u"],
    });
    const plan = transportPlan(points, points, { xWeights: compared.p, yWeights: compared.q, cost: "squared" });
    return { ...compared, plan: plan.data, gradient: grads.u.data, curves: slideCurves(state) };
  },
  figures: [
    {
      ratio: 0.8,
      label: (_, { transport }) => ({
        en: `p above, q below, and lines for the mass that goes from one to the other; the distance is ${transport.toFixed(2)}.`,
        zh: `p在上，q在下，连线表示从一方搬到另一方的质量；距离为${transport.toFixed(2)}。`,
      }),
      draw({ result: { p, q, plan, gradient }, plot }) {
        const moves = [...plan].flatMap((mass, k) =>
          mass > 1e-6 ? [{ from: Math.floor(k / bins), to: k % bins, mass }] : [],
        );
        return plot({
          x: { domain: [-0.6, bins - 0.4], ticks: [], label: null },
          y: { domain: [-gap - 0.5, gap + 0.5], ticks: [], label: null, clamp: true },
          marginLeft: 14,
          marks: [
            bars(p, "p", gap),
            bars(q, "q", -gap, -1),
            Plot.link(moves, {
              x1: (move: { from: number }) => move.from - 0.2,
              x2: (move: { to: number }) => move.to + 0.2,
              y1: gap,
              y2: -gap,
              stroke: colour.quiet,
              strokeOpacity: 0.7,
              strokeWidth: (move: { mass: number }) => 1 + 25 * move.mass,
            }),
            Plot.arrow(
              positions.filter((i) => (q[i] as number) > 0 && Math.abs(gradient[i] as number) > 0.01),
              {
                x1: (i: number) => i + 0.2,
                x2: (i: number) => i + 0.2 - 2.5 * (gradient[i] as number),
                y1: -gap - 0.44,
                y2: -gap - 0.44,
                stroke: colour.gradient,
                strokeWidth: 2.2,
                headLength: 6,
              },
            ),
            Plot.text(["p", "q"], {
              x: -0.5,
              y: (_: string, i: number) => (i === 0 ? gap + 0.45 : -gap - 0.45),
              text: (name: string) => name,
              fill: (name: string) => (name === "p" ? colour.target : colour.prediction),
              fontSize: 15,
            }),
          ],
        });
      },
      handles: (state) =>
        barHandles(state, (share, of) => (of === "p" ? gap + Math.min(share, 0.5) : -gap - Math.min(share, 0.5))),
    },
    {
      ratio: 0.8,
      label: () => ({
        en: "The distance grows by one for each bin q is slid, while Jensen–Shannon stops at log 2.",
        zh: "q每推开一格，距离加一；JS散度停在log 2。",
      }),
      draw({ state, result: { curves }, language, plot }) {
        const zh = language === "zh";
        const here = curves[state.shift] as (typeof curves)[number];
        const last = curves.at(-1) as (typeof curves)[number];
        return plot({
          x: { domain: [0, farthest], label: zh ? "推开的格数 →" : "bins slid →", ticks: farthest },
          y: { label: zh ? "↑ 距离（p = 1）" : "↑ distance (p = 1)", zero: true },
          marks: [
            Plot.lineY(curves, { x: "shift", y: "js", stroke: colour.quiet, strokeWidth: 2 }),
            Plot.lineY(curves, { x: "shift", y: "transport", stroke: colour.loss, strokeWidth: 2 }),
            Plot.dot([here], { x: "shift", y: "transport", r: 5, fill: colour.loss }),
            Plot.text([last], {
              x: "shift",
              y: "js",
              dy: -8,
              textAnchor: "end",
              text: () => (zh ? "JS散度" : "Jensen–Shannon"),
              fill: colour.quiet,
            }),
          ],
        });
      },
    },
  ],
  readouts: (_, { transport, forward, js }) => [
    { label: { en: "Wasserstein", zh: "Wasserstein距离" }, value: transport, role: "loss" },
    { label: { en: "Jensen–Shannon", zh: "JS散度" }, value: js },
    { label: { en: "KL(p ‖ q)", zh: "KL(p ‖ q)" }, value: Number.isFinite(forward) ? forward : "∞", aside: true },
  ],
  code: (state) => `import { jensenShannonDivergence, wassersteinDistance } from "lossary";

${preamble(state)}
const bins = p.map((_, i) => i);
console.log(wassersteinDistance(bins, bins, { p: ${state.power}, uWeights: p, vWeights: q }));
console.log(jensenShannonDivergence([p], [q]));`,
});
