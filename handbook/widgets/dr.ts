/** Scores of objects and of background on one line, the weights each side's worst cases get, and the two reweighted means. */
import * as Plot from "@observablehq/plot";
import { crossEntropy, drLoss } from "lossary";
import { colour, defineWidget, type Handle, literals } from "../kit/widget.ts";

interface State extends Record<string, number | string | boolean | readonly number[]> {
  objects: readonly number[];
  background: readonly number[];
  negLambda: number;
  posLambda: number;
  margin: number;
}

const logit = (p: number) => Math.log(p / (1 - p));
const clamp = (p: number) => Math.min(Math.max(p, 0.01), 0.99);

/** Weights ∝ exp(p / λ), by the package's softmax: the gradient of cross entropy is softmax less one-hot. */
function weights(probabilities: readonly number[], lambda: number): number[] {
  const { grads } = crossEntropy.valueAndGrad([probabilities.map((p) => p / lambda)], [0]);
  return Array.from(grads.logits.data, (q, i) => (i === 0 ? q + 1 : q));
}

const mean = (p: readonly number[], q: readonly number[]) => p.reduce((sum, x, i) => sum + x * (q[i] as number), 0);

const initial: State = {
  objects: [0.45, 0.7, 0.88],
  background: [0.03, 0.05, 0.08, 0.12, 0.17, 0.25, 0.58],
  negLambda: 0.08,
  posLambda: 1,
  margin: 0.5,
};

export default defineWidget({
  title: { en: "Objects and background, ranked", zh: "物体与背景的排序" },
  initial,
  controls: {
    negLambda: {
      kind: "slider",
      label: { en: "λ₋, temperature of the background", zh: "λ₋，背景分布的温度" },
      min: 0.02,
      max: 1,
      step: 0.02,
    },
    posLambda: {
      kind: "slider",
      label: { en: "λ₊, temperature of the objects", zh: "λ₊，物体分布的温度" },
      min: 0.05,
      max: 2,
      step: 0.05,
    },
    margin: { kind: "slider", label: { en: "margin", zh: "间隔" }, min: 0, max: 1, step: 0.05 },
  },
  compute({ objects, background, negLambda, posLambda, margin }) {
    const logits = [...objects, ...background].map((p) => [logit(p)]);
    const targets = [...objects.map(() => 1), ...background.map(() => 0)];
    const { value, grads } = drLoss.valueAndGrad(logits, targets, { negLambda, posLambda, margin });
    const [plus, minus] = [weights(objects, -posLambda), weights(background, negLambda)];
    return {
      loss: value,
      gradient: [...grads.logits.data],
      plus,
      minus,
      high: mean(objects, plus),
      low: mean(background, minus),
    };
  },
  figures: [
    {
      ratio: 0.6,
      label: (_, { high, low }) => ({
        en: `Objects above, background below. Their reweighted means lie at ${high.toFixed(2)} and ${low.toFixed(2)}.`,
        zh: `上方为物体，下方为背景。加权平均分别在${high.toFixed(2)}与${low.toFixed(2)}。`,
      }),
      draw({ state, result, plot, language }) {
        const zh = language === "zh";
        const stems = [
          ...state.objects.map((x, i) => ({ x, y: result.plus[i] as number, fill: colour.prediction })),
          ...state.background.map((x, i) => ({ x, y: -(result.minus[i] as number), fill: colour.quiet })),
        ];
        const pulls = stems.map(({ x, y }, i) => ({ x, y, dx: -0.16 * (result.gradient[i] as number) }));
        const means = [
          { x: result.high, y1: 0, y2: 1, fill: colour.prediction, text: "P₊" },
          { x: result.low, y1: -1, y2: 0, fill: colour.quiet, text: "P₋" },
        ];
        return plot({
          x: { label: zh ? "概率 →" : "probability →", domain: [0, 1] },
          y: {
            label: zh ? "↑ 物体的权重　　↓ 背景的权重" : "↑ weight of objects, ↓ of background",
            domain: [-1.1, 1.1],
            ticks: [-1, -0.5, 0, 0.5, 1],
            tickFormat: (y: number) => String(Math.abs(y)),
          },
          marginBottom: 40,
          marks: [
            Plot.ruleY([0], { stroke: colour.quiet }),
            Plot.ruleX(stems, { x: "x", y1: 0, y2: "y", stroke: "fill", strokeWidth: 6, strokeOpacity: 0.4 }),
            Plot.dot(stems, { x: "x", y: "y", fill: "fill", r: 3.5 }),
            Plot.ruleX(means, { x: "x", y1: "y1", y2: "y2", stroke: "fill", strokeWidth: 2 }),
            Plot.text(means, {
              x: "x",
              y: (d) => d.y1 + d.y2 + (d.y1 + d.y2) * 0.05,
              text: "text",
              fill: "fill",
              dx: 12,
            }),
            Plot.arrow(
              pulls.filter(({ dx }) => Math.abs(dx) > 0.004),
              {
                x1: "x",
                x2: (d) => d.x + d.dx,
                y1: "y",
                y2: "y",
                stroke: colour.gradient,
                strokeWidth: 2,
              },
            ),
          ],
        });
      },
      handles(state, result) {
        const handle = (key: "objects" | "background", i: number): Handle<State> => ({
          id: `${key}-${i}`,
          label:
            key === "objects"
              ? { en: `probability of object ${i + 1}`, zh: `物体${i + 1}的概率` }
              : { en: `probability of background ${i + 1}`, zh: `背景${i + 1}的概率` },
          x: state[key][i] as number,
          y: key === "objects" ? (result.plus[i] as number) : -(result.minus[i] as number),
          axis: "x",
          step: 0.01,
          role: "prediction",
          move: (x) => ({ ...state, [key]: state[key].map((p, j) => (j === i ? clamp(x) : p)) }),
        });
        return [
          ...state.objects.map((_, i) => handle("objects", i)),
          ...state.background.map((_, i) => handle("background", i)),
        ];
      },
    },
  ],
  readouts: ({ objects }, { loss, high, low, gradient }) => [
    { label: { en: "DR loss", zh: "DR损失" }, value: loss, role: "loss" },
    {
      label: { en: "steepest gradient of the background", zh: "背景中最陡的梯度" },
      value: Math.max(...gradient.slice(objects.length)),
      role: "gradient",
    },
    { label: { en: "P₊, objects", zh: "P₊，物体" }, value: high, role: "prediction", aside: true },
    { label: { en: "P₋, background", zh: "P₋，背景" }, value: low, aside: true },
  ],
  code: ({ objects, background, negLambda, posLambda, margin }) => `import { drLoss } from "lossary";

const objects = ${literals(objects)}; // probabilities
const background = ${literals(background)};
const logits = [...objects, ...background].map((p) => [Math.log(p / (1 - p))]);
const targets = [...objects.map(() => 1), ...background.map(() => 0)];

const options = { negLambda: ${negLambda}, posLambda: ${posLambda}, margin: ${margin} };
const { value, grads } = drLoss.valueAndGrad(logits, targets, options);
console.log(value);
console.log(Math.max(...grads.logits.data.slice(objects.length)));`,
});
