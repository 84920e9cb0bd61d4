/** A mask to paint under two prices, one for false alarms and one for misses, and what mistakes of each kind cost. */
import * as Plot from "@observablehq/plot";
import { diceLoss, jaccardLoss, tverskyLoss } from "lossary";
import { colour, defineWidget, literals } from "../kit/widget.ts";
import { bothMasks, cells, drawGrid, mask, maskCode, objectChoices, objects, paint } from "./shared/grid.ts";

interface State extends Record<string, number | string | boolean | readonly number[]> {
  object: string;
  alpha: number;
  beta: number;
  smooth: number;
  painted: readonly number[];
  erasing: boolean;
}

const disc = objects.disc as readonly number[];
const initial: State = {
  object: "disc",
  alpha: 0.3,
  beta: 0.7,
  smooth: 0,
  // The disc without its lowest rows, and four pixels beside it.
  painted: [...disc.filter((cell) => cell < 96), 61, 73, 70, 82].sort((a, b) => a - b),
  erasing: false,
};

export default defineWidget({
  title: { en: "Two prices for two mistakes", zh: "两种错误，两个价格" },
  initial,
  controls: {
    object: { kind: "choice", label: { en: "object to be found", zh: "要找的物体" }, choices: objectChoices },
    alpha: {
      kind: "slider",
      label: { en: "α, price of a false alarm", zh: "α，误检的价格" },
      min: 0,
      max: 1,
      step: 0.05,
    },
    beta: { kind: "slider", label: { en: "β, price of a miss", zh: "β，漏检的价格" }, min: 0, max: 1, step: 0.05 },
    smooth: { kind: "slider", label: { en: "smoothing s", zh: "平滑项s" }, min: 0, max: 2, step: 0.1 },
  },
  buttons: [
    {
      label: { en: "Paint it right", zh: "画对" },
      press: (state) => ({ ...state, painted: objects[state.object] as number[] }),
    },
    {
      label: { en: "One pixel only", zh: "只画一个像素" },
      press: (state) => ({ ...state, painted: (objects[state.object] as number[]).slice(0, 1) }),
    },
  ],
  compute({ object, alpha, beta, smooth, painted }) {
    const target = objects[object] as readonly number[];
    const [p, t] = [mask(painted), mask(target)];
    const shared = painted.filter((cell) => target.includes(cell)).length;
    const outside = cells.filter((cell) => !target.includes(cell));
    const cost = (wrong: readonly number[]) => tverskyLoss(mask(wrong), t, { alpha, beta, smooth });
    const counts = Array.from({ length: Math.min(target.length, 16) + 1 }, (_, i) => i);
    return {
      target,
      alarms: painted.length - shared,
      misses: target.length - shared,
      tversky: tverskyLoss(p, t, { alpha, beta, smooth }),
      jaccard: jaccardLoss(p, t, { smooth }),
      dice: diceLoss(p, t, { smooth }),
      missing: counts.map((k) => cost(target.slice(k))),
      extra: counts.map((k) => cost([...target, ...outside.slice(0, k)])),
    };
  },
  figures: [
    {
      ratio: 1,
      label: (_, { alarms, misses }) => ({
        en: `A grid to paint: ${alarms} false alarms, ${misses} misses.`,
        zh: `可以画的网格：误检${alarms}个，漏检${misses}个。`,
      }),
      draw: (view) => drawGrid(view, bothMasks(view.state.painted, view.result.target)),
      paint: (state) => paint(state, { en: "Predicted mask", zh: "预测掩码" }),
    },
    {
      ratio: 1,
      label: () => ({
        en: "Tversky loss of the right mask with more and more pixels missed, and with more and more false ones.",
        zh: "在正确掩码上漏掉越来越多、或误画越来越多像素时的Tversky损失。",
      }),
      draw({ result, plot, language }) {
        const zh = language === "zh";
        const last = result.missing.length - 1;
        const line = (values: readonly number[], stroke: string) =>
          Plot.lineY(values, { x: (_, i) => i, stroke, strokeWidth: 2, marker: last < 6 ? "dot" : undefined });
        const name = (values: readonly number[], text: string, fill: string) =>
          Plot.text([values[last]], { x: last, y: (v) => v, text: [text], dy: -9, textAnchor: "end", fill });
        return plot({
          x: {
            label: zh ? "错误的像素数 →" : "wrong pixels →",
            domain: [0, Math.max(last, 1)],
            ticks: Math.min(last, 8),
          },
          y: { label: zh ? "↑ Tversky损失" : "↑ Tversky loss", domain: [0, 1] },
          marginBottom: 40,
          marks: [
            line(result.missing, colour.target),
            line(result.extra, colour.prediction),
            name(result.missing, zh ? "漏掉" : "missed", colour.target),
            name(result.extra, zh ? "误画" : "false", colour.prediction),
          ],
        });
      },
    },
  ],
  readouts: (_, { tversky, jaccard, dice, alarms, misses }) => [
    { label: { en: "Tversky loss", zh: "Tversky损失" }, value: tversky, role: "loss" },
    { label: { en: "Jaccard loss", zh: "Jaccard损失" }, value: jaccard, role: "loss" },
    { label: { en: "Dice loss", zh: "Dice损失" }, value: dice, role: "loss" },
    { label: { en: "false alarms", zh: "误检" }, value: alarms, role: "prediction", aside: true },
    { label: { en: "misses", zh: "漏检" }, value: misses, role: "target", aside: true },
  ],
  code: ({ painted, alpha, beta, smooth }, { target }) => `import { diceLoss, jaccardLoss, tverskyLoss } from "lossary";

${maskCode}
const predicted = mask(${literals(painted)});
const target = mask(${literals(target)});

console.log(tverskyLoss(predicted, target, { alpha: ${alpha}, beta: ${beta}, smooth: ${smooth} }));
console.log(jaccardLoss(predicted, target, { smooth: ${smooth} }));
console.log(diceLoss(predicted, target, { smooth: ${smooth} }));`,
});
