import { expect, it } from "vitest";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { wassersteinDistance } from "../wasserstein/wassersteinDistance.ts";
import { type EarthMoverOptions, earthMoverDistance } from "./earthMoverDistance.ts";
import { transportPlan } from "./transportPlan.ts";

const distance = (a: number[], b: number[], cost: string) => {
  if (cost === "manhattan") return a.reduce((sum, x, k) => sum + Math.abs(x - (b[k] as number)), 0);
  const squares = a.reduce((sum, x, k) => sum + (x - (b[k] as number)) ** 2, 0);
  return cost === "squared" ? squares : Math.sqrt(squares);
};
const rowsOf = ({ data, shape: [n = 0, d = 0] }: Sample) =>
  Array.from({ length: n }, (_, i) => data.slice(i * d, (i + 1) * d));

/** Minimum-cost flow by Bellman and Ford's shortest paths, in whole masses: each x holds M, each y wants N. */
function byBellmanFord(x: number[][], y: number[][], cost: string): number {
  const [n, m] = [x.length, y.length];
  const price = x.map((a) => y.map((b) => distance(a, b, cost)));
  const flow = x.map(() => y.map(() => 0));
  const [supply, demand] = [x.map(() => m), y.map(() => n)];
  const at = (i: number, j: number) => price[i]?.[j] as number;
  while (supply.some((s) => s > 0)) {
    const row = supply.map((s) => (s > 0 ? 0 : Number.POSITIVE_INFINITY));
    const column = y.map(() => Number.POSITIVE_INFINITY);
    const [rowFrom, columnFrom] = [x.map(() => -1), y.map(() => -1)];
    for (let changed = true; changed; ) {
      changed = false;
      for (let i = 0; i < n; i++)
        for (let j = 0; j < m; j++) {
          if ((row[i] as number) + at(i, j) < (column[j] as number) - 1e-12) {
            column[j] = (row[i] as number) + at(i, j);
            columnFrom[j] = i;
            changed = true;
          }
          if ((flow[i]?.[j] as number) > 0 && (column[j] as number) - at(i, j) < (row[i] as number) - 1e-12) {
            row[i] = (column[j] as number) - at(i, j);
            rowFrom[i] = j;
            changed = true;
          }
        }
    }
    let sink = -1;
    for (let j = 0; j < m; j++)
      if ((demand[j] as number) > 0 && (sink < 0 || (column[j] as number) < (column[sink] as number))) sink = j;
    const steps: [number, number, number][] = [];
    let most = demand[sink] as number;
    let source = -1;
    for (let j = sink; j >= 0; ) {
      source = columnFrom[j] as number;
      steps.push([source, j, 1]);
      j = rowFrom[source] as number;
      if (j >= 0) {
        steps.push([source, j, -1]);
        most = Math.min(most, flow[source]?.[j] as number);
      }
    }
    most = Math.min(most, supply[source] as number);
    for (const [i, j, sign] of steps) (flow[i] as number[])[j] = (flow[i]?.[j] as number) + sign * most;
    supply[source] = (supply[source] as number) - most;
    demand[sink] = (demand[sink] as number) - most;
  }
  return flow.reduce((sum, f, i) => sum + f.reduce((s, mass, j) => s + mass * at(i, j), 0), 0) / (n * m);
}

describeLoss<EarthMoverOptions>(earthMoverDistance, {
  extreme: beyondSquares,
  reference: ([x, y], { cost }) => [byBellmanFord(rowsOf(x as Sample), rowsOf(y as Sample), cost)],
  options: [{}, { cost: "squared" }, { cost: "manhattan" }],
  accuracy: { float32: 1e-12, float64: 1e-12 },
  gradientAccuracy: { float32: 1e-7, float64: 1e-12 },
});

const cloud = (n: number, d: number, seed: number) => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => Array.from({ length: d }, () => random.normal()));
};

