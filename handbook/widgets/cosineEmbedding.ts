/** Two embeddings from the origin: their lengths do not matter, and the force on each is at right angles to it. */
import * as Plot from "@observablehq/plot";
import { cosineEmbeddingLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { descend, handlesOf, moved, type Point, planeOf, pointsCode, pulls, rowsOf, signs } from "./shared/plane.ts";

const limit: Point = [2.7, 1.4];

export default defineWidget({
  title: { en: "Two directions", zh: "两个方向" },
  initial: { pair: "similar", margin: 0.5, points: [1.6, 0.3, 0.3, 1.1] as readonly number[] },
  controls: {
    pair: {
      kind: "choice",
      label: { en: "the pair is", zh: "这一对" },
      choices: [
        { value: "similar", label: { en: "similar (1)", zh: "相似（1）" } },
        { value: "dissimilar", label: { en: "dissimilar (−1)", zh: "不相似（−1）" } },
      ],
    },
    margin: { kind: "slider", label: { en: "margin m, a cosine", zh: "间隔m（余弦）" }, min: -1, max: 1, step: 0.1 },
  },
  compute({ pair, margin, points }) {
    const rows = rowsOf(points);
    const [a, b] = rows as [Point, Point];
    const target = pair === "similar" ? 1 : -1;
    const { value, grads } = cosineEmbeddingLoss.valueAndGrad([[...a]], [[...b]], [target], { margin });
    const cosine = 1 - cosineEmbeddingLoss([[...a]], [[...b]], [1]);
    return { rows, target, value, cosine, gradient: [...grads.first.data, ...grads.second.data] };
  },
  figures: [
    {
      ratio: 0.55,
      label: (_, { cosine, value }) => ({
        en: `Two vectors from the origin with cosine ${cosine.toFixed(2)}; the loss is ${value.toFixed(3)}.`,
        zh: `从原点出发的两个向量，余弦${cosine.toFixed(2)}；损失${value.toFixed(3)}。`,
      }),
      draw({ state, result: { rows, gradient, target }, language, width, height, plot }) {
        const [x, y] = rows[0] as Point;
        const direction = Math.atan2(y, x);
        const opening = Math.acos(Math.min(Math.max(state.margin, -1), 1));
        const edge = (angle: number): Point => [4 * Math.cos(angle), 4 * Math.sin(angle)];
        const zh = language === "zh";
        return plot({
          ...planeOf({ width, height }, 1.5),
          marks: [
            // A dissimilar partner inside this wedge around the first is turned out of it.
            target < 0
              ? Plot.link([edge(direction - opening), edge(direction + opening)], {
                  x1: 0,
                  y1: 0,
                  x2: (end: Point) => end[0],
                  y2: (end: Point) => end[1],
                  stroke: colour.loss,
                  strokeDasharray: "5 4",
                  clip: true,
                })
              : null,
            Plot.link(rows, {
              x1: 0,
              y1: 0,
              x2: (end: Point) => end[0],
              y2: (end: Point) => end[1],
              stroke: colour.prediction,
              strokeWidth: 2,
            }),
            Plot.dot([[0, 0]], { r: 3, fill: "currentColor" }),
            pulls(rows, gradient, { reach: 0.7 }),
            signs(rows, [0, 1]),
            Plot.text(rows, {
              text: (_: Point, i: number) => (zh ? ["前者", "后者"] : ["first", "second"])[i] as string,
              dy: 20,
              fill: "currentColor",
            }),
          ],
        });
      },
      handles: (state, { rows }) =>
        handlesOf(
          rows,
          (i) => (i === 0 ? { en: "first", zh: "前者" } : { en: "second", zh: "后者" }),
          (i, x, y) => ({ ...state, points: moved(state.points, i, x, y, limit) }),
        ),
    },
  ],
  readouts: (_, { value, cosine, gradient }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "cosine", zh: "余弦" }, value: cosine, role: "prediction" },
    {
      label: { en: "force on the second", zh: "后者所受的力" },
      value: Math.hypot(gradient[2] as number, gradient[3] as number),
      role: "gradient",
    },
  ],
  code: ({ margin }, { rows: [a, b], target }) => `import { cosineEmbeddingLoss } from "lossary";

const [first, second] = [${pointsCode([a as Point])}, ${pointsCode([b as Point])}];
const { value, grads } = cosineEmbeddingLoss.valueAndGrad(first, second, [${target}], { margin: ${margin} });
console.log(value);
console.log(1 - cosineEmbeddingLoss(first, second, [1]));
console.log(Math.hypot(...grads.second.data));`,
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 80,
    next: (state, { gradient }) => ({ ...state, points: descend(state.points, gradient, 0.1, limit) }),
  },
});
