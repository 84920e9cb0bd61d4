/** What the definitions on paired boxes share: measures along both axes, areas, and the terms of the losses. */
import type { Maths } from "../../formula/maths.ts";
import type { BoxFormat } from "./boxes.ts";

/** A format as edges, the first of them perhaps negated, or as origin and extent, a share of it below. */
const formats: Readonly<Record<BoxFormat, { edges: boolean; sign: number; share: number }>> = {
  xyxy: { edges: true, sign: 1, share: 0 },
  ltrb: { edges: true, sign: -1, share: 0 },
  xywh: { edges: false, sign: 1, share: 0 },
  cxcywh: { edges: false, sign: 1, share: 0.5 },
};

/** Along one axis, [N] each: extents of the boxes, of what they share and of their hull; distance of their centres. */
interface Axis<X> {
  readonly own: X;
  readonly other: X;
  readonly shared: X;
  readonly hull: X;
  readonly gap: X;
}

/** Pairs of boxes, measured. */
export interface Measures<X> {
  readonly x: Axis<X>;
  readonly y: Axis<X>;
  /** Areas of intersection and union, and of the union without the intersection. */
  readonly shared: X;
  readonly union: X;
  readonly apart: X;
}

export function measure<X>(m: Maths<X>, predictions: X, targets: X, format: BoxFormat): Measures<X> {
  const column = (boxes: X, i: number) => m.reshape(m.slice(boxes, 1, i, 1), [m.shapeOf(boxes)[0] as number]);
  const along = (i: number) =>
    axisOf(
      m,
      [column(predictions, i), column(predictions, i + 2)],
      [column(targets, i), column(targets, i + 2)],
      format,
    );
  const [x, y] = [along(0), along(1)];
  const shared = m.mul(x.shared, y.shared);
  const apart = m.add(m.sub(m.mul(x.own, y.own), shared), m.sub(m.mul(x.other, y.other), shared));
  return { x, y, shared, apart, union: m.add(apart, shared) };
}

function axisOf<X>(m: Maths<X>, [p, q]: [X, X], [u, v]: [X, X], format: BoxFormat): Axis<X> {
  const { edges, sign, share } = formats[format];
  // An origin counts from the target's, so that far from 0 nothing is lost.
  const edgesOf = (origin: X, extent: X): Edges<X> => ({
    low: m.sub(origin, m.mul(extent, share)),
    high: m.add(origin, m.mul(extent, 1 - share)),
    extent,
  });
  const between = (low: X, high: X): Edges<X> => ({ low, high, extent: m.sub(high, low) });
  const [a, b] = edges
    ? [between(m.mul(p, sign), q), between(m.mul(u, sign), v)]
    : [edgesOf(m.sub(p, u), q), edgesOf(m.sub(u, u), v)];
  const [own, other] = [upright(m, a), upright(m, b)];
  return {
    own: own.extent,
    other: other.extent,
    shared: m.relu(m.sub(lesser(m, own.high, other.high), greater(m, own.low, other.low))),
    hull: m.sub(greater(m, own.high, other.high), lesser(m, own.low, other.low)),
    gap: m.mul(m.add(m.sub(own.low, other.low), m.sub(own.high, other.high)), 0.5),
  };
}

interface Edges<X> {
  readonly low: X;
  readonly high: X;
  readonly extent: X;
}

/** Extents below 0 become 0, at the middle of the edges. */
function upright<X>(m: Maths<X>, { low, high, extent }: Edges<X>): Edges<X> {
  const negative = m.less(extent, 0);
  const middle = m.mul(m.add(low, high), 0.5);
  return { low: m.where(negative, middle, low), high: m.where(negative, middle, high), extent: m.relu(extent) };
}

/** Of equal numbers each takes half of the gradient. */
const greater = <X>(m: Maths<X>, a: X, b: X): X =>
  m.where(m.equal(a, b), m.mul(m.add(a, b), 0.5), m.where(m.less(a, b), b, a));

const lesser = <X>(m: Maths<X>, a: X, b: X): X => m.neg(greater(m, m.neg(a), m.neg(b)));

/** 1 − I/U; 1 for two boxes without area. */
export const distanceOfAreas = <X>(m: Maths<X>, { apart, union }: Measures<X>): X => ratio(m, apart, union, 1);

/** ρ²/c²; 0 for a hull of no extent. */
export function distanceOfCentres<X>(m: Maths<X>, { x, y }: Measures<X>): X {
  const squares = (a: X, b: X) => m.add(m.square(a), m.square(b));
  return ratio(m, squares(x.gap, y.gap), squares(x.hull, y.hull), 0);
}

/** a / b, or where b is 0 something else. */
export function ratio<X>(m: Maths<X>, a: X, b: X, otherwise: number): X {
  const none = m.equal(b, 0);
  return m.where(none, otherwise, m.div(a, m.where(none, 1, b)));
}