it("earthMoverDistance: in one dimension it is wassersteinDistance, with weights too", () => {
  const [x, y] = [cloud(30, 1, 1), cloud(23, 1, 2)];
  const random = seeded(3);
  const masses = (n: number) => Array.from({ length: n }, () => random.uniform());
  expect(earthMoverDistance(x, y)).toBeCloseTo(wassersteinDistance(x.flat(), y.flat()), 12);
  const [a, b] = [masses(30), masses(23)];
  expect(earthMoverDistance(x, y, { xWeights: a, yWeights: b })).toBeCloseTo(
    wassersteinDistance(x.flat(), y.flat(), { uWeights: a, vWeights: b }),
    12,
  );
  expect(earthMoverDistance(x, y, { cost: "squared" })).toBeCloseTo(
    wassersteinDistance(x.flat(), y.flat(), { p: 2 }) ** 2,
    12,
  );
});

it("earthMoverDistance: a shift costs its length, an order nothing; weights count as repetitions", () => {
  const x = cloud(40, 2, 4);
  const moved = x.map(([a = 0, b = 0]) => [a + 3, b + 4]);
  expect(earthMoverDistance(x, moved)).toBeCloseTo(5, 12);
  const { value, grads } = earthMoverDistance.valueAndGrad(x, [...x].reverse());
  expect(value).toBe(0);
  expect(grads.x.data.every((g) => g === 0)).toBe(true);
  const [weights, y] = [[2, 0, 1, 3], cloud(5, 2, 5)];
  const repeated = weights.flatMap((w, i) => new Array<number[]>(w).fill(x[i] as number[]));
  expect(earthMoverDistance(x.slice(0, 4), y, { xWeights: weights })).toBeCloseTo(earthMoverDistance(repeated, y), 12);
});

it("earthMoverDistance: a thousand numbers on a line, many of them equal, as wassersteinDistance has it", () => {
  const random = seeded(8);
  const line = (n: number) => Array.from({ length: n }, () => Math.floor(40 * random.uniform()));
  const masses = (n: number) => Array.from({ length: n }, () => (random.uniform() < 0.3 ? 0 : random.uniform() ** 3));
  const [u, v, uWeights, vWeights] = [line(1000), line(700), masses(1000), masses(700)];
  const column = (values: number[]) => values.map((value) => [value]);
  const came = earthMoverDistance(column(u), column(v), { xWeights: uWeights, yWeights: vWeights });
  expect(came).toBeCloseTo(wassersteinDistance(u, v, { uWeights, vWeights }), 11);
  expect(earthMoverDistance(column(u), column(v))).toBeCloseTo(wassersteinDistance(u, v), 11);
});

it("earthMoverDistance: a grid against itself a step aside, where most costs are equal", () => {
  const grid = Array.from({ length: 400 }, (_, i) => [i % 20, Math.floor(i / 20)]);
  const aside = grid.map(([a = 0, b = 0]) => [a + 1, b]);
  expect(earthMoverDistance(grid, aside, { cost: "squared" })).toBeCloseTo(1, 12);
  expect(earthMoverDistance(grid, aside)).toBeCloseTo(1, 12);
  expect(earthMoverDistance(grid, new Array(300).fill([0, 0]), { cost: "squared" })).toBeCloseTo(247, 10);
});

it("earthMoverDistance: a metric, and the cost scales with the points", () => {
  for (let seed = 20; seed < 40; seed++) {
    const [x, y, z] = [cloud(9, 2, seed), cloud(6, 2, seed + 100), cloud(11, 2, seed + 200)];
    const direct = earthMoverDistance(x, z);
    expect(direct).toBeLessThanOrEqual(earthMoverDistance(x, y) + earthMoverDistance(y, z) + 1e-14);
    expect(earthMoverDistance(z, x)).toBeCloseTo(direct, 13);
    const scaled = (points: number[][]) => points.map((point) => point.map((value) => 3 * value));
    expect(earthMoverDistance(scaled(x), scaled(z))).toBeCloseTo(3 * direct, 12);
    // Its dual: any 1-Lipschitz function tells the clouds apart by no more.
    const mean = (points: number[][]) =>
      points.reduce((sum, [a = 0, b = 0]) => sum + Math.hypot(a - 1, b), 0) / points.length;
    expect(Math.abs(mean(x) - mean(z))).toBeLessThanOrEqual(direct + 1e-14);
  }
});

