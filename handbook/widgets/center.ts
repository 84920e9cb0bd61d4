/** Features of three classes from one linear network, with moving centers: beside a classifier they tighten, without it they collapse. */
import * as Plot from "@observablehq/plot";
import { centerLoss, crossEntropy, updateCenters } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { clamp, handlesOf, moved, type Point, planeOf, pointsCode, rowsOf, signs } from "./shared/plane.ts";

const limit: Point = [2.9, 1.5];
/** Five inputs a class, each class around a direction of its own. */
const inputs: readonly Point[] = [
  ...rowsOf([1.5, 0.3, 0.9, -0.4, 1.9, -0.2, 1.2, 0.8, 0.6, 0.2]),
  ...rowsOf([-0.9, 1.2, -0.2, 0.7, -1.4, 0.6, -0.6, 1.5, -0.1, 1.2]),
  ...rowsOf([-0.6, -1.1, -1.2, -0.4, -0.1, -1.4, -0.9, -0.8, 0.2, -0.7]),
];
const labels = inputs.map((_, i) => Math.floor(i / 5));
/** The classifier's directions; their length is its certainty. */
const head: readonly Point[] = [0, 1, 2].map((k) => [
  3 * Math.cos((k * 2 * Math.PI) / 3),
  3 * Math.sin((k * 2 * Math.PI) / 3),
]);
const dot = (a: readonly number[], b: readonly number[]) =>
  (a[0] as number) * (b[0] as number) + (a[1] as number) * (b[1] as number);
const root = (rows: readonly Point[]) => Math.sqrt(rows.reduce((sum, [x, y]) => sum + x * x + y * y, 0) / rows.length);

export default defineWidget({
  title: { en: "Three classes and their centers", zh: "三个类与它们的中心" },
  initial: {
    classifier: true as boolean,
    weight: 0.5,
    network: [1, 0, 0, 1] as readonly number[],
    centers: [0.6, -0.9, 0.4, 0.5, -1.6, 0.3] as readonly number[],
  },
  controls: {
    classifier: { kind: "toggle", label: { en: "cross entropy as well", zh: "同时用交叉熵" } },
    weight: {
      kind: "slider",
      label: { en: "weight of center loss", zh: "中心损失的权重" },
      min: 0.05,
      max: 2,
      step: 0.05,
    },
  },
  compute({ classifier, weight, network: [a, b, c, d], centers }) {
    const features = inputs.map(
      ([u, v]): Point => [(a as number) * u + (b as number) * v, (c as number) * u + (d as number) * v],
    );
    const rows = features.map((x) => [...x]);
    const center = centerLoss.valueAndGrad(rows, labels, rowsOf(centers) as unknown as number[][]);
    const logits = features.map((x) => head.map((w) => dot(w, x)));
    const cross = crossEntropy.valueAndGrad(logits, labels);
    const pull = rowsOf(center.grads.features.data);
    const push = features.map((_, i): Point => {
      const own = [0, 1, 2].map((k) => cross.grads.logits.data[3 * i + k] as number);
      return [0, 1].map((k) => head.reduce((sum, w, j) => sum + (own[j] as number) * (w[k] as number), 0)) as [
        number,
        number,
      ];
    });
    const share = classifier ? 1 : 0;
    const gradient = pull.map(
      ([x, y], i): Point => [weight * x + share * (push[i] as Point)[0], weight * y + share * (push[i] as Point)[1]],
    );
    return { features, center: center.value, cross: cross.value, gradient, size: root(features) };
  },
  figures: [
    {
      ratio: 0.6,
      label: (_, { center, size }) => ({
        en: `Fifteen features of three classes around three centers; center loss ${center.toFixed(3)}, size of the features ${size.toFixed(2)}.`,
        zh: `三类十五个特征围着三个中心；中心损失${center.toFixed(3)}，特征的大小${size.toFixed(2)}。`,
      }),
      draw({ state, result: { features }, width, height, plot }) {
        const centers = rowsOf(state.centers);
        return plot({
          ...planeOf({ width, height }, 1.7),
          marks: [
            state.classifier
              ? Plot.link(head, {
                  x1: 0,
                  y1: 0,
                  x2: (w: Point) => w[0],
                  y2: (w: Point) => w[1],
                  stroke: colour.quiet,
                  strokeDasharray: "2 4",
                  clip: true,
                })
              : null,
            Plot.arrow(features, {
              x1: (x: Point) => x[0],
              y1: (x: Point) => x[1],
              x2: (x: Point, i: number) => x[0] + 0.5 * ((centers[labels[i] as number] as Point)[0] - x[0]),
              y2: (x: Point, i: number) => x[1] + 0.5 * ((centers[labels[i] as number] as Point)[1] - x[1]),
              stroke: colour.gradient,
              strokeOpacity: 0.6,
              headLength: 5,
            }),
            signs(features, labels),
            signs(centers, [0, 1, 2], { role: "target", r: 9 }),
          ],
        });
      },
      handles: (state) =>
        handlesOf(
          rowsOf(state.centers),
          (i) => ({ en: `center of class ${i + 1}`, zh: `第${i + 1}类的中心` }),
          (i, x, y) => ({ ...state, centers: moved(state.centers, i, x, y, limit) }),
          () => "target",
        ),
    },
  ],
  readouts: (_, { center, cross, size }) => [
    { label: { en: "center loss", zh: "中心损失" }, value: center, role: "loss" },
    { label: { en: "cross entropy", zh: "交叉熵" }, value: cross, role: "loss" },
    { label: { en: "size of the features", zh: "特征的大小" }, value: size, aside: true },
  ],
  code: ({ centers }, { features }) => `import { centerLoss, crossEntropy } from "lossary";

const features = ${pointsCode(features)};
const labels = [${labels.join(", ")}];
const centers = ${pointsCode(rowsOf(centers))};
const head = ${pointsCode(head)};
console.log(centerLoss(features, labels, centers));
const logits = features.map(([x, y]) => head.map(([a, b]) => a * x + b * y));
console.log(crossEntropy(logits, labels));`,
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 80,
    next(state, { features, gradient }) {
      // A linear network W u: its gradient is Σ g uᵀ.
      const network = state.network.map((w, k) => {
        const slope = gradient.reduce((sum, g, i) => sum + g[k >> 1 ? 1 : 0] * (inputs[i] as Point)[k % 2 ? 1 : 0], 0);
        return clamp(w - 0.3 * slope, 3);
      });
      const { data } = updateCenters(
        rowsOf(state.centers) as unknown as number[][],
        features as unknown as number[][],
        labels,
        { rate: 0.2 },
      );
      return { ...state, network, centers: [...data] };
    },
  },
});
