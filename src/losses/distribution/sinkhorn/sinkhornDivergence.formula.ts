import { portableScalar } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { diameterOf, type SinkhornSettings, TOLERANCE, temperatures } from "./annealing.ts";
import { sinkhornDivergence } from "./sinkhornDivergence.ts";

/**
 * mean(f − f') + mean(g − g') with the potentials f, g of the plan between x and y, f' of x and x, g' of y and y:
 *
 *     f_i = softmin_j (g_j, c_ij) = −ε log mean_j exp((g_j − c_ij) / ε)
 *
 * By the envelope theorem potentials and the points they lie on are constants: the gradient is that of the last c_ij alone.
 * How many iterations there are depends on the diameter, so the arrays' numbers must be known.
 */
export const sinkhornPortable = portableScalar(sinkhornDivergence, (m, [x, y], settings, { D }) => {
  const clouds = [m.numbers(x), m.numbers(y)];
  const diameter = diameterOf(clouds, D as number);
  if (!Number.isFinite(diameter)) return m.mul(m.add(m.sum(x), m.sum(y)), Number.NaN);
  const schedule = temperatures(diameter, settings);
  const { f, g, ff, gg } = anneal(m, m.stop(x), m.stop(y), schedule, settings);
  const epsilon = schedule.at(-1) as number;
  const along = (from: typeof x, over: typeof x, potentials: typeof x) =>
    m.mean(softmin(m, cost(m, from, m.stop(over), settings.p), potentials, epsilon));
  const between = m.add(along(x, y, g), along(y, x, f));
  return m.sub(between, m.add(along(x, x, ff), along(y, y, gg)));
});

/** dᵖ / p of each point to each, [N, M]. */
function cost<X>(m: Maths<X>, from: X, over: X, p: number): X {
  const apart = m.sub(m.expand(from, 1), m.expand(over, 0));
  if (p === 1) return m.norm(apart, 2);
  const squares = m.sum(m.square(apart), 2);
  return m.div(p === 2 ? squares : m.power(squares, p / 2), p);
}

function softmin<X>(m: Maths<X>, costs: X, potentials: X, epsilon: number): X {
  const [n, count] = m.shapeOf(costs) as [number, number];
  const exponents = m.div(m.sub(m.expand(potentials, 0), costs), epsilon);
  return m.mul(m.sub(m.reshape(m.logSumExp(exponents, 1), [n]), Math.log(count)), -epsilon);
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
  x: X,
  y: X,
  schedule: readonly number[],
  { p, maxIterations }: SinkhornSettings,
): Potentials<X> {
  const [xy, xx, yy] = [cost(m, x, y, p), cost(m, x, x, p), cost(m, y, y, p)];
  const yx = m.transpose(xy);
  const updated = ({ f, g, ff, gg }: Potentials<X>, epsilon: number): Potentials<X> => ({
    f: softmin(m, xy, g, epsilon),
    g: softmin(m, yx, f, epsilon),
    ff: softmin(m, xx, ff, epsilon),
    gg: softmin(m, yy, gg, epsilon),
  });
  const zeros = (costs: X) => m.mul(m.sum(costs, 1), 0);
  let now = updated({ f: zeros(xy), g: zeros(yx), ff: zeros(xx), gg: zeros(yy) }, schedule[0] as number);
  /** Improves the potentials; tells how far the marginals of their plans were from the masses. */
  const step = (epsilon: number, measured: boolean): number => {
    let error = 0;
    const list = m.tidy(() => {
      const next = updated(now, epsilon);
      return keys.map((key) => {
        if (measured) error = Math.max(error, marginalError(m.numbers(m.sub(now[key], next[key])), epsilon));
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

const marginalError = (differences: ArrayLike<number>, epsilon: number) =>
  Array.from(differences, (difference) => Math.abs(Math.expm1(difference / epsilon))).reduce((sum, e) => sum + e, 0) /
  differences.length;
