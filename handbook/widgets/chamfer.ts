/** Two clouds of points to drag, lines from each point to its nearest of the other cloud, and the pull on each disc. */
import { chamferDistance, earthMoverDistance } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import {
  axes,
  dots,
  handlesOf,
  type Line,
  lines,
  listing,
  type Points,
  pointsOf,
  pulls,
  ratio,
} from "./shared/clouds.ts";

/** From each point to the nearest of the others; of equally near ones the first. */
const nearest = (from: Points, to: Points): Line[] =>
  from.map((point) => {
    const far = to.map(([x, y]) => Math.hypot(x - point[0], y - point[1]));
    return { from: point, to: to[far.indexOf(Math.min(...far))] as [number, number], share: 0.2 };
  });

const start = [1.5, 4.6, 2.2, 1.4, 3.4, 3.4, 4.3, 5.2, 5.4, 2.2];

export default defineWidget({
  title: { en: "Everyone to the nearest", zh: "各找最近的一个" },
  initial: { x: start, y: [5.6, 4.4, 7.2, 2.1, 7.9, 4.6, 8.8, 3.2] },
  controls: {},
  buttons: [
    {
      label: { en: "Walk along the arrows", zh: "沿箭头走一步" },
      press: (state) => {
        const { grads } = chamferDistance.valueAndGrad(pointsOf(state.x), pointsOf(state.y), { wrt: ["x"] });
        return { ...state, x: state.x.map((value, i) => value - 0.5 * (grads.x.data[i] as number)) };
      },
    },
    {
      label: { en: "Pile all discs onto the rings", zh: "把圆点都叠到圆环上" },
      press: (state) => {
        // Every ring gets one disc; those left over crowd onto the first.
        const rings = pointsOf(state.y);
        return { ...state, x: pointsOf(state.x).flatMap((_, i) => [...(rings[i] ?? (rings[0] as [number, number]))]) };
      },
    },
  ],
  compute({ x, y }) {
    const [from, to] = [pointsOf(x), pointsOf(y)];
    const { value, grads } = chamferDistance.valueAndGrad(from, to, { wrt: ["x"] });
    return { from, to, value, gradient: grads.x.data, transport: earthMoverDistance(from, to, { cost: "squared" }) };
  },
  figures: [
    {
      ratio,
      label: (_, { value }) => ({
        en: `Five discs and four rings, each joined to its nearest of the other kind; the Chamfer distance is ${value.toFixed(2)}.`,
        zh: `五个圆点和四个圆环，各与对方最近的一个相连；倒角距离为${value.toFixed(2)}。`,
      }),
      draw: ({ result: { from, to, gradient }, plot }) =>
        plot({
          ...axes,
          marks: [
            lines(nearest(from, to), { stroke: colour.prediction }),
            lines(nearest(to, from), { stroke: colour.target, strokeDasharray: "2 4" }),
            pulls(from, gradient, 0.4),
            ...dots(from, to),
          ],
        }),
      handles: (state) => [
        ...handlesOf(state, "x", "prediction", { en: "disc", zh: "圆点" }),
        ...handlesOf(state, "y", "target", { en: "ring", zh: "圆环" }),
      ],
    },
  ],
  readouts: (_, { value, transport }) => [
    { label: { en: "Chamfer distance", zh: "倒角距离" }, value, role: "loss" },
    { label: { en: "transport, squared cost", zh: "最优传输（平方代价）" }, value: transport },
  ],
  code: (_, { from, to }) => `import { chamferDistance, earthMoverDistance } from "lossary";

const x = ${listing(from)};
const y = ${listing(to)};
console.log(chamferDistance(x, y));
console.log(earthMoverDistance(x, y, { cost: "squared" }));`,
});
