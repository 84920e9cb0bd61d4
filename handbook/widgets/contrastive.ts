/** Pairs as springs: similar ones pull, dissimilar ones push up to the margin, which is a ring around the first of each. */
import * as Plot from "@observablehq/plot";
import { contrastiveLoss } from "lossary";
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

const different = [0, 0, 1, 1];
const limit: Point = [2.9, 1.5];
const partners = (points: readonly number[]) => {
  const rows = rowsOf(points);
  return { rows, first: rows.filter((_, i) => i % 2 === 0), second: rows.filter((_, i) => i % 2 === 1) };
};

/** A zigzag from one point to another. */
function spring([x1, y1]: Point, [x2, y2]: Point): Point[] {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [nx, ny] = [(-0.06 * (y2 - y1)) / length, (0.06 * (x2 - x1)) / length];
  return Array.from({ length: 17 }, (_, i) => {
    const side = i < 2 || i > 14 ? 0 : i % 2 === 0 ? 1 : -1;
    return [x1 + ((x2 - x1) * i) / 16 + side * nx, y1 + ((y2 - y1) * i) / 16 + side * ny];
  });
}

export default defineWidget({
  title: { en: "Four pairs as springs", zh: "四对样本如弹簧" },
  initial: {
    margin: 1,
    points: [-2.4, 0.9, -1.2, 1.1, -2.5, -0.9, -1.7, -0.5, 0.3, 0.7, 0.8, 0.9, 1.5, -0.8, 2.7, -0.2],
  },
  controls: {
    margin: { kind: "slider", label: { en: "margin m", zh: "间隔m" }, min: 0.2, max: 2, step: 0.1 },
  },
  compute({ margin, points }) {
    const { rows, first, second } = partners(points);
    const { value, grads } = contrastiveLoss.valueAndGrad(first, second, different, { margin });
    const { value: each } = contrastiveLoss.valueAndGrad(first, second, different, { margin, reduction: "none" });
    const gradient = rows.flatMap((_, i) => {
      const own = i % 2 === 0 ? grads.first.data : grads.second.data;
      return [own[i - (i % 2)] as number, own[i - (i % 2) + 1] as number];
    });
    return { rows, first, second, value, gradient, active: [...each.data].map((x) => x > 0) };
  },
  figures: [
    {
      ratio: 0.55,
      label: (_, { active }) => ({
        en: `Two similar and two dissimilar pairs of points; ${active.filter(Boolean).length} of the four pairs exert a force.`,
        zh: `两对相似的点，两对不相似的点；四对之中有${active.filter(Boolean).length}对在出力。`,
      }),
      draw({ state, result: { rows, first, second, gradient, active }, language, width, height, plot }) {
        const names = language === "zh" ? ["相似", "不相似"] : ["similar", "dissimilar"];
        return plot({
          ...planeOf({ width, height }, 1.6),
          marks: [
            first.map((point, i) => (different[i] ? ring(point, state.margin, { strokeDasharray: "4 4" }) : null)),
            first.map((point, i) =>
              Plot.line(different[i] && !active[i] ? [point, second[i] as Point] : spring(point, second[i] as Point), {
                stroke: different[i] ? colour.loss : colour.target,
                strokeWidth: 1.5,
                strokeDasharray: active[i] ? undefined : "2 5",
              }),
            ),
            pulls(rows, gradient, { reach: 2 }),
            signs(
              rows,
              rows.map((_, i) => different[i >> 1] as number),
            ),
            Plot.text(first, {
              x: (point: Point, i: number) => (point[0] + (second[i] as Point)[0]) / 2,
              y: (point: Point, i: number) => (point[1] + (second[i] as Point)[1]) / 2,
              text: (_: Point, i: number) => names[different[i] as number] as string,
              dy: 18,
              fill: "currentColor",
            }),
          ],
        });
      },
      handles: (state, { rows }) =>
        handlesOf(
          rows,
          (i) => ({ en: `point ${i + 1}`, zh: `第${i + 1}点` }),
          (i, x, y) => ({ ...state, points: moved(state.points, i, x, y, limit) }),
        ),
    },
  ],
  readouts: (_, { value, active }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    {
      label: { en: "pairs with a force", zh: "仍在起作用的配对数" },
      value: active.filter(Boolean).length,
      role: "gradient",
    },
  ],
  code: ({ margin }, { first, second }) => `import { contrastiveLoss } from "lossary";

const first = ${pointsCode(first)};
const second = ${pointsCode(second)};
console.log(contrastiveLoss(first, second, [${different}], { margin: ${margin} }));
const each = contrastiveLoss(first, second, [${different}], { margin: ${margin}, reduction: "none" });
console.log(each.data.filter((value) => value > 0).length);`,
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 80,
    next: (state, { gradient }) => ({ ...state, points: descend(state.points, gradient, 0.2, limit) }),
  },
});