it("earthMoverDistance: masses over many sizes, and a point without any", () => {
  const [x, y] = [cloud(5, 2, 50), cloud(4, 2, 51)];
  const [xWeights, yWeights] = [
    [1, 0, 1e-12, 3, 1e-300],
    [0, 2, 1e-9, 5],
  ];
  const kept = <V>(values: readonly V[], weights: readonly number[]) => values.filter((_, i) => weights[i] !== 0);
  const { value, grads } = earthMoverDistance.valueAndGrad(x, y, { xWeights, yWeights });
  expect(value).toBeCloseTo(
    earthMoverDistance(kept(x, xWeights), kept(y, yWeights), {
      xWeights: kept(xWeights, xWeights),
      yWeights: kept(yWeights, yWeights),
    }),
    14,
  );
  expect([...grads.x.data.slice(2, 4), ...grads.y.data.slice(0, 2)]).toEqual([0, 0, 0, 0]);
  expect(earthMoverDistance([[0], [7]], [[3], [9]], { xWeights: [0, 1], yWeights: [1, 0] })).toBe(4);
});

it("transportPlan: the masses on its edges, and its cost is the distance", () => {
  const [x, y] = [cloud(6, 3, 6), cloud(9, 3, 7)];
  const xWeights = [1, 2, 0, 1, 1, 0.5];
  for (const options of [{}, { xWeights }, { cost: "squared", xWeights } as const]) {
    const { data, shape } = transportPlan(x, y, options);
    expect(shape).toEqual([6, 9]);
    let total = 0;
    const [rows, columns] = [new Array<number>(6).fill(0), new Array<number>(9).fill(0)];
    for (const [at, mass] of data.entries()) {
      const [i, j] = [Math.floor(at / 9), at % 9];
      expect(mass).toBeGreaterThanOrEqual(0);
      rows[i] = (rows[i] as number) + mass;
      columns[j] = (columns[j] as number) + mass;
      total += mass * distance(x[i] as number[], y[j] as number[], "cost" in options ? "squared" : "euclidean");
    }
    const masses = "xWeights" in options ? xWeights.map((w) => w / 5.5) : rows.map(() => 1 / 6);
    expect(rows).toEqual(masses.map((w) => expect.closeTo(w, 13)));
    expect(columns).toEqual(columns.map(() => expect.closeTo(1 / 9, 13)));
    expect(total).toBeCloseTo(earthMoverDistance(x, y, options), 13);
  }
});

it("refuse masses and shapes they cannot use; NaN gives NaN", () => {
  for (const call of [earthMoverDistance, transportPlan]) {
    const { name } = call;
    expect(() => call([[1]], [[2, 3]])).toThrow(`${name}: y is [1, 2], expected [1, 1] (x is [1, 1]`);
    expect(() => call([[1]], [[2]], { xWeights: [0] })).toThrow(`${name}: xWeights is 0 everywhere`);
    expect(() => call([[1]], [[2]], { yWeights: [-1] })).toThrow(`${name}: yWeights[0] is -1, outside [0, ∞)`);
    expect(() => call([[1]], [[2]], { cost: "chebyshev" } as never)).toThrow(`${name}: cost is "chebyshev"`);
  }
  const { value, grads } = earthMoverDistance.valueAndGrad([[Number.NaN], [1]], [[1]]);
  expect(value).toBeNaN();
  expect(grads.x.data[0]).toBeNaN();
});

it("earthMoverDistance: distances whose squares leave f64 are finite", () => {
  for (const size of [1e200, 1e-200]) {
    const { value, grads } = earthMoverDistance.valueAndGrad([[3 * size, 4 * size]], [[0, 0]]);
    expect(value / (5 * size)).toBeCloseTo(1, 14);
    expect(grads.x.data[0]).toBeCloseTo(0.6, 14);
    expect(grads.y.data[1]).toBeCloseTo(-0.8, 14);
  }
  expect(earthMoverDistance([[1e200]], [[-1e200]])).toBe(2e200);
});
