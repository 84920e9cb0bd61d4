/** A model's probabilities, cut at a threshold to drag: the score moves in steps, the loss it is trained by does not see the threshold. */
import * as Plot from "@observablehq/plot";
import { diceLoss, diceScore, jaccardLoss } from "lossary";
import { colour, defineWidget, literals } from "../kit/widget.ts";
import { bothMasks, CELLS, cells, drawGrid, mask, objectChoices, objects, SIDE, squares } from "./shared/grid.ts";

interface State extends Record<string, number | string | boolean | readonly number[]> {
  object: string;
  sharpness: number;
  threshold: number;
}

/** What a hesitant model says: sure inside the object, less so towards its rim, and led astray to the upper right. */
function probabilities(object: readonly number[], sharpness: number): number[] {
  return cells.map((cell) => {
    const [c, r] = [cell % SIDE, Math.floor(cell / SIDE)];
    const nearest = Math.min(...object.map((o) => (c - (o % SIDE)) ** 2 + (r - Math.floor(o / SIDE)) ** 2));
    const astray = (c - 9) ** 2 + (r - 2) ** 2;
    const score = 1.2 - 0.8 * Math.sqrt(nearest) + 1.4 * Math.exp(-astray / 4) + 0.5 * Math.sin(3 * c + 5 * r);
    return Number((1 / (1 + Math.exp(-sharpness * score))).toFixed(3));
  });
}

const nested = (row: readonly number[]) => [[[...row]]];
const cut = (p: readonly number[], threshold: number) => p.map((x) => Number(x >= threshold));
const thresholds = Array.from({ length: 101 }, (_, i) => i / 100);
const initial: State = { object: "disc", sharpness: 1, threshold: 0.5 };

export default defineWidget({
  title: { en: "Where to cut", zh: "在哪里切" },
  initial,
  controls: {
    object: {
      kind: "choice",
      label: { en: "object to be found", zh: "要找的物体" },
      choices: objectChoices.filter(({ value }) => value !== "empty"),
    },
    sharpness: {
      kind: "slider",
      label: { en: "how sure the model is", zh: "模型的把握" },
      min: 0.5,
      max: 6,
      step: 0.5,
    },
    threshold: { kind: "slider", label: { en: "threshold", zh: "阈值" }, min: 0, max: 1, step: 0.01 },
  },
  compute({ object, sharpness, threshold }) {
    const target = objects[object] as readonly number[];
    const p = probabilities(target, sharpness);
    const t = mask(target);
    const score = (at: number) => diceScore(nested(cut(p, at)), t);
    const scores = thresholds.map(score);
    const best = scores.indexOf(Math.max(...scores));
    const now = nested(cut(p, threshold));
    return {
      target,
      p,
      scores,
      best: { threshold: thresholds[best] as number, score: scores[best] as number },
      score: score(threshold),
      iou: 1 - jaccardLoss(now, t, { smooth: 0 }),
      soft: 1 - diceLoss(nested(p), t, { smooth: 0 }),
    };
  },
  figures: [
    {
      ratio: 1,
      label: ({ threshold }, { p }) => ({
        en: `Probabilities as shades; ${cut(p, threshold).filter(Boolean).length} pixels lie above the threshold, and are crossed.`,
        zh: `深浅表示概率；${cut(p, threshold).filter(Boolean).length}个像素在阈值之上，打了叉。`,
      }),
      draw(view) {
        const { p, target } = view.result;
        const above = cells.filter((cell) => (p[cell] as number) >= view.state.threshold);
        return drawGrid(view, [
          squares(cells, { fill: colour.prediction, fillOpacity: (_: unknown, i: number) => 0.8 * (p[i] as number) }),
          ...bothMasks([], target),
          Plot.text(above, {
            x: (cell) => (cell % SIDE) + 0.5,
            y: (cell) => SIDE - Math.floor(cell / SIDE) - 0.5,
            text: () => "×",
            fill: "currentColor",
          }),
        ]);
      },
    },
    {
      ratio: 1,
      label: (_, { score, best }) => ({
        en: `Dice score against the threshold, a staircase; here ${score.toFixed(3)}, at best ${best.score.toFixed(3)}.`,
        zh: `Dice分数随阈值变化，呈阶梯状；此处${score.toFixed(3)}，最好${best.score.toFixed(3)}。`,
      }),
      draw({ state, result, plot, language }) {
        const zh = language === "zh";
        return plot({
          x: { label: zh ? "阈值 →" : "threshold →", domain: [0, 1] },
          y: { label: zh ? "↑ Dice分数" : "↑ Dice score", domain: [0, 1] },
          marginBottom: 40,
          marks: [
            Plot.ruleY([result.soft], { stroke: colour.loss, strokeDasharray: "5 4" }),
            Plot.text([zh ? "1 − 软Dice损失" : "1 − soft Dice loss"], {
              frameAnchor: "right",
              textAnchor: "end",
              y: result.soft,
              dy: -8,
              text: (d) => d,
              fill: colour.loss,
            }),
            Plot.lineY(result.scores, {
              x: (_, i) => thresholds[i],
              curve: "step-before",
              stroke: colour.prediction,
              strokeWidth: 2,
            }),
            Plot.ruleX([state.threshold], { stroke: colour.quiet, strokeOpacity: 0.6 }),
            Plot.dot([result.best], { x: "threshold", y: "score", r: 4, stroke: colour.quiet, strokeWidth: 2 }),
            Plot.dot([result.score], { x: () => state.threshold, y: (d) => d, r: 4, fill: colour.prediction }),
          ],
        });
      },
      handles: (state, { score }) => [
        {
          id: "threshold",
          label: { en: "threshold", zh: "阈值" },
          x: state.threshold,
          y: score,
          axis: "x",
          step: 0.01,
          role: "prediction",
          move: (x) => ({ ...state, threshold: Number(Math.min(Math.max(x, 0), 1).toFixed(2)) }),
        },
      ],
    },
  ],
  readouts: (_, { score, iou, soft, best }) => [
    { label: { en: "Dice score", zh: "Dice分数" }, value: score, role: "prediction" },
    { label: { en: "IoU", zh: "IoU" }, value: iou },
    { label: { en: "1 − soft Dice loss", zh: "1 − 软Dice损失" }, value: soft, role: "loss" },
    { label: { en: "best threshold", zh: "最好的阈值" }, value: best.threshold, aside: true },
  ],
  code: ({ threshold }, { p, target }) => `import { diceLoss, diceScore, jaccardLoss } from "lossary";

const probabilities = [[${literals(p)}]];
const object = ${literals(target)};
const target = [[Array.from({ length: ${CELLS} }, (_, i) => Number(object.includes(i)))]];
const cut = probabilities.map((sample) => sample.map((row) => row.map((p) => Number(p >= ${threshold}))));

console.log(diceScore(cut, target));
console.log(1 - jaccardLoss(cut, target, { smooth: 0 }));
console.log(1 - diceLoss(probabilities, target, { smooth: 0 }));`,
});
