/** Two small images through one linear network into a plane: shared weights receive what both branches ask. */
import * as Plot from "@observablehq/plot";
import { contrastiveLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { imageFigure, type Pair } from "./shared/pixels.ts";
import { type Point, planeOf, pulls, ring, signs } from "./shared/plane.ts";

const side = 4;
const picture = (rows: string) => [...rows].map(Number) as readonly number[];

/** First weights of a network [2, 16]; `seed` tells two networks apart. */
const initial = (seed: number) =>
  [0, 1].map((k) => Array.from({ length: side * side }, (_, i) => 0.5 * Math.sin(seed + i * i + 2 * k)));
const embed = (network: readonly (readonly number[])[], image: readonly number[]) =>
  network.map((row) => row.reduce((sum, w, i) => sum + w * (image[i] as number), 0)) as unknown as Point;

/** The networks after so many steps; where they are one and the same, both gradients go into it. */
function train(a: readonly number[], b: readonly number[], different: number, shared: boolean, steps: number) {
  const left = initial(1);
  const right = shared ? left : initial(2);
  for (let step = 0; step < steps; step++) {
    const { grads } = contrastiveLoss.valueAndGrad([[...embed(left, a)]], [[...embed(right, b)]], [different]);
    for (const k of [0, 1])
      for (const i of a.keys()) {
        (left[k] as number[])[i] = (left[k]?.[i] as number) - 0.01 * (grads.first.data[k] as number) * (a[i] as number);
        (right[k] as number[])[i] =
          (right[k]?.[i] as number) - 0.01 * (grads.second.data[k] as number) * (b[i] as number);
      }
  }
  return { left, right };
}

interface Shown extends Pair {
  readonly label: string;
  readonly networks: string;
  readonly steps: number;
}

function compute({ label, networks, steps, a, b }: Shown) {
  const different = label === "different" ? 1 : 0;
  const { left, right } = train(a, b, different, networks === "shared", steps);
  const [first, second] = [embed(left, a), embed(right, b)];
  const { value, grads } = contrastiveLoss.valueAndGrad([[...first]], [[...second]], [different]);
  const distance = Math.sqrt(2 * contrastiveLoss([[...first]], [[...second]], [0]));
  return { first, second, value, distance, different, gradient: [...grads.first.data, ...grads.second.data] };
}

export default defineWidget<Shown, ReturnType<typeof compute>>({
  title: { en: "Two images, one network", zh: "两幅图，一个网络" },
  initial: {
    label: "same",
    networks: "shared",
    steps: 0,
    brush: 1,
    a: picture("0110100110010110"),
    b: picture("0010001000100010"),
  },
  controls: {
    label: {
      kind: "choice",
      label: { en: "train them to be", zh: "训练目标" },
      choices: [
        { value: "same", label: { en: "same", zh: "相同" } },
        { value: "different", label: { en: "different", zh: "不同" } },
      ],
    },
    networks: {
      kind: "choice",
      label: { en: "networks", zh: "网络" },
      choices: [
        { value: "shared", label: { en: "one, shared (siamese)", zh: "共用一个（孪生）" } },
        { value: "two", label: { en: "one a side (pseudo-siamese)", zh: "各用一个（伪孪生）" } },
      ],
    },
    steps: { kind: "slider", label: { en: "steps of training", zh: "训练步数" }, min: 0, max: 60, step: 1 },
  },
  compute,
  figures: [
    imageFigure(side, "a"),
    imageFigure(side, "b"),
    {
      ratio: 1,
      label: (_, { distance }) => ({
        en: `The two embeddings on a plane, ${distance.toFixed(2)} apart.`,
        zh: `平面上的两个嵌入，相距${distance.toFixed(2)}。`,
      }),
      draw({ result: { first, second, gradient, different }, width, height, plot }) {
        const half = Math.max(1.6, ...[...first, ...second].map((x) => 1.3 * Math.abs(x)));
        return plot({
          ...planeOf({ width, height }, half),
          marks: [
            Plot.frame({ stroke: colour.quiet }),
            different ? ring(first, 1, { strokeDasharray: "4 4" }) : null,
            Plot.line([first, second], { stroke: colour.loss }),
            pulls([first, second], gradient, { reach: 0.6, longest: 0.6 }),
            signs([first, second], [0, 1]),
          ],
        });
      },
    },
  ],
  readouts: (_, { value, distance }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "distance", zh: "距离" }, value: distance, role: "prediction" },
  ],
  code: ({ networks, steps, a, b }, { different }) => `import { contrastiveLoss } from "lossary";

const [a, b] = [[${a}], [${b}]];
const network = (seed: number) => [0, 1].map((k) => a.map((_, i) => 0.5 * Math.sin(seed + i * i + 2 * k)));
const embed = (w: number[][], x: number[]) => w.map((row) => row.reduce((sum, v, i) => sum + v * x[i], 0));
const left = network(1);
const right = ${networks === "shared" ? "left; // one network: both gradients go into it" : "network(2);"}
for (let step = 0; step < ${steps}; step++) {
  const { grads } = contrastiveLoss.valueAndGrad([embed(left, a)], [embed(right, b)], [${different}]);
  for (const k of [0, 1])
    for (const i of a.keys()) {
      left[k][i] -= 0.01 * grads.first.data[k] * a[i];
      right[k][i] -= 0.01 * grads.second.data[k] * b[i];
    }
}
console.log(contrastiveLoss([embed(left, a)], [embed(right, b)], [${different}]));
console.log(Math.sqrt(2 * contrastiveLoss([embed(left, a)], [embed(right, b)], [0])));`,
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 100,
    next: (state) => ({ ...state, steps: Math.min(state.steps + 1, 60) }),
  },
});
