/** What a forecast of p costs on average when the event happens with frequency q. */
import * as Plot from "@observablehq/plot";
import { binaryLogLoss, l2Loss } from "lossary";
import { colour, defineWidget, literal } from "../kit/widget.ts";

const TOP = 3;
const forecasts = Float64Array.from({ length: 199 }, (_, i) => (i + 1) / 200);

export default defineWidget({
  title: { en: "The price of a forecast", zh: "一次预报的代价" },
  initial: { p: 0.4, q: 0.7 },
  controls: {
    q: {
      kind: "slider",
      label: { en: "q, how often it happens", zh: "q，事件发生的频率" },
      min: 0,
      max: 1,
      step: 0.01,
    },
  },
  compute({ p, q }) {
    const frequencies = forecasts.map(() => q);
    const { value, grads } = binaryLogLoss.valueAndGrad([p], [q]);
    return {
      curve: binaryLogLoss(forecasts, frequencies, { reduction: "none" }).data,
      // The squared score is q(1 − p)² + (1 − q)p² on average.
      squared: Array.from(forecasts, (f) => q * l2Loss([f], [1]) + (1 - q) * l2Loss([f], [0])),
      loss: value,
      gradient: grads.probabilities.data[0] as number,
      least: binaryLogLoss([q], [q]),
    };
  },
  figures: [
    {
      ratio: 0.55,
      label: ({ p, q }, { loss }) => ({
        en: `The expected log loss along the forecast is least at ${q}; at ${p} it is ${loss.toFixed(3)}.`,
        zh: `期望对数损失沿预报的概率在${q}处最低；在${p}处为${loss.toFixed(3)}。`,
      }),
      draw({ state, result, language, plot }) {
        const { p, q } = state;
        const zh = language === "zh";
        const x = (_: number, i: number) => forecasts[i] as number;
        const height = Math.min(result.loss, TOP);
        const pull = Math.max(Math.min(-0.06 * result.gradient, 1 - p), -p);
        return plot({
          marginBottom: 40,
          x: { domain: [0, 1], label: zh ? "预报的概率p →" : "forecast p →" },
          y: { domain: [0, TOP], label: zh ? "↑ 期望损失" : "↑ expected loss" },
          marks: [
            Plot.ruleX([q], { stroke: colour.target, strokeWidth: 2, strokeDasharray: "2 3" }),
            Plot.text([[q, TOP]], { text: ["q"], dx: 8, dy: 6, fill: colour.target, fontSize: 14 }),
            Plot.lineY(result.squared, { x, stroke: colour.quiet, strokeWidth: 1.5, clip: true }),
            Plot.lineY(result.curve, { x, stroke: colour.loss, strokeWidth: 2.5, clip: true }),
            Plot.text([[0.12, TOP]], {
              textAnchor: "start",
              text: [
                zh ? "橙：对数损失；灰：平方评分（有上限）" : "orange: log loss; grey: squared score, which is bounded",
              ],
              dy: 8,
              fill: colour.quiet,
            }),
            Plot.arrow(Math.abs(pull) < 0.004 ? [] : [pull], {
              x1: p,
              x2: (d: number) => p + d,
              y1: height,
              y2: height,
              stroke: colour.gradient,
              strokeWidth: 2.5,
              headLength: 7,
            }),
          ],
        });
      },
      handles: (state, { loss }) => [
        {
          id: "forecast",
          label: { en: "forecast p", zh: "预报的概率p" },
          x: state.p,
          y: Math.min(loss, TOP),
          axis: "x",
          step: 0.01,
          role: "prediction",
          move: (x) => ({ ...state, p: Number(Math.min(Math.max(x, 0), 1).toFixed(3)) }),
        },
      ],
    },
  ],
  readouts: ({ p }, { loss, gradient, least }) => [
    { label: { en: "forecast", zh: "预报" }, value: p, role: "prediction", aside: true },
    { label: { en: "expected loss", zh: "期望损失" }, value: loss, role: "loss" },
    { label: { en: "the least possible, at p = q", zh: "可能的最低值，在p = q处" }, value: least },
    { label: { en: "gradient", zh: "梯度" }, value: gradient, role: "gradient" },
  ],
  code: ({ p, q }) => `import { binaryLogLoss } from "lossary";

const { value, grads } = binaryLogLoss.valueAndGrad([${literal(p)}], [${literal(q)}]);
console.log(value);
console.log(binaryLogLoss([${literal(q)}], [${literal(q)}]));
console.log(grads.probabilities.data[0]);`,
});
