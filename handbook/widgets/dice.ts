/** A mask to paint against a true one: overlap, Dice with and without smoothing, cross entropy, and how hard each pixel is pushed. */
import * as Plot from "@observablehq/plot";
import { binaryLogLoss, diceLoss } from "lossary";
import { colour, defineWidget, literals } from "../kit/widget.ts";
import { bothMasks, cells, drawGrid, mask, maskCode, middle, objectChoices, objects, paint } from "./shared/grid.ts";

interface State extends Record<string, number | string | boolean | readonly number[]> {
  object: string;
  smooth: number;
  painted: readonly number[];
  erasing: boolean;
}

/** Cross entropy of a mask at 99 % certainty. */
const sure = (m: number[][][]) => m.map((sample) => sample.map((row) => row.map((p) => 0.01 + 0.98 * p)));
const initial: State = { object: "square", smooth: 1, painted: [53, 54, 65], erasing: false };

export default defineWidget({
  title: { en: "Paint the mask", zh: "画掩码" },
  initial,
  controls: {
    object: { kind: "choice", label: { en: "object to be found", zh: "要找的物体" }, choices: objectChoices },
    smooth: { kind: "slider", label: { en: "smoothing s", zh: "平滑项s" }, min: 0, max: 2, step: 0.1 },
  },
  buttons: [
    { label: { en: "Paint nothing", zh: "什么也不画" }, press: (state) => ({ ...state, painted: [] }) },
    {
      label: { en: "Paint it right", zh: "画对" },
      press: (state) => ({ ...state, painted: objects[state.object] as number[] }),
    },
  ],
  compute({ object, smooth, painted }) {
    const target = objects[object] as readonly number[];
    const [p, t] = [mask(painted), mask(target)];
    const { value, grads } = diceLoss.valueAndGrad(p, t, { smooth });
    return {
      target,
      overlap: painted.filter((cell) => target.includes(cell)).length,
      loss: value,
      exact: diceLoss(p, t, { smooth: 0 }),
      entropy: binaryLogLoss(sure(p), t),
      gradient: [...grads.probabilities.data],
    };
  },
  figures: [
    {
      ratio: 1,
      label: ({ painted }, { overlap, target }) => ({
        en: `A grid to paint: ${painted.length} pixels painted, ${target.length} true, ${overlap} shared.`,
        zh: `可以画的网格：画了${painted.length}个像素，真实${target.length}个，重叠${overlap}个。`,
      }),
      draw: (view) => drawGrid(view, bothMasks(view.state.painted, view.result.target)),
      paint: (state) => paint(state, { en: "Predicted mask", zh: "预测掩码" }),
    },
    {
      ratio: 1,
      label: () => ({
        en: "An arrow a pixel: object pixels are pushed up, all alike, background pixels down, all alike.",
        zh: "每个像素一支箭头：物体像素一律往上推，背景像素一律往下推。",
      }),
      draw(view) {
        const { gradient, target } = view.result;
        // A full cell for a gradient of ½: large pushes are cut off there.
        const pull = (cell: number) => Math.max(Math.min(-2 * (gradient[cell] as number), 0.95), -0.95);
        return drawGrid(view, [
          ...bothMasks([], target),
          Plot.arrow(
            cells.filter((cell) => Math.abs(pull(cell)) > 0.01),
            {
              x1: (cell) => middle(cell).x,
              x2: (cell) => middle(cell).x,
              y1: (cell) => middle(cell).y - pull(cell) / 2,
              y2: (cell) => middle(cell).y + pull(cell) / 2,
              stroke: colour.gradient,
              strokeWidth: 1.5,
              headLength: 5,
            },
          ),
        ]);
      },
    },
  ],
  readouts: ({ painted }, { overlap, target, loss, exact, entropy }) => [
    { label: { en: "Dice loss", zh: "Dice损失" }, value: loss, role: "loss" },
    { label: { en: "without smoothing", zh: "不加平滑" }, value: exact, role: "loss" },
    { label: { en: "cross entropy, 99 % sure", zh: "交叉熵，把握99%" }, value: entropy, role: "loss" },
    { label: { en: "overlap", zh: "重叠" }, value: overlap, aside: true },
    { label: { en: "painted", zh: "画了" }, value: painted.length, role: "prediction", aside: true },
    { label: { en: "true", zh: "真实" }, value: target.length, role: "target", aside: true },
  ],
  code: ({ painted, smooth }, { target }) => `import { binaryLogLoss, diceLoss } from "lossary";

${maskCode}
const predicted = mask(${literals(painted)});
const target = mask(${literals(target)});

console.log(diceLoss(predicted, target, { smooth: ${smooth} }));
console.log(diceLoss(predicted, target, { smooth: 0 }));
const sure = predicted.map((sample) => sample.map((row) => row.map((p) => 0.01 + 0.98 * p)));
console.log(binaryLogLoss(sure, target));`,
});
