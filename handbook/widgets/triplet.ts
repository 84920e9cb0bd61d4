/** A triplet to drag, or a whole batch mined for triplets; from a mixed start one way of mining collapses and another does not. */
import * as Plot from "@observablehq/plot";
import { batchAllTripletLoss, batchHardTripletLoss, semiHardTripletLoss, tripletLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import {
  descend,
  handlesOf,
  moved,
  type Point,
  planeOf,
  pointsCode,
  pulls,
  ring,
  rowsOf,
  signs,
} from "./shared/plane.ts";

type Distance = "euclidean" | "squared";
const classes = [0, 0, 0, 1, 1, 1, 2, 2, 2];
const limit: Point = [2.9, 1.5];
/** Anchor, positive and negative among the nine. */
const given = [0, 1, 3] as const;
const apart = [-1.2, 0.3, -0.1, 0.8, -1.6, -0.7, -0.2, -0.6, 1.5, -0.2, 0.7, -1.2, 0.9, 1.1, 1.9, 0.9, -0.4, 1.3];
/** The classes in turn around the middle: every anchor has strangers nearer than its own. */
const mixed: readonly number[] = [
  -1, 0.1, 0.7, 0.8, 0.2, -0.9, -0.8, 0.7, 0.9, -0.2, -0.2, -0.8, -0.2, 1, 0.8, -0.6, -0.9, -0.5,
];

interface Mined {
  readonly name: string;
  valueAndGrad(
    x: number[][],
    labels: number[],
    options: { margin: number; distance: Distance },
  ): { value: number; grads: { embeddings: { data: ArrayLike<number> } } };
}
const mining: Readonly<Record<"hard" | "semiHard" | "all", Mined>> = {
  hard: batchHardTripletLoss,
  semiHard: semiHardTripletLoss,
  all: batchAllTripletLoss,
};
const isMined = (how: string): how is keyof typeof mining => Object.hasOwn(mining, how);

/** Value and flat gradient of the nine points. */
function lossOf(rows: readonly Point[], how: string, options: { margin: number; distance: Distance }) {
  if (isMined(how)) {
    const { value, grads } = mining[how].valueAndGrad(rows as unknown as number[][], classes, options);
    return { value, gradient: Array.from(grads.embeddings.data) };
  }
  const [a, p, n] = given.map((i) => [[...(rows[i] as Point)]]) as [number[][], number[][], number[][]];
  const { value, grads } = tripletLoss.valueAndGrad(a, p, n, options);
  const parts = new Map(given.map((i, k) => [i as number, [grads.anchor, grads.positive, grads.negative][k]?.data]));
  return { value, gradient: rows.flatMap((_, i) => [...(parts.get(i) ?? [0, 0])]) };
}

/**
 * The gradient as a linear network W u feels it, whose inputs u are the mixed points: their embeddings can only move together.
 * A step of W by its gradient Σ g uᵀ moves the embedding of u by Σ g (uᵀu).
 */
function throughNetwork(gradient: readonly number[]): number[] {
  const inputs = rowsOf(mixed);
  const pulled = rowsOf(gradient);
  return inputs.flatMap(([ux, uy]) =>
    [0, 1].map((k) =>
      pulled.reduce((sum, g, j) => {
        const [vx, vy] = inputs[j] as Point;
        return sum + (ux * vx + uy * vy) * (g[k] as number);
      }, 0),
    ),
  );
}

/** How far the points lie from their middle: the root of the mean square. */
function spreadOf(rows: readonly Point[]): number {
  const middle = [0, 1].map((k) => rows.reduce((sum, row) => sum + (row[k] as number), 0) / rows.length) as [
    number,
    number,
  ];
  return Math.sqrt(rows.reduce((sum, [x, y]) => sum + (x - middle[0]) ** 2 + (y - middle[1]) ** 2, 0) / rows.length);
}

export default defineWidget({
  title: { en: "Triplets on a plane", zh: "平面上的三元组" },
  initial: {
    mining: "given",
    distance: "euclidean",
    margin: 0.5,
    network: false as boolean,
    points: apart as readonly number[],
  },
  controls: {
    mining: {
      kind: "choice",
      label: { en: "triplets", zh: "三元组" },
      choices: [
        { value: "given", label: { en: "one, given", zh: "给定的一个" } },
        { value: "hard", label: { en: "hardest of the batch", zh: "批内最难" } },
        { value: "semiHard", label: { en: "semi-hard", zh: "半难" } },
        { value: "all", label: { en: "all", zh: "全部" } },
      ],
    },
    distance: {
      kind: "choice",
      label: { en: "distance", zh: "距离" },
      choices: [
        { value: "euclidean", label: { en: "Euclidean", zh: "欧氏距离" } },
        { value: "squared", label: { en: "squared", zh: "平方距离" } },
      ],
    },
    margin: { kind: "slider", label: { en: "margin m", zh: "间隔m" }, min: 0.1, max: 1.5, step: 0.1 },
    network: {
      kind: "toggle",
      label: { en: "a batch moves as one linear network lets it", zh: "整批只能随同一个线性网络移动" },
    },
  },
  buttons: [
    { label: { en: "Mix them", zh: "搅在一起" }, press: (state) => ({ ...state, network: true, points: mixed }) },
  ],
  compute({ mining: how, distance, margin, points }) {
    const rows = rowsOf(points);
    const { value, gradient } = lossOf(rows, how, { margin, distance: distance as Distance });
    const shown = isMined(how) ? rows.map((_, i) => i) : [...given];
    const moves = rows.map((_, i) => Math.hypot(gradient[2 * i] as number, gradient[2 * i + 1] as number) > 1e-9);
    return { rows, value, gradient, shown, moves, spread: spreadOf(shown.map((i) => rows[i] as Point)) };
  },
  figures: [
    {
      ratio: 0.55,
      label: ({ mining: how }, { shown, moves }) => {
        const count = shown.filter((i) => moves[i]).length;
        return isMined(how)
          ? {
              en: `Nine points of three classes; ${count} of them are moved by the loss.`,
              zh: `三类九个点，其中${count}个受损失推动。`,
            }
          : {
              en: `An anchor, its positive and a negative; ${count > 0 ? "the triplet is active" : "the triplet is silent"}.`,
              zh: `锚点、正例与负例；三元组${count > 0 ? "在起作用" : "没有动静"}。`,
            };
      },
      draw({ state, result: { rows, gradient, shown, moves }, language, width, height, plot }) {
        const [anchor, positive, negative] = given.map((i) => rows[i] as Point) as [Point, Point, Point];
        const near = Math.hypot(anchor[0] - positive[0], anchor[1] - positive[1]);
        const far = state.distance === "squared" ? Math.sqrt(near ** 2 + state.margin) : near + state.margin;
        const one = !isMined(state.mining);
        const names = language === "zh" ? ["锚点", "正例", "负例"] : ["anchor", "positive", "negative"];
        return plot({
          ...planeOf({ width, height }, 1.6),
          marks: [
            !one
              ? null
              : [
                  ring(anchor, near, { stroke: colour.target }),
                  ring(anchor, far, { stroke: colour.loss, strokeDasharray: "5 4" }),
                  Plot.link([positive, negative], {
                    x1: anchor[0],
                    y1: anchor[1],
                    x2: (point: Point) => point[0],
                    y2: (point: Point) => point[1],
                    stroke: colour.quiet,
                  }),
                  Plot.text([anchor, positive, negative], {
                    text: (_: Point, i: number) => names[i] as string,
                    dy: 20,
                    fill: "currentColor",
                  }),
                ],
            pulls(
              shown.map((i) => rows[i] as Point),
              shown.flatMap((i) => gradient.slice(2 * i, 2 * i + 2)),
              { reach: one ? 0.5 : 2 },
            ),
            signs(
              shown.map((i) => rows[i] as Point),
              shown.map((i) => classes[i] as number),
              { silent: (k) => !moves[shown[k] as number] },
            ),
          ],
        });
      },
      handles: (state, { rows, shown }) =>
        handlesOf(
          shown.map((i) => rows[i] as Point),
          (k) => ({
            en: `point ${(shown[k] as number) + 1} of class ${(classes[shown[k] as number] as number) + 1}`,
            zh: `第${(classes[shown[k] as number] as number) + 1}类第${(shown[k] as number) + 1}点`,
          }),
          (k, x, y) => ({ ...state, points: moved(state.points, shown[k] as number, x, y, limit) }),
        ),
    },
  ],
  readouts: (_, { value, spread }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "spread of the points", zh: "点的散布" }, value: spread, aside: true },
  ],
  code({ mining: how, distance, margin }, { rows }) {
    const options = `{ margin: ${margin}, distance: "${distance}" }`;
    if (!isMined(how)) {
      const [a, p, n] = given.map((i) => pointsCode([rows[i] as Point]));
      return `import { tripletLoss } from "lossary";

const [anchor, positive, negative] = [${a}, ${p}, ${n}];
console.log(tripletLoss(anchor, positive, negative, ${options}));`;
    }
    const { name } = mining[how];
    return `import { ${name} } from "lossary";

const embeddings = ${pointsCode(rows)};
console.log(${name}(embeddings, [${classes}], ${options}));`;
  },
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 80,
    next(state, { gradient }) {
      const together = state.network && isMined(state.mining);
      const rate = isMined(state.mining) && !together ? 0.3 : 0.05;
      const felt = together ? throughNetwork(gradient) : gradient;
      return { ...state, points: descend(state.points, felt, rate, limit) };
    },
  },
});
