/** Logits as bars to drag: the probabilities they make, and the gradient that pulls each of them. */
import * as Plot from "@observablehq/plot";
import { crossEntropy, softCrossEntropy } from "lossary";
import { colour, defineWidget, literal, literals } from "../kit/widget.ts";

const classes = ["A", "B", "C", "D"];
const HIGHEST = 6;
/** A gradient of 1 is drawn as long as this many logits. */
const UNIT = 3;

/** The target after smoothing. */
const smoothed = (label: number, smoothing: number) =>
  classes.map((_, c) => (c === label ? 1 - smoothing : 0) + smoothing / classes.length);

const labelOf = (truth: string) => Math.max(classes.indexOf(truth), 0);
const keep = (logit: number) => Number(Math.min(Math.max(logit, -HIGHEST), HIGHEST).toFixed(2));

export default defineWidget({
  title: { en: "Cross entropy of one row of logits", zh: "一行logits的交叉熵" },
  initial: { logits: [1, 2.5, -0.5, 0.5] as readonly number[], truth: "A", smoothing: 0 },
  controls: {
    truth: {
      kind: "choice",
      label: { en: "true class", zh: "真实类别" },
      choices: classes.map((value) => ({ value, label: { en: value, zh: value } })),
    },
    smoothing: {
      kind: "slider",
      label: { en: "ε, smoothing", zh: "ε，标签平滑" },
      min: 0,
      max: 0.5,
      step: 0.01,
    },
  },
  buttons: [
    {
      label: { en: "Sure and wrong", zh: "自信地错" },
      press: (state) => ({ ...state, logits: classes.map((c) => (c === state.truth ? -5 : 0)) }),
    },
    {
      label: { en: "Sure and right", zh: "自信地对" },
      press: (state) => ({ ...state, logits: classes.map((c) => (c === state.truth ? 5 : 0)) }),
    },
  ],
  compute({ logits, truth, smoothing }) {
    const row = classes.map((_, c) => logits[c] ?? 0);
    const label = labelOf(truth);
    const { value, grads } = crossEntropy.valueAndGrad([row], [label], { labelSmoothing: smoothing });
    const gradient = [...grads.logits.data];
    // The loss against a single class is −log of its probability.
    const probabilities = classes.map((_, c) => Math.exp(-crossEntropy([row], [c])));
    const target = smoothed(label, smoothing);
    return { row, label, loss: value, gradient, probabilities, target, least: leastLoss(target) };
  },
  figures: [
    {
      ratio: 0.95,
      label: ({ truth }, { row }) => ({
        en: `Bars of four logits, ${row.join(", ")}; the true class is ${truth}; an arrow on each shows where the loss pulls it.`,
        zh: `四个logit的柱子：${row.join("，")}；真实类别是${truth}；每根柱子上的箭头表示损失把它往哪里拉。`,
      }),
      draw({ result, language, plot }) {
        const { row, gradient, label } = result;
        const arrows = gradient.flatMap((g, c) =>
          Math.abs(g) < 0.005 ? [] : [{ c, from: row[c] as number, to: (row[c] as number) - UNIT * g }],
        );
        return plot({
          x: { domain: [-0.6, 3.6], ticks: [0, 1, 2, 3], tickFormat: (c: number) => classes[c] as string, label: null },
          y: {
            domain: [-9, 9],
            ticks: 7,
            label: language === "zh" ? "↑ logit，箭头：拉力" : "↑ logit; arrow: the pull",
          },
          marks: [
            Plot.rect(row, {
              x1: (_, c) => c - 0.28,
              x2: (_, c) => c + 0.28,
              y1: 0,
              y2: (x) => x,
              fill: colour.prediction,
              fillOpacity: (_, c) => (c === label ? 0.75 : 0.3),
            }),
            Plot.ruleY([0], { stroke: colour.quiet }),
            Plot.arrow(arrows, {
              x1: "c",
              x2: "c",
              y1: "from",
              y2: "to",
              stroke: colour.gradient,
              strokeWidth: 3,
              headLength: 7,
            }),
          ],
        });
      },
      handles: (state, { row }) =>
        classes.map((name, c) => ({
          id: `logit-${name}`,
          label: { en: `logit of ${name}`, zh: `${name}的logit` },
          x: c,
          y: row[c] as number,
          axis: "y" as const,
          step: 0.1,
          role: "prediction" as const,
          move: (_: number, y: number) => ({ ...state, logits: row.map((old, i) => (i === c ? keep(y) : old)) }),
        })),
    },
    {
      ratio: 0.95,
      label: (_, { probabilities }) => ({
        en: `Their probabilities, ${probabilities.map((p) => p.toFixed(3)).join(", ")}, beside the target as a thick line.`,
        zh: `它们的概率：${probabilities.map((p) => p.toFixed(3)).join("，")}；粗线是目标。`,
      }),
      draw({ result, language, plot }) {
        const { probabilities, target, gradient } = result;
        const zh = language === "zh";
        return plot({
          x: { domain: [-0.6, 3.6], ticks: [0, 1, 2, 3], tickFormat: (c: number) => classes[c] as string, label: null },
          y: {
            domain: [0, 1.12],
            ticks: 5,
            label: zh ? "↑ 概率p，粗线：目标t" : "↑ probability p; thick line: target t",
          },
          marks: [
            Plot.rect(probabilities, {
              x1: (_, c) => c - 0.28,
              x2: (_, c) => c + 0.28,
              y1: 0,
              y2: (p) => p,
              fill: colour.prediction,
              fillOpacity: 0.4,
            }),
            Plot.link(target, {
              x1: (_, c) => c - 0.36,
              x2: (_, c) => c + 0.36,
              y1: (t) => t,
              y2: (t) => t,
              stroke: colour.target,
              strokeWidth: 4,
            }),
            Plot.text(gradient, {
              x: (_, c) => c,
              y: (_, c) => Math.max(probabilities[c] as number, target[c] as number),
              text: (g) => `${g < 0 ? "−" : "+"}${Math.abs(g).toFixed(2)}`,
              dy: -12,
              fill: colour.gradient,
              fontSize: 13,
            }),
          ],
        });
      },
    },
  ],
  readouts: ({ truth }, { loss, gradient, label, probabilities, least }) => [
    { label: { en: "loss", zh: "损失" }, value: loss, role: "loss" },
    { label: { en: `p of ${truth}`, zh: `${truth}的p` }, value: probabilities[label] as number, role: "prediction" },
    {
      label: { en: `gradient at ${truth}, p − t`, zh: `${truth}处的梯度p − t` },
      value: gradient[label] as number,
      role: "gradient",
    },
    { label: { en: "least possible loss", zh: "可能的最低损失" }, value: least },
  ],
  code: ({ smoothing }, { row, label, target }) => `import { crossEntropy, softCrossEntropy } from "lossary";

const logits = [${literals(row)}];
const { value, grads } = crossEntropy.valueAndGrad(logits, [${label}], { labelSmoothing: ${literal(smoothing)} });
console.log(value);
console.log(Math.exp(-crossEntropy(logits, [${label}])));
console.log(grads.logits.data[${label}]);
const target = ${literals(target)};
console.log(softCrossEntropy([target.map((t) => Math.log(t))], [target]));`,
});

/** No logits do better than those that predict the target itself. */
const leastLoss = (target: readonly number[]) => softCrossEntropy([target.map((t) => Math.log(t))], [target]);
