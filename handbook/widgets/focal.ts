/** The focal loss and its gradient along the logit, with a point to drag; and whose the gradient is in a batch of easy and hard. */
import * as Plot from "@observablehq/plot";
import { binaryCrossEntropy, focalLoss } from "lossary";
import { colour, defineWidget, literal, type Text } from "../kit/widget.ts";

const logits = Float64Array.from({ length: 121 }, (_, i) => -6 + i / 10);
const ones = logits.map(() => 1);

/** Losses and gradients of positives along the axis of logits. */
function curve(alpha: number, gamma: number) {
  const { value, grads } = focalLoss.valueAndGrad(logits, ones, { alpha, gamma, reduction: "none" });
  return { loss: value.data, gradient: grads.logits.data };
}

/** A batch as a detector sees it: nearly all is easy background. */
const groups = [
  { count: 960, logit: -4, target: 0, label: { en: "960 easy negatives", zh: "960个容易的负样本" } },
  { count: 35, logit: -0.5, target: 0, label: { en: "35 doubtful negatives", zh: "35个可疑的负样本" } },
  { count: 5, logit: -1, target: 1, label: { en: "5 hard positives", zh: "5个困难的正样本" } },
] as const satisfies readonly { count: number; logit: number; target: number; label: Text }[];
const batch = {
  logits: groups.map(({ logit }) => logit),
  targets: groups.map(({ target }) => target),
};

/** What part of the gradient's size each group has. */
function shares(gradient: ArrayLike<number>): number[] {
  const sizes = groups.map(({ count }, i) => count * Math.abs(gradient[i] as number));
  const all = sizes.reduce((a, b) => a + b, 0);
  return sizes.map((size) => (all === 0 ? 0 : size / all));
}

