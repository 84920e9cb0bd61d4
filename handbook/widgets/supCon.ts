/** Nine embeddings of three classes on a circle, gathered by class and parted from the rest. */
import * as Plot from "@observablehq/plot";
import { supConLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { anglesCode, atCode, circleHandles, outline, pointsAt, pushes, roll, slopes } from "./shared/circle.ts";
import { planeOf, signs } from "./shared/plane.ts";

const labels = [0, 0, 0, 1, 1, 1, 2, 2, 2];

export default defineWidget({
  title: { en: "Three classes on a circle", zh: "圆上的三个类" },
  initial: { temperature: 0.3, angles: [0.2, 1.3, 2.6, 0.8, -0.5, 3.0, -1.1, -2.4, 1.9] as readonly number[] },
  controls: {
    temperature: { kind: "slider", label: { en: "temperature τ", zh: "温度τ" }, min: 0.05, max: 1, step: 0.05 },
  },
  compute({ temperature, angles }) {
    const points = pointsAt(angles);
    const rows = points.map((point) => [...point]);
    const { value, grads } = supConLoss.valueAndGrad(rows, labels, { temperature });
    const each = supConLoss(rows, labels, { temperature, reduction: "none" }).data;
    return { points, value, worst: Math.max(...each), slope: slopes(angles, grads.embeddings.data) };
  },
  figures: [
    {
      ratio: 0.7,
      label: (_, { value }) => ({
        en: `Nine points of three classes on a circle; the loss is ${value.toFixed(3)}, its floor 0.693.`,
        zh: `圆上三类九个点；损失${value.toFixed(3)}，下限0.693。`,
      }),
      draw({ state, result: { points, slope }, width, height, plot }) {
        const own = labels.flatMap((label, i) =>
          labels.flatMap((other, j) => (j > i && other === label ? [[points[i], points[j]]] : [])),
        );
        return plot({
          ...planeOf({ width, height }, 1.3),
          marks: [
            outline(),
            Plot.link(own, {
              x1: (d) => d[0]?.[0] as number,
              y1: (d) => d[0]?.[1] as number,
              x2: (d) => d[1]?.[0] as number,
              y2: (d) => d[1]?.[1] as number,
              stroke: colour.target,
              strokeOpacity: 0.5,
            }),
            pushes(state.angles, slope, 1),
            signs(points, labels),
          ],
        });
      },
      handles: (state) =>
        circleHandles(
          state.angles,
          (i) => ({
            en: `embedding ${i + 1}, class ${(labels[i] as number) + 1}`,
            zh: `第${i + 1}个嵌入，第${(labels[i] as number) + 1}类`,
          }),
          (angles) => ({ ...state, angles }),
        ),
    },
  ],
  readouts: (_, { value, worst }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "of the worst anchor", zh: "最差锚点的损失" }, value: worst, role: "loss" },
    { label: { en: "floor, ln 2", zh: "下限ln 2" }, value: Math.log(2), aside: true },
  ],
  code: ({ temperature, angles }) => `import { supConLoss } from "lossary";

${atCode}
const embeddings = ${anglesCode(angles)};
const labels = [${labels.join(", ")}];
console.log(supConLoss(embeddings, labels, { temperature: ${temperature} }));
const each = supConLoss(embeddings, labels, { temperature: ${temperature}, reduction: "none" });
console.log(Math.max(...each.data));`,
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 80,
    next: (state, { slope }) => ({ ...state, angles: roll(state.angles, slope, 0.3) }),
  },
});
