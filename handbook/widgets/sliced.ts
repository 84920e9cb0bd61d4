/** Two clouds seen along one direction, and the mean over many: shadows sorted and joined, first to first. */
import * as Plot from "@observablehq/plot";
import { slicedWassersteinDistance, wassersteinDistance } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { axes, dots, handlesOf, lines, listing, type Points, pointsOf, pulls, ratio, room } from "./shared/clouds.ts";

const centre = [room.width / 2, room.height / 2] as const;

const direction = (degrees: number) =>
  [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)] as const;

/** How far along the direction each point lies. */
const along = (points: Points, [dx, dy]: readonly [number, number]) => points.map(([x, y]) => x * dx + y * dy);

export default defineWidget({
  title: { en: "Transport, slice by slice", zh: "一片一片地传输" },
  initial: {
    x: [1.2, 1.4, 1.9, 4.6, 2.9, 3.1, 3.8, 4.8, 4.0, 1.2],
    y: [6.2, 4.6, 7.0, 1.9, 8.0, 3.9, 8.8, 5.0, 5.6, 1.0],
    angle: 20,
    projections: 64,
    seed: 0,
  },
  controls: {
    angle: { kind: "slider", label: { en: "direction shown, degrees", zh: "所示方向，度" }, min: 0, max: 180, step: 1 },
    projections: { kind: "slider", label: { en: "projections", zh: "方向的个数" }, min: 1, max: 128, step: 1 },
    seed: { kind: "slider", label: { en: "seed", zh: "种子" }, min: 0, max: 20, step: 1 },
  },
  buttons: [
    {
      label: { en: "Walk along the arrows", zh: "沿箭头走一步" },
      press: (state) => {
        const { projections, seed } = state;
        const options = { projections, seed, wrt: ["x"] } as const;
        const { grads } = slicedWassersteinDistance.valueAndGrad(pointsOf(state.x), pointsOf(state.y), options);
        return { ...state, x: state.x.map((value, i) => value - 1.5 * (grads.x.data[i] as number)) };
      },
    },
  ],
  compute({ x, y, angle, projections, seed }) {
    const [from, to] = [pointsOf(x), pointsOf(y)];
    const { value, grads } = slicedWassersteinDistance.valueAndGrad(from, to, { projections, seed, wrt: ["x"] });
    const [u, v] = [along(from, direction(angle)), along(to, direction(angle))];
    return { from, to, value, gradient: grads.x.data, u, v, slice: wassersteinDistance(u, v, { p: 2 }) };
  },
  figures: [
    {
      ratio,
      label: ({ angle, projections }, { value }) => ({
        en: `Two clouds, their shadows on a line at ${angle} degrees, and the pulls of ${projections} directions; the distance is ${value.toFixed(2)}.`,
        zh: `两团点，它们在${angle}度直线上的影子，以及${projections}个方向合成的拉力；距离为${value.toFixed(2)}。`,
      }),
      draw({ state, result: { from, to, gradient, u, v }, plot }) {
        const [dx, dy] = direction(state.angle);
        const origin = centre[0] * dx + centre[1] * dy;
        /** A shadow's place on the line, which runs through the middle; `aside` shifts it off the line. */
        const onLine = (t: number, aside = 0): [number, number] => [
          centre[0] + (t - origin) * dx - aside * dy,
          centre[1] + (t - origin) * dy + aside * dx,
        ];
        const [first, second] = [[...u].sort((a, b) => a - b), [...v].sort((a, b) => a - b)];
        const shadows = first.map((t, i) => ({
          from: onLine(t, 0.12),
          to: onLine(second[i] as number, -0.12),
          share: 0.15,
        }));
        const falls = [
          ...from.map((p, i) => ({ from: p, to: onLine(u[i] as number, 0.12), share: 0 })),
          ...to.map((p, i) => ({ from: p, to: onLine(v[i] as number, -0.12), share: 0 })),
        ];
        return plot({
          ...axes,
          marks: [
            lines([{ from: onLine(origin - 12), to: onLine(origin + 12), share: 0 }], { clip: true }),
            lines(falls, { strokeDasharray: "1 4", strokeWidth: 1, clip: true }),
            lines(shadows, { stroke: colour.loss, strokeOpacity: 0.9, clip: true }),
            Plot.dot(
              u.map((t) => onLine(t, 0.12)),
              { r: 3, fill: colour.prediction, clip: true },
            ),
            Plot.dot(
              v.map((t) => onLine(t, -0.12)),
              { r: 3, stroke: colour.target, strokeWidth: 1.5, clip: true },
            ),
            pulls(from, gradient, 5),
            ...dots(from, to),
          ],
        });
      },
      handles: (state) => [
        ...handlesOf(state, "x", "prediction", { en: "disc", zh: "圆点" }),
        ...handlesOf(state, "y", "target", { en: "ring", zh: "圆环" }),
      ],
    },
  ],
  readouts: (_, { value, slice }) => [
    { label: { en: "sliced distance", zh: "切片距离" }, value, role: "loss" },
    { label: { en: "along the direction shown", zh: "沿所示方向" }, value: slice },
  ],
  code: (
    { angle, projections, seed },
    { from, to },
  ) => `import { slicedWassersteinDistance, wassersteinDistance } from "lossary";

const x = ${listing(from)};
const y = ${listing(to)};
console.log(slicedWassersteinDistance(x, y, { projections: ${projections}, seed: ${seed} }));
const angle = (${angle} * Math.PI) / 180;
const along = (points: number[][]) => points.map(([a, b]) => a * Math.cos(angle) + b * Math.sin(angle));
console.log(wassersteinDistance(along(x), along(y), { p: 2 }));`,
});