export default defineWidget({
  title: { en: "Focal loss of one positive example, and of a batch", zh: "一个正样本与一批样本的焦点损失" },
  initial: { gamma: 2, alpha: 0.25, logit: -1 },
  controls: {
    gamma: {
      kind: "slider",
      label: { en: "γ, how fast the easy fade", zh: "γ，容易的样本消退得多快" },
      min: 0,
      max: 5,
      step: 0.1,
    },
    alpha: {
      kind: "slider",
      label: { en: "α, weight of positives", zh: "α，正样本的权重" },
      min: 0,
      max: 1,
      step: 0.05,
    },
  },
  compute({ gamma, alpha, logit }) {
    const point = focalLoss.valueAndGrad([logit], [1], { alpha, gamma });
    return {
      focal: curve(alpha, gamma),
      bce: curve(1, 0),
      loss: point.value,
      gradient: point.grads.logits.data[0] as number,
      shares: {
        focal: shares(focalLoss.valueAndGrad(batch.logits, batch.targets, { alpha, gamma }).grads.logits.data),
        bce: shares(binaryCrossEntropy.valueAndGrad(batch.logits, batch.targets).grads.logits.data),
      },
    };
  },
  figures: [
    {
      ratio: 0.9,
      label: ({ gamma, logit }, { loss }) => ({
        en: `Focal loss at γ = ${gamma} falls as the logit of a positive example rises; at ${logit.toFixed(2)} it is ${loss.toFixed(3)}.`,
        zh: `γ = ${gamma}时，正样本的logit越大，焦点损失越小；在${logit.toFixed(2)}处为${loss.toFixed(3)}。`,
      }),
      draw({ state, result, language, plot }) {
        const x = (_: number, i: number) => logits[i] as number;
        const line = (y: ArrayLike<number>, options: Plot.LineYOptions) =>
          Plot.lineY(y, { x, strokeWidth: 2, clip: true, ...options });
        const zh = language === "zh";
        return plot({
          marginBottom: 40,
          x: { label: "logit →", domain: [-6, 6], ticks: 6 },
          y: {
            label: zh ? "↑ 损失（实线），梯度（虚线）" : "↑ loss (solid), gradient (dashed)",
            domain: [-1.2, 4],
          },
          marks: [
            Plot.ruleY([0], { stroke: colour.quiet }),
            line(result.bce.loss, { stroke: colour.quiet }),
            line(result.bce.gradient, { stroke: colour.quiet, strokeDasharray: "5 4" }),
            line(result.focal.loss, { stroke: colour.loss }),
            line(result.focal.gradient, { stroke: colour.gradient, strokeDasharray: "5 4" }),
            Plot.text([[6, 3.8]], {
              text: [zh ? "灰：交叉熵" : "grey: cross entropy"],
              textAnchor: "end",
              fill: colour.quiet,
            }),
            // Descent moves against the gradient: the arrow shows where the logit is pulled.
            Plot.arrow(Math.abs(result.gradient) < 0.02 ? [] : [result], {
              x1: state.logit,
              x2: (r) => state.logit - 3 * r.gradient,
              y1: (r) => Math.min(r.loss, 4),
              y2: (r) => Math.min(r.loss, 4),
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
          y: Math.min(loss, 4),
          axis: "x",
          step: 0.1,
          role: "prediction",
          move: (x) => ({ ...state, logit: Number(Math.min(Math.max(x, -6), 6).toFixed(3)) }),
        },
      ],
    },
    {
      ratio: 0.9,
      label: (_, { shares }) => ({
        en: `Shares of the gradient in a batch: ${groups.map(({ label }, i) => `${label.en} ${percent(shares.focal[i] as number)}`).join(", ")}.`,
        zh: `一批之中梯度的份额：${groups.map(({ label }, i) => `${label.zh}${percent(shares.focal[i] as number)}`).join("，")}。`,
      }),
      draw({ result, language, plot }) {
        const zh = language === "zh";
        const bar = (own: readonly number[], up: number, options: Plot.RectOptions) =>
          Plot.rect(own, {
            x1: 0,
            x2: (share: number) => share,
            y1: (_: number, i: number) => -i + up - 0.09,
            y2: (_: number, i: number) => -i + up + 0.09,
            ...options,
          });
        const amount = (own: readonly number[], up: number, fill: string) =>
          Plot.text(own, {
            x: (share: number) => share,
            y: (_: number, i: number) => -i + up,
            text: percent,
            textAnchor: "start",
            dx: 5,
            fill,
          });
        return plot({
          marginBottom: 40,
          marginLeft: 10,
          marginRight: 40,
          x: {
            domain: [0, 1],
            ticks: 5,
            tickFormat: "%",
            label: zh ? "占整批梯度的份额 →" : "share of the batch's gradient →",
          },
          y: { domain: [-2.5, 0.7], axis: null },
          marks: [
            Plot.text(groups, {
              x: 0,
              y: (_: unknown, i: number) => -i + 0.44,
              text: ({ label }: { label: Text }) => label[language],
              textAnchor: "start",
              fontSize: 13,
            }),
            bar(result.shares.focal, 0.18, { fill: colour.gradient }),
            amount(result.shares.focal, 0.18, colour.gradient),
            bar(result.shares.bce, -0.08, { fill: colour.quiet, fillOpacity: 0.6 }),
            amount(result.shares.bce, -0.08, colour.quiet),
            Plot.text([zh ? "灰：交叉熵；先平均再调制，也是这些份额" : "grey: cross entropy, and focal of the mean"], {
              x: 0,
              y: -2.4,
              textAnchor: "start",
              fill: colour.quiet,
            }),
          ],
        });
      },
    },
  ],
  readouts: (_, { loss, gradient, shares }) => [
    { label: { en: "loss", zh: "损失" }, value: loss, role: "loss" },
    { label: { en: "gradient", zh: "梯度" }, value: gradient, role: "gradient" },
    {
      label: { en: "the hard positives' share", zh: "困难正样本的份额" },
      value: percent(shares.focal[2] as number),
      role: "gradient",
      aside: true,
    },
  ],
  code: ({ gamma, alpha, logit }) => `import { focalLoss } from "lossary";

const { value, grads } = focalLoss.valueAndGrad([${literal(logit)}], [1], { alpha: ${alpha}, gamma: ${gamma} });
console.log(value);
console.log(grads.logits.data[0]);`,
});

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
