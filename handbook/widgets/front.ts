/** A batch of three classes on a plane, each sample pulled by the loss chosen from a row of names. */
import * as Plot from "@observablehq/plot";
import {
  batchCircleLoss,
  batchHardTripletLoss,
  centerLoss,
  crossEntropy,
  supConLoss,
  type Tensor,
  updateCenters,
} from "lossary";
import { colour, defineWidget, type Handle, literal, type Text } from "../kit/widget.ts";

const classes = 3;
const labels = Array.from({ length: 15 }, (_, i) => i % classes);
/** Where a classifier's three classes point. */
const directions = [90, 210, 330].map((degrees) => [
  Math.cos((degrees * Math.PI) / 180),
  Math.sin((degrees * Math.PI) / 180),
]);
const symbols = ["circle", "square", "triangle"] as const;

/** Classes that overlap, the same at every visit. */
const start = labels.flatMap((label, i) => {
  const [x, y] = directions[label] as [number, number];
  return [0.45 * x + 0.85 * Math.sin(12.9 * (i + 1)), 0.45 * y + 0.6 * Math.cos(7.3 * (i + 2))].map((v) =>
    Number(v.toFixed(2)),
  );
});

type Points = number[][];
interface Pull {
  readonly value: number;
  readonly gradient: ArrayLike<number>;
}

const pointsOf = (flat: readonly number[]): Points => labels.map((_, i) => flat.slice(2 * i, 2 * i + 2));
const means = (points: Points): Points => {
  const origin = Array.from({ length: classes }, () => [0, 0]);
  // A few of the paper's own updates carry the centers to their samples.
  let centers = origin as Parameters<typeof updateCenters>[0];
  for (let i = 0; i < 20; i++) centers = updateCenters(centers, points, labels, { rate: 1 });
  const { data } = centers as { data: ArrayLike<number> };
  return origin.map((_, c) => [data[2 * c] as number, data[2 * c + 1] as number]);
};

interface Puller {
  readonly title: Text;
  pull(points: Points): Pull;
  /** What gives the same value. */
  readonly code: string;
}

/** A loss that takes embeddings and their labels as they are. */
function labelled<O extends Readonly<Record<string, number>>>(
  loss: {
    readonly spec: { readonly name: string };
    valueAndGrad(points: Points, labels: number[], options: O): { value: number; grads: { embeddings: Tensor } };
  },
  title: Text,
  options: O,
): Puller {
  const written = Object.entries(options).map(([name, value]) => `${name}: ${value}`);
  return {
    title,
    pull(points) {
      const { value, grads } = loss.valueAndGrad(points, labels, options);
      return { value, gradient: grads.embeddings.data };
    },
    code: `const { value, grads } = ${loss.spec.name}.valueAndGrad(points, labels, { ${written.join(", ")} });`,
  };
}

const losses: Readonly<Record<string, Puller>> = {
  crossEntropy: {
    title: { en: "Cross entropy", zh: "交叉熵" },
    pull(points) {
      const logits = points.map(([x, y]) =>
        directions.map(([u, v]) => 2 * ((x as number) * (u as number) + (y as number) * (v as number))),
      );
      const { value, grads } = crossEntropy.valueAndGrad(logits, labels);
      const { data } = grads.logits;
      const along = (axis: 0 | 1, i: number) =>
        directions.reduce(
          (sum, direction, c) => sum + 2 * (data[classes * i + c] as number) * (direction[axis] as number),
          0,
        );
      return { value, gradient: labels.flatMap((_, i) => [along(0, i), along(1, i)]) };
    },
    code: `const directions = [90, 210, 330].map((degrees) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]);
const logits = points.map(([x, y]) => directions.map(([u, v]) => 2 * (x * u + y * v)));
const { value, grads } = crossEntropy.valueAndGrad(logits, labels);`,
  },
  batchHardTripletLoss: labelled(
    batchHardTripletLoss,
    { en: "Triplet, batch-hard", zh: "三元组（批内最难）" },
    { margin: 0.5 },
  ),
  supConLoss: labelled(supConLoss, { en: "Supervised contrastive", zh: "监督对比" }, { temperature: 0.5 }),
  batchCircleLoss: labelled(batchCircleLoss, { en: "Circle", zh: "Circle 损失" }, { scale: 8 }),
  centerLoss: {
    title: { en: "Center", zh: "中心损失" },
    pull(points) {
      const { value, grads } = centerLoss.valueAndGrad(points, labels, means(points));
      return { value, gradient: grads.features.data };
    },
    code: `let centers: FloatInput = [[0, 0], [0, 0], [0, 0]];
for (let i = 0; i < 20; i++) centers = updateCenters(centers, points, labels, { rate: 1 });
const { value, grads } = centerLoss.valueAndGrad(points, labels, centers);`,
  },
};
const imports: Readonly<Record<string, string>> = { centerLoss: "centerLoss, type FloatInput, updateCenters" };

