/** The losses on pairs of boxes as plain formulas of corners, in f64. */
import type { Draw, Sample } from "./samples.ts";

export type Format = "xyxy" | "xywh" | "cxcywh" | "ltrb";
export const formats: readonly Format[] = ["xyxy", "xywh", "cxcywh", "ltrb"];

export interface Span {
  readonly low: number;
  readonly high: number;
}

export interface Box {
  readonly x: Span;
  readonly y: Span;
}

function span(a: number, b: number, format: Format): Span {
  const [low, high] = {
    xyxy: [a, b],
    xywh: [a, a + b],
    cxcywh: [a - b / 2, a + b / 2],
    ltrb: [-a, b],
  }[format] as [number, number];
  return high < low ? { low: (low + high) / 2, high: (low + high) / 2 } : { low, high };
}

export function boxesOf({ data }: Pick<Sample, "data">, format: Format): Box[] {
  return Array.from({ length: data.length / 4 }, (_, i) => {
    const [a, b, c, d] = data.slice(4 * i, 4 * i + 4) as [number, number, number, number];
    return { x: span(a, c, format), y: span(b, d, format) };
  });
}

/** The numbers of a box in a format; ltrb as seen from the origin. */
export function numbersOf({ x, y }: Box, format: Format): number[] {
  const [w, h] = [length(x), length(y)];
  if (format === "xywh") return [x.low, y.low, w, h];
  if (format === "cxcywh") return [x.low + w / 2, y.low + h / 2, w, h];
  const sign = format === "ltrb" ? -1 : 1;
  return [sign * x.low, sign * y.low, x.high, y.high];
}

export const length = ({ low, high }: Span): number => high - low;
export const area = ({ x, y }: Box): number => length(x) * length(y);
const middle = ({ low, high }: Span) => (low + high) / 2;

const common = (a: Span, b: Span): Span => {
  const [low, high] = [Math.max(a.low, b.low), Math.min(a.high, b.high)];
  return { low, high: Math.max(low, high) };
};
const around = (a: Span, b: Span): Span => ({ low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) });

export const shared = (a: Box, b: Box): number => area({ x: common(a.x, b.x), y: common(a.y, b.y) });
export const union = (a: Box, b: Box): number => area(a) + area(b) - shared(a, b);
export const iouOf = (a: Box, b: Box): number => (union(a, b) > 0 ? shared(a, b) / union(a, b) : 0);

export function giouOf(a: Box, b: Box): number {
  const hull = area({ x: around(a.x, b.x), y: around(a.y, b.y) });
  return iouOf(a, b) - (hull > 0 ? 1 - union(a, b) / hull : 0);
}

export function diouOf(a: Box, b: Box): number {
  const diagonal = length(around(a.x, b.x)) ** 2 + length(around(a.y, b.y)) ** 2;
  const distance = (middle(a.x) - middle(b.x)) ** 2 + (middle(a.y) - middle(b.y)) ** 2;
  return iouOf(a, b) - (diagonal > 0 ? distance / diagonal : 0);
}

/** How much two shapes differ; of a point, none. */
export function shapeTerm(a: Box, b: Box): number {
  const sides = [a, b].map(({ x, y }): [number, number] => [length(x), length(y)]);
  if (sides.some(([w, h]) => w === 0 && h === 0)) return 0;
  const [p, q] = sides.map(([w, h]) => Math.atan2(w, h)) as [number, number];
  return (4 / Math.PI ** 2) * (p - q) ** 2;
}

export function alphaOf(a: Box, b: Box): number {
  const v = shapeTerm(a, b);
  return v === 0 ? 0 : v / (1 - iouOf(a, b) + v);
}

/** Numbers that make boxes of every kind in every format: nested, apart, without extent, turned inside out. */
export const drawBox: Draw = (random, _, index) => 3 * random.uniform() - (index % 4 < 2 ? 1 : 0.4);
