/** Embeddings on a plane, moved by their own gradients. A list of points is flat: x, y, x, y, … */
import * as Plot from "@observablehq/plot";
import { colour, type Handle, literal, type Role, type Text } from "../../kit/widget.ts";

export type Point = readonly [x: number, y: number];

const inset = 12;

/** A plane without axes whose units are as wide as they are high; `half` is half its height. */
export function planeOf({ width, height }: { width: number; height: number }, half: number): Plot.PlotOptions {
  const across = (half * (width - 2 * inset)) / (height - 2 * inset);
  return {
    margin: inset,
    x: { domain: [-across, across], axis: null },
    y: { domain: [-half, half], axis: null },
  };
}

/** The points of a flat list. */
export const rowsOf = (flat: ArrayLike<number>): Point[] =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as number, flat[2 * i + 1] as number]);

export const clamp = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);

/** A step against the gradient; no point leaves the plane. */
export const descend = (flat: readonly number[], gradient: ArrayLike<number>, rate: number, limit: Point): number[] =>
  flat.map((value, i) => clamp(value - rate * (gradient[i] as number), limit[i % 2] as number));

/** The list with one of its points elsewhere. */
export const moved = (flat: readonly number[], i: number, x: number, y: number, limit: Point): number[] =>
  flat.map((value, k) => (k === 2 * i ? clamp(x, limit[0]) : k === 2 * i + 1 ? clamp(y, limit[1]) : value));

/** Arrows against the gradient: where descent would take each point. None is longer than `longest`. */
export function pulls(
  points: readonly Point[],
  gradient: ArrayLike<number>,
  { reach = 1, longest = 0.7 }: { reach?: number; longest?: number } = {},
): Plot.Markish {
  const arrows = points.flatMap(([x, y], i) => {
    const [dx, dy] = [-reach * (gradient[2 * i] as number), -reach * (gradient[2 * i + 1] as number)];
    const length = Math.hypot(dx, dy);
    const factor = Math.min(1, longest / length);
    return length > 0.01 ? [{ x, y, x2: x + factor * dx, y2: y + factor * dy }] : [];
  });
  return Plot.arrow(arrows, {
    x1: "x",
    y1: "y",
    x2: "x2",
    y2: "y2",
    stroke: colour.gradient,
    strokeWidth: 2.5,
    headLength: 7,
  });
}

/** A ring of a radius in the plane's units. */
export const ring = ([x, y]: Point, radius: number, options: Plot.LineOptions = {}): Plot.Markish =>
  Plot.line(
    Array.from({ length: 97 }, (_, i) => [
      x + radius * Math.cos((i * Math.PI) / 48),
      y + radius * Math.sin((i * Math.PI) / 48),
    ]),
    { stroke: colour.quiet, clip: true, ...options },
  );

const symbols = ["circle", "square2", "triangle2", "diamond2", "star"] as const;

/** The points, each with the sign of its class; hollow where `silent`. */
export const signs = (
  points: readonly Point[],
  classes: readonly number[],
  {
    role = "prediction",
    silent = () => false,
    r = 6,
  }: { role?: Role; silent?: (i: number) => boolean; r?: number } = {},
): Plot.Markish =>
  Plot.dot(points, {
    symbol: (_: Point, i: number) => symbols[(classes[i] as number) % symbols.length] as string,
    r,
    stroke: colour[role],
    strokeWidth: 2,
    fill: (_: Point, i: number) => (silent(i) ? "var(--vp-c-bg, white)" : colour[role]),
  });

/** A handle on each point. */
export const handlesOf = <S>(
  points: readonly Point[],
  label: (i: number) => Text,
  move: (i: number, x: number, y: number) => S,
  role: (i: number) => Role = () => "prediction",
): Handle<S>[] =>
  points.map(([x, y], i) => ({
    id: `point${i}`,
    label: label(i),
    x,
    y,
    axis: "both" as const,
    step: 0.05,
    role: role(i),
    move: (toX: number, toY: number) => move(i, toX, toY),
  }));

/** Points in copied code. */
export const pointsCode = (points: Iterable<Point>): string =>
  `[${[...points].map(([x, y]) => `[${literal(x)}, ${literal(y)}]`).join(", ")}]`;
