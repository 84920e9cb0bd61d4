/** Clouds of points in the plane, kept as flat lists x₀, y₀, x₁, y₁, …: dragged, drawn, pulled by gradients. */
import * as Plot from "@observablehq/plot";
import { colour, type Handle, literal, type Role, type State, type Text } from "../../kit/widget.ts";

export type Points = readonly (readonly [number, number])[];

/** The room clouds live in. */
export const room = { width: 10, height: 6 } as const;
export const ratio = 0.62;

export const pointsOf = (flat: readonly number[]): [number, number][] =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as number, flat[2 * i + 1] as number]);

/** A cloud in copied code. */
export const listing = (points: Points): string =>
  `[${points.map(([x, y]) => `[${literal(x)}, ${literal(y)}]`).join(", ")}]`;

const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);

/** A handle for each point of the list `key` of a state. */
export function handlesOf<S extends State>(state: S, key: keyof S & string, role: Role, name: Text): Handle<S>[] {
  const flat = state[key] as readonly number[];
  return pointsOf(flat).map(([x, y], i) => ({
    id: `${key}${i}`,
    label: { en: `${name.en} ${i + 1}`, zh: `${name.zh}${i + 1}` },
    x,
    y,
    axis: "both",
    step: 0.1,
    role,
    move: (toX, toY) => {
      const moved = [...flat];
      moved[2 * i] = within(toX, room.width);
      moved[2 * i + 1] = within(toY, room.height);
      return { ...state, [key]: moved };
    },
  }));
}

export const axes = {
  x: { domain: [0, room.width], label: null, ticks: [] },
  y: { domain: [0, room.height], label: null, ticks: [] },
  marginLeft: 14,
  marginRight: 14,
  marginTop: 14,
  marginBottom: 14,
} as const;

/** The points of both clouds: x as discs, y as rings. */
export const dots = (x: Points, y: Points) => [
  Plot.dot(y, { r: 5, stroke: colour.target, strokeWidth: 2.5 }),
  Plot.dot(x, { r: 5, fill: colour.prediction }),
];

/** A pair of points, and how much it counts, 0…1. */
export interface Line {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly share: number;
}

export const lines = (pairs: readonly Line[], options: Plot.LinkOptions = {}) =>
  Plot.link(pairs, {
    x1: (pair: Line) => pair.from[0],
    y1: (pair: Line) => pair.from[1],
    x2: (pair: Line) => pair.to[0],
    y2: (pair: Line) => pair.to[1],
    stroke: colour.quiet,
    strokeWidth: (pair: Line) => 1 + 5 * pair.share,
    strokeOpacity: 0.6,
    ...options,
  });

/** Pairs of a plan [N, M] that carry mass. */
export const planLines = (x: Points, y: Points, plan: ArrayLike<number>): Line[] =>
  x.flatMap((from, i) =>
    y.flatMap((to, j) => {
      const mass = plan[i * y.length + j] as number;
      return mass > 1e-9 ? [{ from, to, share: mass * x.length }] : [];
    }),
  );

/** Arrows along the descent: where each point is pulled, `length` units of gradient long. */
export const pulls = (points: Points, gradient: ArrayLike<number>, length: number) =>
  Plot.arrow(
    points
      .map(([x, y], i) => ({
        x,
        y,
        dx: -length * (gradient[2 * i] as number),
        dy: -length * (gradient[2 * i + 1] as number),
      }))
      .filter(({ dx, dy }) => Math.hypot(dx, dy) > 0.02),
    {
      x1: "x",
      y1: "y",
      x2: (p: { x: number; dx: number }) => p.x + p.dx,
      y2: (p: { y: number; dy: number }) => p.y + p.dy,
      stroke: colour.gradient,
      strokeWidth: 2.2,
      headLength: 7,
      clip: true,
    },
  );
