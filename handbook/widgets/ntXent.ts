/** Two views of four samples on a circle; from a chosen anchor, how much each other view is taken for its partner. */
import * as Plot from "@observablehq/plot";
import { infoNceLoss, ntXentLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { anglesCode, atCode, circleHandles, outline, pointsAt, pushes, roll, slopes } from "./shared/circle.ts";
import { type Point, planeOf, signs } from "./shared/plane.ts";

const N = 4;
const samples = [0, 1, 2, 3, 0, 1, 2, 3];

export default defineWidget({
  title: { en: "Two views of four samples", zh: "四个样本的两种视图" },
  initial: {
    temperature: 0.5,
    anchor: "2",
    // First views, then second views.
    angles: [0.3, 1.2, 2.5, -2.0, 0.9, 2.1, -2.8, -0.9] as readonly number[],
  },
  controls: {
    temperature: { kind: "slider", label: { en: "temperature τ", zh: "温度τ" }, min: 0.05, max: 1, step: 0.05 },
    anchor: {
      kind: "choice",
      label: { en: "anchor", zh: "锚点" },
      choices: samples.map((sample, i) => ({
        value: String(i + 1),
        label: {
          en: `sample ${sample + 1}, ${i < N ? "first" : "second"} view`,
          zh: `样本${sample + 1}，第${i < N ? "一" : "二"}视图`,
        },
      })),
    },
  },
  compute({ temperature, anchor, angles }) {
    const points = pointsAt(angles);
    const rows = points.map((point) => [...point]);
    const { value, grads } = ntXentLoss.valueAndGrad(rows.slice(0, N), rows.slice(N), { temperature });
    // The anchor as the query of every other view: InfoNCE tells each one's probability.
    const own = Number(anchor) - 1;
    const others = samples.flatMap((_, i) => (i === own ? [] : [i]));
    const { data } = infoNceLoss(
      others.map(() => rows[own] as number[]),
      others.map((i) => rows[i] as number[]),
      { temperature, reduction: "none" },
    );
    const chances = others.map((i, k) => ({ i, chance: Math.exp(-(data[k] as number)) }));
    const partner = chances.find(({ i }) => samples[i] === samples[own])?.chance as number;
    const slope = slopes(angles, [...grads.first.data, ...grads.second.data]);
    return { points, value, own, chances, partner, slope };
  },
  figures: [
    {
      ratio: 0.7,
      label: (_, { own, partner, value }) => ({
        en: `Eight views on a circle; view ${own + 1} knows its partner with probability ${partner.toFixed(2)}; the loss is ${value.toFixed(3)}.`,
        zh: `圆上八个视图；第${own + 1}个以${partner.toFixed(2)}的概率认出自己的另一半；损失${value.toFixed(3)}。`,
      }),
      draw({ state, result: { points, own, chances, slope }, width, height, plot }) {
        const [x, y] = points[own] as Point;
        return plot({
          ...planeOf({ width, height }, 1.35),
          marks: [
            outline(),
            Plot.link(chances, {
              x1: x,
              y1: y,
              x2: ({ i }) => (points[i] as Point)[0],
              y2: ({ i }) => (points[i] as Point)[1],
              stroke: ({ i }) => (samples[i] === samples[own] ? colour.target : colour.loss),
              strokeWidth: ({ chance }) => 0.75 + 10 * chance,
              strokeOpacity: 0.6,
            }),
            pushes(state.angles, slope, 1.2),
            signs(points, samples, { silent: (i) => i >= N }),
            Plot.text(points, {
              x: (point: Point) => 1.19 * point[0],
              y: (point: Point) => 1.19 * point[1],
              text: (_: Point, i: number) => `${(samples[i] as number) + 1}${i < N ? "" : "′"}`,
              fill: "currentColor",
              fontWeight: "bold",
            }),
          ],
        });
      },
      handles: (state) =>
        circleHandles(
          state.angles,
          (i) => ({
            en: `sample ${(samples[i] as number) + 1}, ${i < N ? "first" : "second"} view`,
            zh: `样本${(samples[i] as number) + 1}，第${i < N ? "一" : "二"}视图`,
          }),
          (angles) => ({ ...state, angles }),
        ),
    },
  ],
  readouts: (_, { value, partner }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "the anchor's p(partner)", zh: "锚点的p(另一半)" }, value: partner, role: "prediction" },
  ],
  code({ temperature, angles }, { own, chances }) {
    const partner = chances.findIndex(({ i }) => samples[i] === samples[own]);
    return `import { infoNceLoss, ntXentLoss } from "lossary";

${atCode}
const views = ${anglesCode(angles)};
console.log(ntXentLoss(views.slice(0, ${N}), views.slice(${N}), { temperature: ${temperature} }));
const others = views.filter((_, i) => i !== ${own});
const anchors = others.map(() => views[${own}]);
const each = infoNceLoss(anchors, others, { temperature: ${temperature}, reduction: "none" });
console.log(Math.exp(-each.data[${partner}]));`;
  },
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 80,
    next: (state, { slope }) => ({ ...state, angles: roll(state.angles, slope, 0.5) }),
  },
});
