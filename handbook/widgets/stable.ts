/** The logistic loss far from 0: as written in the formula, and as the package computes it. */
import * as Plot from "@observablehq/plot";
import { logisticLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";

const scores = Float32Array.from({ length: 221 }, (_, i) => i - 110);
const ones = new Float32Array(scores.length).fill(1);
const { fround } = Math;

/** log(1 + exp(−x)), each step rounded to float32. */
const written = (x: number): number => fround(Math.log(fround(1 + fround(Math.exp(-x)))));

export default defineWidget({
  title: { en: "log(1 + exp(−x)) far from 0", zh: "远离 0 处的 log(1 + exp(−x))" },
  initial: { score: 20 },
  controls: { score: { kind: "slider", label: { en: "score x", zh: "分数 x" }, min: -110, max: 85, step: 1 } },
  compute({ score }) {
    const { value, grads } = logisticLoss.valueAndGrad(Float32Array.of(score), Float32Array.of(1));
    const curve = logisticLoss(scores, ones, { reduction: "none" }).data;
    return { value, gradient: grads.scores.data[0] as number, naive: written(score), curve };
  },
  figures: [
    {
      ratio: 0.45,
      label: ({ score }, { value, naive }) => ({
        en: `The logistic loss on a logarithmic axis. At a score of ${score} the package gives ${value.toPrecision(3)}, the formula as written ${naive.toPrecision(3)}.`.replace(
          "Infinity",
          "an overflow",
        ),
        zh: `对数坐标上的逻辑损失。分数为 ${score} 时，软件包给出 ${value.toPrecision(3)}，照公式直算给出 ${naive.toPrecision(3)}。`.replace(
          "Infinity",
          "溢出",
        ),
      }),
      draw({ state, result, language, plot }) {
        const points = Array.from(scores, (x, i) => ({ x, ours: result.curve[i] as number, naive: written(x) }));
        return plot({
          marginLeft: 50,
          x: { label: language === "zh" ? "分数 x →" : "score x →", domain: [-110, 110] },
          y: {
            type: "log",
            label: language === "zh" ? "↑ 损失" : "↑ loss",
            domain: [1e-42, 1e4],
            ticks: 5,
            tickFormat: (v: number) => `1e${Math.round(Math.log10(v))}`,
          },
          marks: [
            Plot.ruleX([state.score], { stroke: colour.quiet, strokeDasharray: "2 3" }),
            Plot.line(points, {
              x: "x",
              y: "ours",
              stroke: colour.loss,
              strokeWidth: 2,
              filter: ({ ours }: { ours: number }) => ours > 1e-42,
            }),
            Plot.dot(points, {
              x: "x",
              y: "naive",
              stroke: colour.quiet,
              symbol: "square",
              r: 2,
              filter: ({ naive, x }: { naive: number; x: number }) =>
                x % 3 === 0 && naive > 0 && Number.isFinite(naive),
            }),
          ],
        });
      },
    },
  ],
  readouts: (_, { value, gradient, naive }) => [
    { label: { en: "the package", zh: "软件包" }, value, role: "loss" },
    { label: { en: "its gradient", zh: "它的梯度" }, value: gradient, role: "gradient" },
    {
      label: { en: "as written (squares)", zh: "照公式直算（方点）" },
      value: Number.isFinite(naive) ? naive.toPrecision(4) : "∞",
      aside: true,
    },
  ],
  code: ({ score }) => `import { logisticLoss } from "lossary";

const { value, grads } = logisticLoss.valueAndGrad(new Float32Array([${score}]), new Float32Array([1]));
console.log(value);
console.log(grads.scores.data[0]);`,
});
