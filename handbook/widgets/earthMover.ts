/** Two clouds of points to drag, the optimal plan between them as lines, and the pull on each point. */
import { earthMoverDistance, transportPlan } from "lossary";
import { defineWidget } from "../kit/widget.ts";
import { axes, dots, handlesOf, lines, listing, planLines, pointsOf, pulls, ratio } from "./shared/clouds.ts";

type Cost = "euclidean" | "squared";

export default defineWidget({
  title: { en: "The cheapest way from one cloud to another", zh: "从一团点到另一团点，怎样搬最省" },
  initial: {
    x: [1.2, 1.5, 1.8, 4.2, 2.6, 2.6, 3.4, 4.9, 3.9, 1.2],
    y: [6.1, 4.8, 7.2, 2.2, 8.1, 3.6, 8.7, 5.1, 5.4, 1.1],
    cost: "euclidean",
  },
  controls: {
    cost: {
      kind: "choice",
      label: { en: "cost", zh: "代价" },
      choices: [
        { value: "euclidean", label: { en: "distance", zh: "距离" } },
        { value: "squared", label: { en: "distance squared", zh: "距离的平方" } },
      ],
    },
  },
  buttons: [
    {
      label: { en: "Walk along the arrows", zh: "沿箭头走一步" },
      press: (state) => {
        const cost = state.cost as Cost;
        const { grads } = earthMoverDistance.valueAndGrad(pointsOf(state.x), pointsOf(state.y), { cost, wrt: ["x"] });
        const stride = cost === "squared" ? 1 : 2;
        return { ...state, x: state.x.map((value, i) => value - stride * (grads.x.data[i] as number)) };
      },
    },
  ],
  compute({ x, y, cost }) {
    const [from, to, options] = [pointsOf(x), pointsOf(y), { cost: cost as Cost }];
    const { value, grads } = earthMoverDistance.valueAndGrad(from, to, { ...options, wrt: ["x"] });
    const plan = transportPlan(from, to, options);
    return {
      from,
      to,
      value,
      gradient: grads.x.data,
      plan: plan.data,
      steepest: Math.max(...from.map((_, i) => Math.hypot(...grads.x.data.slice(2 * i, 2 * i + 2)))),
    };
  },
  figures: [
    {
      ratio,
      label: (_, { value }) => ({
        en: `Five discs, five rings, and lines for who goes where; the distance is ${value.toFixed(2)}.`,
        zh: `五个圆点、五个圆环，连线表示谁去哪里；距离为${value.toFixed(2)}。`,
      }),
      draw: ({ state, result: { from, to, plan, gradient }, plot }) =>
        plot({
          ...axes,
          marks: [
            lines(planLines(from, to, plan)),
            pulls(from, gradient, state.cost === "squared" ? 0.8 : 5),
            ...dots(from, to),
          ],
        }),
      handles: (state) => [
        ...handlesOf(state, "x", "prediction", { en: "disc", zh: "圆点" }),
        ...handlesOf(state, "y", "target", { en: "ring", zh: "圆环" }),
      ],
    },
  ],
  readouts: (_, { value, steepest }) => [
    { label: { en: "distance", zh: "距离" }, value, role: "loss" },
    { label: { en: "longest gradient of a disc", zh: "圆点梯度的最大长度" }, value: steepest, role: "gradient" },
  ],
  code: ({ cost }, { from, to }) => `import { earthMoverDistance } from "lossary";

const x = ${listing(from)};
const y = ${listing(to)};
const { value, grads } = earthMoverDistance.valueAndGrad(x, y, { cost: "${cost}" });
console.log(value);
console.log(Math.max(...x.map((_, i) => Math.hypot(...grads.x.data.slice(2 * i, 2 * i + 2)))));`,
});
