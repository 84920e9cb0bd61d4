/** The focal loss and its gradient along the logit, beside binary cross entropy, with a point to drag along the curve. */
import * as Plot from "@observablehq/plot";
import { focalLoss } from "lossary";
import { colour, defineWidget, literal } from "../kit/widget.ts";

const logits = Float64Array.from({ length: 121 }, (_, i) => -6 + i / 10);
const ones = logits.map(() => 1);

/** Losses and gradients of positives along the axis of logits. */
function curve(alpha: number, gamma: number) {
  const { value, grads } = focalLoss.valueAndGrad(logits, ones, { alpha, gamma, reduction: "none" });
  return { loss: value.data, gradient: grads.logits.data };
}

export default defineWidget({
  title: { en: "Focal loss of one positive example", zh: "一个正例的焦点损失" },
  initial: { gamma: 2, alpha: 0.25, logit: -1 },
  controls: {
    gamma: {
      kind: "slider",
      label: { en: "γ, how fast the easy fade", zh: "γ，易例淡出的快慢" },
      min: 0,
      max: 5,
      step: 0.1,
    },
    alpha: { kind: "slider", label: { en: "α, weight of positives", zh: "α，正例的权重" }, min: 0, max: 1, step: 0.05 },
  },
  compute({ gamma, alpha, logit }) {
    const point = focalLoss.valueAndGrad([logit], [1], { alpha, gamma });
    return {
      focal: curve(alpha, gamma),
      bce: curve(1, 0),
      loss: point.value,
      gradient: point.grads.logits.data[0] as number,
    };
  },
  figures: [
    {
      ratio: 0.55,
      label: ({ gamma, logit }, { loss }) => ({
        en: `Focal loss at γ = ${gamma} falls as the logit of a positive example rises; at ${logit.toFixed(2)} it is ${loss.toFixed(3)}.`,
        zh: `γ = ${gamma} 时，正例的 logit 越大，焦点损失越小；在 ${logit.toFixed(2)} 处为 ${loss.toFixed(3)}。`,
      }),
      draw({ state, result, language, plot }) {
        const x = (_: number, i: number) => logits[i] as number;
        const line = (y: ArrayLike<number>, options: Plot.LineYOptions) =>
          Plot.lineY(y, { x, strokeWidth: 2, ...options });
        const zh = language === "zh";
        return plot({
          x: { label: zh ? "logit →" : "logit →", domain: [-6, 6] },
          y: {
            label: zh ? "↑ 损失（实线），梯度（虚线）" : "↑ loss (solid), gradient (dashed)",
            domain: [-1, 4],
            clamp: true,
          },
          marks: [
            Plot.ruleY([0], { stroke: colour.quiet }),
            line(result.bce.loss, { stroke: colour.quiet, clip: true }),
            line(result.focal.loss, { stroke: colour.loss, clip: true }),
            line(result.focal.gradient, { stroke: colour.gradient, strokeDasharray: "5 4", clip: true }),
            Plot.text([[-5.6, 3.7]], {
              text: [zh ? "灰：交叉熵" : "grey: cross entropy"],
              textAnchor: "start",
              fill: colour.quiet,
            }),
            // Descent moves against the gradient: the arrow shows where the logit is pulled.
            Plot.arrow([result], {
              x1: state.logit,
              x2: (r) => state.logit - 3 * r.gradient,
              y1: (r) => r.loss,
              y2: (r) => r.loss,
              stroke: colour.gradient,
              strokeWidth: 2,
            }),
          ],
        });
      },
      handles: (state, { loss }) => [
        {
          id: "logit",
          label: { en: "logit", zh: "logit" },
          x: state.logit,
          y: loss,
          axis: "x",
          step: 0.1,
          role: "prediction",
          move: (x) => ({ ...state, logit: Math.min(Math.max(x, -6), 6) }),
        },
      ],
    },
  ],
  readouts: (_, { loss, gradient }) => [
    { label: { en: "loss", zh: "损失" }, value: loss, role: "loss" },
    { label: { en: "gradient", zh: "梯度" }, value: gradient, role: "gradient" },
  ],
  code: ({ gamma, alpha, logit }) => `import { focalLoss } from "lossary";

const { value, grads } = focalLoss.valueAndGrad([${literal(logit)}], [1], { alpha: ${alpha}, gamma: ${gamma} });
console.log(value);
console.log(grads.logits.data[0]);`,
});