/** The length of the longest arrow. */
const longest = (gradient: ArrayLike<number>) =>
  Math.max(1e-9, ...labels.map((_, i) => Math.hypot(gradient[2 * i] as number, gradient[2 * i + 1] as number)));
/** Keeps a coordinate on the plane: 0 is x, 1 is y. */
const within = (value: number, axis: number) =>
  Math.min(Math.max(value, axis === 0 ? -1.8 : -1.1), axis === 0 ? 1.8 : 1.1);
const lossOf = (name: string) => losses[name] ?? (losses.crossEntropy as Puller);

export default defineWidget({
  title: { en: "A batch pulled by a loss", zh: "被损失牵引的一批样本" },
  initial: { loss: "batchHardTripletLoss", points: start },
  controls: {
    loss: {
      kind: "choice",
      row: true,
      label: { en: "Pulled by", zh: "牵引者" },
      choices: Object.entries(losses).map(([value, { title }]) => ({ value, label: title })),
    },
  },
  compute: ({ loss, points }) => lossOf(loss).pull(pointsOf(points)),
  figures: [
    {
      ratio: 0.62,
      label: ({ loss }, { value }) => ({
        en: `Fifteen samples of three classes on a plane, each with an arrow where ${lossOf(loss).title.en} pulls it; the loss is ${value.toFixed(3)}.`,
        zh: `平面上三类共十五个样本，箭头指向${lossOf(loss).title.zh}牵引的方向；损失为 ${value.toFixed(3)}。`,
      }),
      draw({ state, result, plot, width }) {
        const far = 0.35 / longest(result.gradient);
        const samples = pointsOf(state.points).map(([x, y], i) => ({
          x: x as number,
          y: y as number,
          toX: (x as number) - far * (result.gradient[2 * i] as number),
          toY: (y as number) - far * (result.gradient[2 * i + 1] as number),
          symbol: symbols[labels[i] as number] as string,
        }));
        const moved = samples.filter(({ x, y, toX, toY }) => Math.hypot(toX - x, toY - y) > 0.01);
        return plot({
          margin: 8,
          x: { axis: null, domain: [-2, 2] },
          y: { axis: null, domain: [-1.24, 1.24] },
          symbol: { range: [...symbols], domain: [...symbols] },
          marks: [
            Plot.dot(samples, {
              x: "x",
              y: "y",
              symbol: "symbol",
              r: Math.max(7, width / 62),
              fill: colour.prediction,
              fillOpacity: 0.85,
            }),
            Plot.arrow(moved, {
              x1: "x",
              y1: "y",
              x2: "toX",
              y2: "toY",
              stroke: colour.gradient,
              strokeWidth: 2.2,
              headLength: 7,
            }),
          ],
        });
      },
      handles: (state) =>
        labels.map(
          (label, i): Handle<typeof state> => ({
            id: `sample ${i}`,
            label: { en: `sample ${i + 1} of class ${label + 1}`, zh: `样本 ${i + 1}，第 ${label + 1} 类` },
            x: state.points[2 * i] as number,
            y: state.points[2 * i + 1] as number,
            axis: "both",
            step: 0.05,
            role: "prediction",
            move: (x, y) => ({
              ...state,
              points: state.points.map((v, j) => (j === 2 * i ? within(x, 0) : j === 2 * i + 1 ? within(y, 1) : v)),
            }),
          }),
        ),
    },
  ],
  readouts: (_, { value, gradient }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "strongest pull", zh: "最强的牵引" }, value: longest(gradient), role: "gradient", aside: true },
  ],
  code: ({ loss, points }) => {
    const name = loss in losses ? loss : "crossEntropy";
    const rows = pointsOf(points).map((row) => `[${row.map(literal).join(", ")}]`);
    return `import { ${imports[name] ?? name} } from "lossary";

const points = [
  ${rows.join(",\n  ")},
];
const labels = points.map((_, i) => i % ${classes});
${lossOf(name).code}
console.log(value);`;
  },
  advance: {
    label: { en: "Step", zh: "一步" },
    milliseconds: 60,
    next(state, { gradient }) {
      const far = 0.04 / longest(gradient);
      // Steps shrink with the pull near the end, so that the batch comes to rest.
      const rate = Math.min(far, 1);
      return { ...state, points: state.points.map((v, i) => within(v - rate * (gradient[i] as number), i % 2)) };
    },
  },
});
