/** Anchor, positive and two negatives: the second hinge parts the negatives though the anchor has no quarrel with them. */
import * as Plot from "@observablehq/plot";
import { quadrupletLoss, tripletLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { descend, handlesOf, moved, type Point, planeOf, pulls, rowsOf, signs } from "./shared/plane.ts";

type Distance = "euclidean" | "squared";
const limit: Point = [2.9, 1.5];
const names = {
  en: ["anchor", "positive", "negative", "second negative"],
  zh: ["锚点", "正例", "负例", "第二负例"],
} as const;
const classes = [0, 0, 1, 2];

export default defineWidget({
  title: { en: "A quadruplet and its two hinges", zh: "一个四元组与它的两个合页" },
  initial: { distance: "squared", margin: 1, margin2: 0.5, points: [-1.6, -0.3, -0.9, 0.5, 0.9, 0.2, 1.5, -0.4] },
  controls: {
    distance: {
      kind: "choice",
      label: { en: "distance", zh: "距离" },
      choices: [
        { value: "squared", label: { en: "squared", zh: "平方距离" } },
        { value: "euclidean", label: { en: "Euclidean", zh: "欧氏距离" } },
      ],
    },
    margin: { kind: "slider", label: { en: "margin m", zh: "间隔m" }, min: 0, max: 2, step: 0.1 },
    margin2: { kind: "slider", label: { en: "second margin m₂", zh: "第二间隔m₂" }, min: 0, max: 2, step: 0.1 },
  },
  compute({ distance, margin, margin2, points }) {
    const rows = rowsOf(points);
    const [a, p, n, q] = rows.map((row) => [[...row]]) as [number[][], number[][], number[][], number[][]];
    const options = { margin, margin2, distance: distance as Distance };
    const { value, grads } = quadrupletLoss.valueAndGrad(a, p, n, q, options);
    const first = tripletLoss(a, p, n, { margin, distance: distance as Distance });
    const gradient = [grads.anchor, grads.positive, grads.negative, grads.negative2].flatMap(({ data }) => [...data]);
    return { rows, value, first, second: value - first, gradient };
  },
  figures: [
    {
      ratio: 0.55,
      label: (_, { first, second }) => ({
        en: `Anchor, positive and two negatives; the triplet's hinge is ${first.toFixed(2)}, that of the negatives ${second.toFixed(2)}.`,
        zh: `锚点、正例与两个负例；三元组的合页为${first.toFixed(2)}，两负例的合页为${second.toFixed(2)}。`,
      }),
      draw({ result: { rows, gradient, first, second }, language, width, height, plot }) {
        const line = (from: number, to: number, active: boolean, stroke: string) =>
          Plot.line([rows[from] as Point, rows[to] as Point], {
            stroke,
            strokeWidth: active ? 2.5 : 1.5,
            strokeDasharray: active ? undefined : "2 5",
          });
        return plot({
          ...planeOf({ width, height }, 1.6),
          marks: [
            line(0, 1, first + second > 0, colour.target),
            line(0, 2, first > 0, colour.loss),
            line(3, 2, second > 0, colour.loss),
            pulls(rows, gradient, { reach: 0.3 }),
            signs(rows, classes),
            Plot.text(rows, {
              text: (_: Point, i: number) => names[language][i] as string,
              dy: 20,
              fill: "currentColor",
            }),
          ],
        });
      },
      handles: (state, { rows }) =>
        handlesOf(
          rows,
          (i) => ({ en: names.en[i] as string, zh: names.zh[i] as string }),
          (i, x, y) => ({ ...state, points: moved(state.points, i, x, y, limit) }),
        ),
    },
  ],
  readouts: (_, { value, first, second }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "the triplet's hinge", zh: "三元组的合页" }, value: first },
    { label: { en: "the negatives' hinge", zh: "两负例的合页" }, value: second },
  ],
  code: ({ distance, margin, margin2, points }) => `import { quadrupletLoss, tripletLoss } from "lossary";

const [a, p, n, n2] = ${JSON.stringify(rowsOf(points).map((row) => [row.map((x) => Number(x.toPrecision(6)))]))};
const loss = quadrupletLoss(a, p, n, n2, { margin: ${margin}, margin2: ${margin2}, distance: "${distance}" });
const first = tripletLoss(a, p, n, { margin: ${margin}, distance: "${distance}" });
console.log(loss);
console.log(first);
console.log(loss - first);`,
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 80,
    next: (state, { gradient }) => ({ ...state, points: descend(state.points, gradient, 0.03, limit) }),
  },
});
