/** Two boxes to drag: four losses of their overlap, the gradient on the corners, and how each loss runs as the box slides past. */
import * as Plot from "@observablehq/plot";
import { ciouLoss, diouLoss, giouLoss, iouLoss } from "lossary";
import { colour, defineWidget, type Handle, literals, type Text } from "../kit/widget.ts";
import { spread } from "./shared/labels.ts";

const losses = { iou: iouLoss, giou: giouLoss, diou: diouLoss, ciou: ciouLoss };
type Name = keyof typeof losses;
const names = Object.keys(losses) as Name[];
const titles: Readonly<Record<Name, string>> = { iou: "IoU", giou: "GIoU", diou: "DIoU", ciou: "CIoU" };

/** Left, bottom, right, top. */
type Box = readonly [number, number, number, number];
const [WIDTH, HEIGHT] = [100, 60];
const LEAST = 1;
const RATE = 20;

interface State extends Record<string, number | string | boolean | readonly number[]> {
  predicted: readonly number[];
  target: readonly number[];
  loss: string;
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** Corners of a box moved to a point: 0 the lower left, 1 the upper right. */
function cornerTo([left, bottom, right, top]: Box, corner: 0 | 1, x: number, y: number): Box {
  return corner === 0
    ? [clamp(x, 0, right - LEAST), clamp(y, 0, top - LEAST), right, top]
    : [left, bottom, clamp(x, left + LEAST, WIDTH), clamp(y, bottom + LEAST, HEIGHT)];
}

function centreTo([left, bottom, right, top]: Box, x: number, y: number): Box {
  const [w, h] = [right - left, top - bottom];
  const [l, b] = [clamp(x - w / 2, 0, Math.max(WIDTH - w, 0)), clamp(y - h / 2, 0, Math.max(HEIGHT - h, 0))];
  return [l, b, l + w, b + h];
}

const centreOf = (box: Box) => ({ x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 });

function handlesOf(state: State, key: "predicted" | "target", name: Text): Handle<State>[] {
  const box = state[key] as Box;
  const role = key === "predicted" ? "prediction" : "target";
  const common = { axis: "both", step: 1, role } as const;
  const label = (en: string, zh: string) => ({ en: `${name.en}, ${en}`, zh: `${name.zh}的${zh}` });
  const centre = centreOf(box);
  return [
    {
      ...common,
      id: `${key}-centre`,
      label: label("centre", "中心"),
      ...centre,
      move: (x, y) => ({ ...state, [key]: centreTo(box, x, y) }),
    },
    {
      ...common,
      id: `${key}-low`,
      label: label("lower left corner", "左下角"),
      x: box[0],
      y: box[1],
      move: (x, y) => ({ ...state, [key]: cornerTo(box, 0, x, y) }),
    },
    {
      ...common,
      id: `${key}-high`,
      label: label("upper right corner", "右上角"),
      x: box[2],
      y: box[3],
      move: (x, y) => ({ ...state, [key]: cornerTo(box, 1, x, y) }),
    },
  ];
}

/** Where the centre of the predicted box slides through in the second figure. */
const slide = Array.from({ length: 101 }, (_, i) => i);
const initial: State = { predicted: [62, 34, 86, 44], target: [22, 14, 50, 38], loss: "giou" };

export default defineWidget({
  title: { en: "Two boxes and four losses of their overlap", zh: "两个框，四种重叠损失" },
  initial,
  controls: {
    loss: {
      kind: "choice",
      label: { en: "arrows and steps by", zh: "箭头与单步所用的损失" },
      choices: names.map((value) => ({ value, label: { en: titles[value], zh: titles[value] } })),
    },
  },
  buttons: [
    {
      label: { en: "Far apart", zh: "相距很远" },
      press: (state) => ({ ...state, predicted: [74, 44, 92, 54], target: [12, 10, 36, 30] }),
    },
    {
      label: { en: "One inside the other", zh: "一个在另一个里面" },
      press: (state) => ({ ...state, predicted: [28, 22, 40, 32], target: [22, 14, 66, 44] }),
    },
  ],
  compute({ predicted, target, loss }) {
    const boxes = slide.map((x) => {
      const half = ((predicted[2] as number) - (predicted[0] as number)) / 2;
      return [x - half, predicted[1] as number, x + half, predicted[3] as number];
    });
    const targets = slide.map(() => [...target]);
    const curves = names.map((name) => ({
      name,
      values: [...losses[name](boxes, targets, { reduction: "none" }).data],
    }));
    const values = names.map((name) => losses[name]([[...predicted]], [[...target]]));
    const { grads } = losses[loss as Name].valueAndGrad([[...predicted]], [[...target]]);
    return { curves, values, gradient: [...grads.predictions.data] };
  },
  figures: [
    {
      ratio: 0.62,
      label: (_, { values }) => ({
        en: `A predicted and a true box. IoU loss ${(values[0] as number).toFixed(3)}, GIoU ${(values[1] as number).toFixed(3)}.`,
        zh: `预测框与真实框。IoU损失${(values[0] as number).toFixed(3)}，GIoU损失${(values[1] as number).toFixed(3)}。`,
      }),
      draw({ state, result, plot, language }) {
        const box = (b: Box, stroke: string, fillOpacity: number) =>
          Plot.rect([b], {
            x1: b[0],
            y1: b[1],
            x2: b[2],
            y2: b[3],
            stroke,
            fill: stroke,
            fillOpacity,
            strokeWidth: 2,
          });
        const [p, t] = [state.predicted as Box, state.target as Box];
        const hull: Box = [Math.min(p[0], t[0]), Math.min(p[1], t[1]), Math.max(p[2], t[2]), Math.max(p[3], t[3])];
        const [a, b] = [centreOf(p), centreOf(t)];
        const name = (at: Box, en: string, zh: string, fill: string) =>
          Plot.text([at], {
            x: at[0] + 1.5,
            y: at[3] - 2.5,
            text: [language === "zh" ? zh : en],
            textAnchor: "start",
            fill,
          });
        /** Descent moves an edge against its gradient. */
        const pull = (g: number) => clamp(-250 * g, -18, 18);
        const [left, bottom, right, top] = result.gradient.map(pull) as [number, number, number, number];
        const arrows = [
          [p[0], p[1], left, bottom],
          [p[2], p[3], right, top],
        ].filter(([, , dx, dy]) => Math.hypot(dx as number, dy as number) > 0.2) as number[][];
        return plot({
          x: { axis: null, domain: [0, WIDTH] },
          y: { axis: null, domain: [0, HEIGHT] },
          margin: 10,
          marks: [
            Plot.frame({ stroke: colour.quiet, strokeOpacity: 0.4 }),
            Plot.rect([hull], {
              x1: hull[0],
              y1: hull[1],
              x2: hull[2],
              y2: hull[3],
              fill: "none",
              stroke: colour.quiet,
              strokeDasharray: "2 4",
            }),
            Plot.link([0], { x1: a.x, y1: a.y, x2: b.x, y2: b.y, stroke: colour.quiet, strokeDasharray: "2 4" }),
            box(t, colour.target, 0.12),
            box(p, colour.prediction, 0.12),
            name(t, "true", "真实", colour.target),
            name(p, "predicted", "预测", colour.prediction),
            Plot.arrow(arrows, {
              x1: (d) => d[0],
              y1: (d) => d[1],
              x2: (d) => d[0] + d[2],
              y2: (d) => d[1] + d[3],
              stroke: colour.gradient,
              strokeWidth: 2.5,
            }),
          ],
        });
      },
      handles: (state) => [
        ...handlesOf(state, "target", { en: "true box", zh: "真实框" }),
        ...handlesOf(state, "predicted", { en: "predicted box", zh: "预测框" }),
      ],
    },
    {
      ratio: 0.62,
      label: () => ({
        en: "The four losses as the predicted box slides past the true one. Plain IoU is flat at 1 where they do not meet.",
        zh: "预测框水平滑过真实框时的四种损失。两框不相交处，普通IoU停在1上不动。",
      }),
      draw({ state, result, plot, language }) {
        const chosen = (name: Name) => name === state.loss;
        const { x } = centreOf(state.predicted as Box);
        const ends = spread(
          result.curves.map(({ values }) => values.at(-1) as number),
          0.14,
        );
        return plot({
          x: { label: language === "zh" ? "预测框中心的横坐标 →" : "centre of the predicted box →", domain: [0, 112] },
          y: { label: language === "zh" ? "↑ 损失" : "↑ loss", domain: [0, 2] },
          marginRight: 4,
          marginBottom: 40,
          marks: [
            Plot.ruleX([x], { stroke: colour.prediction, strokeOpacity: 0.5 }),
            ...result.curves.map(({ name, values }) =>
              Plot.line(values, {
                x: (_, i) => slide[i],
                y: (v) => v,
                stroke: chosen(name) ? colour.loss : colour.quiet,
                strokeWidth: chosen(name) ? 2.5 : 1.25,
              }),
            ),
            Plot.text(names, {
              x: 101,
              y: (_, i) => ends[i],
              text: (name) => titles[name as Name],
              textAnchor: "start",
              fill: (name) => (chosen(name) ? colour.loss : colour.quiet),
            }),
            Plot.dot([result.values[names.indexOf(state.loss as Name)]], {
              x: () => x,
              y: (v) => v,
              fill: colour.loss,
              r: 4,
            }),
          ],
        });
      },
    },
  ],
  readouts: ({ loss }, { values, gradient }) => [
    ...names.map((name, i) => ({
      label: { en: `${titles[name]} loss`, zh: `${titles[name]}损失` },
      value: values[i] as number,
      role: "loss" as const,
    })),
    {
      label: { en: `length of ${titles[loss as Name]}'s gradient`, zh: `${titles[loss as Name]}梯度的长度` },
      value: Math.hypot(...gradient),
      role: "gradient",
    },
  ],
  code: ({ predicted, target, loss }) => `import { ciouLoss, diouLoss, giouLoss, iouLoss } from "lossary";

const predicted = [${literals(predicted)}]; // left, bottom, right, top
const target = [${literals(target)}];

for (const loss of [iouLoss, giouLoss, diouLoss, ciouLoss]) console.log(loss(predicted, target));
const { grads } = ${loss}Loss.valueAndGrad(predicted, target);
console.log(Math.hypot(...grads.predictions.data));`,
  advance: {
    label: { en: "Step", zh: "单步" },
    milliseconds: 40,
    next: (state, { gradient }) => ({
      ...state,
      predicted: state.predicted.map((edge, i) => edge - RATE * (gradient[i] as number)),
    }),
  },
});
