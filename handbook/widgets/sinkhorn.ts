/** Two clouds under smoothed transport: as the blur grows, each point's own pull becomes that of the cloud. */

import * as Plot from "@observablehq/plot";
import { earthMoverDistance, sinkhornDivergence } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { axes, dots, handlesOf, lines, listing, pointsOf, pulls, ratio, room } from "./shared/clouds.ts";

const SCALING = 0.9;

export default defineWidget({
  title: { en: "Transport, blurred", zh: "抹平了的传输" },
  initial: {
    x: [1.1, 1.2, 1.4, 4.6, 2.3, 2.9, 3.2, 5.2, 3.6, 1.6, 2.1, 0.9],
    y: [6.4, 5.1, 7.3, 1.0, 8.2, 3.6, 8.9, 5.0, 6.7, 2.6, 9.1, 1.8],
    blur: 0.5,
  },
  controls: {
    blur: { kind: "slider", label: { en: "blur, a length", zh: "blur，一个长度" }, min: 0.1, max: 6, step: 0.1 },
  },
  buttons: [
    {
      label: { en: "Walk along the arrows", zh: "沿箭头走一步" },
      press: (state) => {
        const { grads } = sinkhornDivergence.valueAndGrad(pointsOf(state.x), pointsOf(state.y), {
          blur: state.blur,
          scaling: SCALING,
          wrt: ["x"],
        });
        // A mass of 1/6 each: the whole way is six times the gradient.
        return { ...state, x: state.x.map((value, i) => value - 2 * (grads.x.data[i] as number)) };
      },
    },
    {
      label: { en: "Lay the clouds upon each other", zh: "把两团叠在一起" },
      press: (state) => ({ ...state, x: [...state.y] }),
    },
  ],
  compute({ x, y, blur }) {
    const [from, to] = [pointsOf(x), pointsOf(y)];
    const { value, grads } = sinkhornDivergence.valueAndGrad(from, to, { blur, scaling: SCALING, wrt: ["x"] });
    return { from, to, value, gradient: grads.x.data, sharp: earthMoverDistance(from, to, { cost: "squared" }) / 2 };
  },
  figures: [
    {
      ratio,
      label: ({ blur }, { value }) => ({
        en: `Six discs pulled towards six rings under a blur of ${blur}; the divergence is ${value.toFixed(3)}.`,
        zh: `blur为${blur}时，六个圆点被拉向六个圆环；散度为${value.toFixed(3)}。`,
      }),
      draw: ({ state, result: { from, to, gradient }, plot }) =>
        plot({
          ...axes,
          marks: [
            // The blur as a bar at the bottom, in the plot's own length.
            lines([{ from: [0.2, 0.25], to: [Math.min(0.2 + state.blur, room.width), 0.25], share: 0.4 }]),
            Plot.text([[0.2, 0.25]], { text: ["blur"], dy: -12, textAnchor: "start", fill: colour.quiet }),
            pulls(from, gradient, 3),
            ...dots(from, to),
          ],
        }),
      handles: (state) => [
        ...handlesOf(state, "x", "prediction", { en: "disc", zh: "圆点" }),
        ...handlesOf(state, "y", "target", { en: "ring", zh: "圆环" }),
      ],
    },
  ],
  readouts: (_, { value, sharp }) => [
    { label: { en: "Sinkhorn divergence", zh: "Sinkhorn散度" }, value, role: "loss" },
    { label: { en: "half the exact transport", zh: "精确传输的一半" }, value: sharp },
  ],
  code: ({ blur }, { from, to }) => `import { earthMoverDistance, sinkhornDivergence } from "lossary";

const x = ${listing(from)};
const y = ${listing(to)};
console.log(sinkhornDivergence(x, y, { blur: ${blur}, scaling: ${SCALING} }));
console.log(earthMoverDistance(x, y, { cost: "squared" }) / 2);`,
});
