import { portableScalar } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { diameterOf, type SinkhornSettings, TOLERANCE, temperatures } from "./annealing.ts";
import { sinkhornDivergence } from "./sinkhornDivergence.ts";

/**
 * Σ a (f − f') + Σ b (g − g') with masses a and b, the potentials f, g of the plan between x and y, f' of x and x, g' of y and y:
 *
 *     f_i = softmin_j (g_j, c_ij) = −ε log Σ_j b_j exp((g_j − c_ij) / ε)
 *
 * By the envelope theorem potentials and the points they lie on are constants: the gradient is that of the last c_ij alone.
 * How many iterations there are depends on the diameter, so the arrays' numbers must be known.
 */
export const sinkhornPortable = portableScalar(
  sinkhornDivergence,
  (m, [first, second], { xWeights, yWeights, ...settings }, { D }) => {
    const [a, b] = [massesOf(m, first, xWeights), massesOf(m, second, yWeights)];
    const [x, y] = [a.points, b.points];
    const clouds = [m.numbers(x), m.numbers(y)];
    const diameter = diameterOf(clouds, D as number);
    if (!Number.isFinite(diameter)) return m.mul(m.add(m.sum(first), m.sum(second)), Number.NaN);
    const schedule = temperatures(diameter, settings);
    const { f, g, ff, gg } = anneal(m, { ...a, points: m.stop(x) }, { ...b, points: m.stop(y) }, schedule, settings);
    const epsilon = schedule.at(-1) as number;
    const along = (from: typeof a, over: typeof a, potentials: typeof x) => {
      const costs = cost(m, from.points, m.stop(over.points), settings.p);
      return m.sum(m.mul(softmin(m, costs, potentials, over.logs, epsilon), m.exp(from.logs)));
    };
    const between = m.add(along(a, b, g), along(b, a, f));
    return m.sub(between, m.add(along(a, a, ff), along(b, b, gg)));
  },
);

/** A cloud, and the logs of its masses, which add up to 1. */
interface Massed<X> {
  readonly points: X;
  readonly logs: X;
  readonly shares: Float64Array;
}

/** Low enough for a mass of 0 beside any exponent. */
const NOTHING = -1e30;

/** Points of weight 0 stand where the first one with a mass is, so that whatever they hold has no part in anything. */
function massesOf<X>(m: Maths<X>, points: X, weights: X | undefined): Massed<X> {
  const [n, d] = m.shapeOf(points) as [number, number];
  const given = weights === undefined ? new Float64Array(n).fill(1) : Float64Array.from(m.numbers(weights));
  const total = given.reduce((sum, weight) => sum + weight, 0);
  const shares = given.map((weight) => weight / total);
  const logs = m.constant(
    shares.map((share) => (share === 0 ? NOTHING : Math.log(share))),
    [n],
  );
  if (shares.every((share) => share > 0)) return { points, logs, shares };
  const first = shares.findIndex((share) => share > 0);
  const place = Array.from(m.numbers(points)).slice(first * d, first * d + d);
  const stand = m.constant(
    Array.from({ length: n * d }, (_, i) => place[i % d] as number),
    [n, d],
  );
  const held = m.constant(
    Array.from({ length: n * d }, (_, i) => Number((shares[Math.floor(i / d)] as number) > 0)),
    [n, d],
  );
  return { points: m.where(m.equal(held, 1), points, stand), logs, shares };
}

/** dᵖ / p of each point to each, [N, M]. */
function cost<X>(m: Maths<X>, from: X, over: X, p: number): X {
  const apart = m.sub(m.expand(from, 1), m.expand(over, 0));
  if (p === 1) return m.norm(apart, 2);
  const squares = m.sum(m.square(apart), 2);
  return m.div(p === 2 ? squares : m.power(squares, p / 2), p);
}

function softmin<X>(m: Maths<X>, costs: X, potentials: X, logs: X, epsilon: number): X {
  const [n] = m.shapeOf(costs) as [number, number];
  const exponents = m.add(m.div(m.sub(m.expand(potentials, 0), costs), epsilon), m.expand(logs, 0));
  return m.mul(m.reshape(m.logSumExp(exponents, 1), [n]), -epsilon);
}

interface Potentials<X> {
  readonly f: X;
  readonly g: X;
  readonly ff: X;
  readonly gg: X;
}

/** All potentials at once, each averaged with the one before, once at each temperature and then until they agree. */
function anneal<X>(
  m: Maths<X>,
  x: Massed<X>,
  y: Massed<X>,
  schedule: readonly number[],
  { p, maxIterations }: SinkhornSettings,
): Potentials<X> {
  const [xy, xx, yy] = [cost(m, x.points, y.points, p), cost(m, x.points, x.points, p), cost(m, y.points, y.points, p)];
  const yx = m.transpose(xy);
  const updated = ({ f, g, ff, gg }: Potentials<X>, epsilon: number): Potentials<X> => ({
    f: softmin(m, xy, g, y.logs, epsilon),
    g: softmin(m, yx, f, x.logs, epsilon),
    ff: softmin(m, xx, ff, x.logs, epsilon),
    gg: softmin(m, yy, gg, y.logs, epsilon),
  });
  const zeros = (costs: X) => m.mul(m.sum(costs, 1), 0);
  let now = updated({ f: zeros(xy), g: zeros(yx), ff: zeros(xx), gg: zeros(yy) }, schedule[0] as number);
  const shares = { f: x.shares, g: y.shares, ff: x.shares, gg: y.shares };
  /** Improves the potentials; tells how far the marginals of their plans were from the masses. */
  const step = (epsilon: number, measured: boolean): number => {
    let error = 0;
    const list = m.tidy(() => {
      const next = updated(now, epsilon);
      return keys.map((key) => {
        if (measured)
          error = Math.max(error, marginalError(m.numbers(m.sub(now[key], next[key])), epsilon, shares[key]));
        return m.mul(m.add(now[key], next[key]), 0.5);
      });
    });
    now = Object.fromEntries(keys.map((key, i) => [key, list[i]])) as unknown as Potentials<X>;
    return error;
  };
  for (const epsilon of schedule) step(epsilon, false);
  const tolerance = TOLERANCE[m.epsilon < 1e-10 ? "float64" : "float32"];
  for (let k = schedule.length; k < (maxIterations ?? 0); k++)
    if (step(schedule.at(-1) as number, true) <= tolerance) break;
  return now;
}

const keys = ["f", "g", "ff", "gg"] as const;

/** Σ shares |exp(difference / ε) − 1|. */
const marginalError = (differences: ArrayLike<number>, epsilon: number, shares: Float64Array) =>
  shares.reduce((sum, share, i) => sum + share * Math.abs(Math.expm1((differences[i] as number) / epsilon)), 0);
