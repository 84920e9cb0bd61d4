import { expect, it } from "vitest";
import { filledIn } from "../../../../test/harness/calls.ts";
import { describeLoss, fourthPowers } from "../../../../test/harness/describeLoss.ts";
import { plainSum } from "../../../../test/harness/distributions.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { plainDistance, rowsOf } from "../../../../test/harness/points.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { earthMoverDistance } from "../earthMover/earthMoverDistance.ts";
import { type SinkhornOptions, sinkhornDivergence } from "./sinkhornDivergence.ts";
import { sinkhornPotentials } from "./sinkhornPotentials.ts";

type Points = readonly number[][];
const costs = (x: Points, y: Points, p: number) =>
  x.map((a) => y.map((b) => plainDistance("euclidean", a, b) ** p / p));

/** −ε log mean_j exp((potential_j − cost_j) / ε) of every row. */
function softmin(rows: number[][], potentials: number[], epsilon: number): number[] {
  return rows.map((row) => {
    const exponents = row.map((c, j) => ((potentials[j] as number) - c) / epsilon);
    const most = Math.max(...exponents);
    return -epsilon * (most + Math.log(plainSum(exponents.map((s) => Math.exp(s - most))) / row.length));
  });
}

const average = (a: number[], b: number[]) => a.map((x, i) => (x + (b[i] as number)) / 2);
const mean = (values: number[]) => plainSum(values) / values.length;

/** The lengths of the annealing, by repeated multiplication. */
function lengths(x: Points, y: Points, blur: number, scaling: number): number[] {
  const all = [...x, ...y];
  const spans = all[0]?.map((_, k) => {
    const coordinates = all.map((point) => point[k] as number);
    return Math.max(...coordinates) - Math.min(...coordinates);
  });
  const diameter = Math.hypot(...(spans ?? []));
  const between: number[] = [];
  for (let length = diameter; length > blur * (1 + 1e-12); length *= scaling) between.push(length);
  return [diameter, ...between, blur];
}

/** Potentials between two clouds, without the last step. */
function potentials(x: Points, y: Points, given: Required<SinkhornOptions>, schedule: number[]) {
  const { p, maxIterations } = given;
  const [there, back] = [costs(x, y, p), costs(y, x, p)];
  const first = (schedule[0] as number) ** p;
  let f = softmin(
    there,
    y.map(() => 0),
    first,
  );
  let g = softmin(
    back,
    x.map(() => 0),
    first,
  );
  const blur = schedule.at(-1) as number;
  const further = new Array<number>(Math.max(0, (maxIterations ?? 0) - schedule.length)).fill(blur);
  for (const length of [...schedule, ...further]) {
    const [nextF, nextG] = [softmin(there, g, length ** p), softmin(back, f, length ** p)];
    [f, g] = [average(f, nextF), average(g, nextG)];
  }
  return { f, g, epsilon: blur ** p };
}

/** The value with the potentials, and the points that costs lead to, taken from `held`. */
function reference(samples: readonly Sample[], given: Required<SinkhornOptions>, held = samples): number[] {
  const { p, blur, scaling } = given;
  const [x, y] = [rowsOf(samples[0] as Sample), rowsOf(samples[1] as Sample)];
  const [u, v] = [rowsOf(held[0] as Sample), rowsOf(held[1] as Sample)];
  const schedule = lengths(u, v, blur, scaling);
  const cross = potentials(u, v, given, schedule);
  const [ownX, ownY] = [potentials(u, u, given, schedule), potentials(v, v, given, schedule)];
  const { epsilon } = cross;
  return [
    mean(softmin(costs(x, v, p), cross.g, epsilon)) -
      mean(softmin(costs(x, u, p), ownX.f, epsilon)) +
      mean(softmin(costs(y, u, p), cross.f, epsilon)) -
      mean(softmin(costs(y, v, p), ownY.f, epsilon)),
  ];
}

// At a small blur the value bends too sharply for differences, and with p = 1 it has a kink where a cloud meets itself:
// both have tests of their own below.
describeLoss<SinkhornOptions>(sinkhornDivergence, {
  extreme: fourthPowers,
  reference,
  frozen: reference,
  options: [{ blur: 0.5 }, { blur: 1, scaling: 0.8 }, { p: 3, blur: 0.5, maxIterations: 20 }],
  draw: { x: (random) => random.normal(), y: (random) => random.normal() },
  accuracy: { float32: 1e-5, float64: 1e-13, least: 1 },
  gradientAccuracy: { float32: 4e-4, float64: 1e-12 },
});

const cloud = (n: number, d: number, seed: number) => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => Array.from({ length: d }, () => random.normal()));
};

const uniform = (n: number, d: number, seed: number) => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => Array.from({ length: d }, () => Math.fround(random.uniform())));
};

/** Σ_j softmax weight_j dᵖ⁻² (point − other_j). */
function pull(point: number[], others: Points, held: number[], epsilon: number, p: number): number[] {
  const row = costs([point], others, p)[0] as number[];
  const soft = softmin([row], held, epsilon)[0] as number;
  const weights = row.map((c, j) => Math.exp((soft + (held[j] as number) - c) / epsilon) / row.length);
  return point.map((value, k) =>
    plainSum(
      others.map((other, j) => {
        const away = plainDistance("euclidean", point, other);
        return away === 0 ? 0 : (weights[j] as number) * away ** (p - 2) * (value - (other[k] as number));
      }),
    ),
  );
}

it("sinkhornDivergence: values and gradients at small blurs and p below 2", () => {
  const [x, y] = [uniform(17, 2, 20), uniform(11, 2, 21)];
  for (const given of [{}, { p: 1 }, { p: 1.5, blur: 0.1 }, { p: 1, blur: 0.01, scaling: 0.7 }] as SinkhornOptions[]) {
    const all = filledIn(sinkhornDivergence, given);
    const { p, blur, scaling } = all;
    const schedule = lengths(x, y, blur, scaling);
    const [cross, own] = [potentials(x, y, all, schedule), potentials(x, x, all, schedule)];
    const wanted = x.flatMap((point) => {
      const towards = pull(point, y, cross.g, cross.epsilon, p);
      const within = pull(point, x, own.f, own.epsilon, p);
      return towards.map((value, k) => (value - (within[k] as number)) / x.length);
    });
    const sample = (points: Points) => ({ data: points.flat(), shape: [points.length, 2] });
    const [value] = reference([sample(x), sample(y)], all);
    for (const [array, accuracy] of [
      [Float64Array, 1e-12],
      [Float32Array, 2e-5],
    ] as const) {
      const input = (points: Points) => ({ data: array.from(points.flat()), shape: [points.length, 2] });
      const came = sinkhornDivergence.valueAndGrad(input(x), input(y), given);
      const hint = `${array.name} ${JSON.stringify(given)}`;
      expectClose([came.value], [value as number], accuracy, 0, hint, 1);
      expectClose(came.grads.x.data, wanted, 10 * accuracy, 1, hint);
    }
  }
});

it("sinkhornDivergence: where exponentials leave their range, after a steep step down or beside an outlier", () => {
  const sample = (points: Points) => ({ data: points.flat(), shape: [points.length, 2] });
  const [x, y] = [uniform(40, 2, 30), uniform(33, 2, 31)];
  const far = [...x.slice(1), [1000, -1000]];
  for (const [first, given] of [
    [x, { blur: 0.01, scaling: 0.01 }],
    [far, {}],
    [far, { p: 1, scaling: 0.1 }],
  ] as [Points, SinkhornOptions][]) {
    const wanted = reference([sample(first), sample(y)], filledIn(sinkhornDivergence, given));
    expectClose([sinkhornDivergence(first as number[][], y as number[][], given)], wanted, 1e-12);
    const input = (points: Points) => ({ data: Float32Array.from(points.flat()), shape: [points.length, 2] });
    expectClose([sinkhornDivergence(input(first), input(y), given)], wanted, 1e-5);
  }
});

it("sinkhornDivergence: once converged the gradient is the derivative of the value itself", () => {
  const [x, y] = [cloud(7, 2, 1), cloud(5, 2, 2)];
  for (const p of [1, 2, 3]) {
    const options = { p, blur: 0.5, maxIterations: 5000 };
    const { grads } = sinkhornDivergence.valueAndGrad(x, y, options);
    for (const [i, k] of [
      [0, 0],
      [3, 1],
      [6, 0],
    ] as const) {
      const moved = (by: number) =>
        sinkhornDivergence(
          x.map((point, j) => point.map((value, c) => (j === i && c === k ? value + by : value))),
          y,
          options,
        );
      expect(grads.x.data[2 * i + k]).toBeCloseTo((moved(1e-4) - moved(-1e-4)) / 2e-4, 7);
    }
  }
});

it("sinkhornDivergence: symmetric, above 0, and 0 with gradient 0 at equal clouds in any order", () => {
  const [x, y] = [cloud(20, 3, 3), cloud(13, 3, 4)];
  for (const p of [1, 2]) {
    const options = { p, maxIterations: 300 };
    expect(sinkhornDivergence(x, y, options)).toBeCloseTo(sinkhornDivergence(y, x, options), 12);
    expect(sinkhornDivergence(x, y, options)).toBeGreaterThan(0.1);
    const { value, grads } = sinkhornDivergence.valueAndGrad(x, [...x].reverse(), options);
    expect(Math.abs(value)).toBeLessThan(1e-12);
    for (const g of grads.x.data) expect(Math.abs(g)).toBeLessThan(1e-12);
  }
});

it("sinkhornDivergence: a shift costs half its square on top (p = 2) and moves the gradient by itself", () => {
  const [x, y] = [cloud(15, 2, 5), cloud(15, 2, 5).map(([a = 0, b = 0]) => [a + 3, b + 4])];
  const { value, grads } = sinkhornDivergence.valueAndGrad(x, y, { blur: 0.5, maxIterations: 2000 });
  expect(value).toBeCloseTo(12.5, 6);
  for (const [i, g] of grads.x.data.entries()) expect(15 * g).toBeCloseTo(i % 2 === 0 ? -3 : -4, 4);
  const far = (points: Points) => points.map((point) => point.map((value) => value + 100));
  expect(sinkhornDivergence(far(x), far(y))).toBeCloseTo(sinkhornDivergence(x, y), 10);
});

it("sinkhornDivergence: scaling the data and the blur scales the value", () => {
  const [x, y] = [cloud(10, 2, 6), cloud(12, 2, 7)];
  const scaled = (points: Points) => points.map((point) => point.map((value) => 3 * value));
  for (const p of [1, 2, 3])
    expect(sinkhornDivergence(scaled(x), scaled(y), { p, blur: 0.3 })).toBeCloseTo(
      3 ** p * sinkhornDivergence(x, y, { p, blur: 0.1 }),
      10,
    );
});

it("sinkhornDivergence: optimal transport as the blur goes to 0", () => {
  const [x, y] = [cloud(12, 2, 8), cloud(12, 2, 9)];
  const options = { scaling: 0.9, maxIterations: 3000 };
  const exact = earthMoverDistance(x, y, { cost: "squared" }) / 2;
  const errors = [0.4, 0.2, 0.1, 0.02].map((blur) => Math.abs(sinkhornDivergence(x, y, { blur, ...options }) - exact));
  for (const [k, error] of errors.slice(1).entries()) expect(error).toBeLessThan(errors[k] as number);
  expect(errors.at(-1)).toBeLessThan(1e-3 * exact);
  const p1 = sinkhornDivergence(x, y, { p: 1, blur: 0.002, ...options });
  expect(p1 / earthMoverDistance(x, y)).toBeCloseTo(1, 2);
});

it("sinkhornDivergence: distances of means as the blur grows (p = 2), half the energy distance (p = 1)", () => {
  const [x, y] = [cloud(9, 2, 10), cloud(14, 2, 11).map(([a = 0, b = 0]) => [a + 1, b])];
  const centre = (points: Points) => [0, 1].map((k) => mean(points.map((point) => point[k] as number)));
  const squared = plainDistance("squared", centre(x), centre(y));
  expect(sinkhornDivergence(x, y, { blur: 1000, maxIterations: 100 })).toBeCloseTo(squared / 2, 5);
  const between = (a: Points, b: Points) => mean(a.flatMap((u) => b.map((v) => plainDistance("euclidean", u, v))));
  const energy = between(x, y) - between(x, x) / 2 - between(y, y) / 2;
  expect(sinkhornDivergence(x, y, { p: 1, blur: 1e5, maxIterations: 100 })).toBeCloseTo(energy, 4);
});

it("sinkhornDivergence: f32 gradients at blurs down to a thousandth of the data", () => {
  const [x, y] = [uniform(50, 3, 30), uniform(50, 3, 31)];
  const input = (array: typeof Float32Array | typeof Float64Array, points: Points) => ({
    data: array.from(points.flat()),
    shape: [points.length, 3],
  });
  for (const [blur, accuracy] of [
    [0.1, 4e-5],
    [0.035, 4e-5],
    [0.01, 1.2e-3],
    [0.0017, 1.2e-3],
  ] as const) {
    const [came, wanted] = [Float32Array, Float64Array].map((array) => [
      ...sinkhornDivergence.valueAndGrad(input(array, x), input(array, y), { blur }).grads.x.data,
    ]) as [number[], number[]];
    const most = Math.max(...wanted.map(Math.abs));
    for (const [i, g] of wanted.entries()) expect(Math.abs((came[i] as number) - g)).toBeLessThan(accuracy * most);
  }
});

it("sinkhornDivergence: a blur above the data costs f32 no digits", () => {
  const clouds = [[0.234], [-0.36, 2.15, 1.42]].map((list) => list.map(Math.fround));
  const input = (array: typeof Float32Array | typeof Float64Array) =>
    clouds.map((list) => ({ data: array.from(list), shape: [list.length, 1] })) as [Floats, Floats];
  type Floats = { data: Float32Array | Float64Array; shape: number[] };
  for (const options of [
    { blur: 50, p: 3, scaling: 0.9 },
    { blur: 200, maxIterations: 50 },
    { blur: 1e4, maxIterations: 50 },
  ]) {
    const [came, wanted] = [Float32Array, Float64Array].map((array) =>
      sinkhornDivergence.valueAndGrad(...input(array), options),
    ) as [ReturnType<typeof sinkhornDivergence.valueAndGrad>, ReturnType<typeof sinkhornDivergence.valueAndGrad>];
    expect(Math.abs(came.value / wanted.value - 1)).toBeLessThan(1e-9);
    for (const [i, g] of wanted.grads.y.data.entries())
      expect(Math.abs((came.grads.y.data[i] as number) / g - 1)).toBeLessThan(1e-6);
  }
  const apart = ((-0.36 + 2.15 + 1.42) / 3 - 0.234) ** 2 / 2;
  expect(sinkhornDivergence(...input(Float32Array), { blur: 1e4, maxIterations: 50 })).toBeCloseTo(apart, 6);
  const zeros = { data: new Float32Array(6), shape: [3, 2] };
  expect(Math.abs(sinkhornDivergence(zeros, zeros, { blur: 5, p: 3 }))).toBeLessThan(1e-12);
});

it("sinkhornDivergence: single points, clouds of one point repeated, and NaN", () => {
  expect(sinkhornDivergence([[0, 0]], [[3, 4]])).toBeCloseTo(12.5, 12);
  expect(sinkhornDivergence([[0, 0]], [[3, 4]], { p: 1 })).toBeCloseTo(5, 12);
  const { value, grads } = sinkhornDivergence.valueAndGrad([[1], [1]], [[1]], { p: 1 });
  expect([value, ...grads.x.data, ...grads.y.data].map((g) => g + 0)).toEqual([0, 0, 0, 0]);
  const broken = sinkhornDivergence.valueAndGrad([[Number.NaN], [1]], [[1], [2]]);
  expect(broken.value).toBeNaN();
  expect([...broken.grads.x.data, ...broken.grads.y.data]).toEqual([NaN, NaN, NaN, NaN]);
});

it("sinkhornDivergence: more points than distances are kept for give the same, without a matrix of them", () => {
  const [x, y] = [cloud(10, 2, 18), cloud(11, 2, 19)];
  const many = (points: Points) => new Array<Points>(150).fill(points).flat();
  for (const p of [1, 2]) {
    const few = sinkhornDivergence.valueAndGrad(x, y, { p });
    const all = sinkhornDivergence.valueAndGrad(many(x), many(y), { p });
    expect(all.value).toBeCloseTo(few.value, 11);
    for (const [i, g] of few.grads.x.data.entries()) expect(150 * (all.grads.x.data[i] as number)).toBeCloseTo(g, 10);
  }
});

it("sinkhornPotentials: its means add up to the value; the error falls as the iterations go on", () => {
  const [x, y] = [cloud(30, 2, 12), cloud(20, 2, 13)];
  let before = Number.POSITIVE_INFINITY;
  for (const maxIterations of [null, 40, 400]) {
    const options = { blur: 0.5, maxIterations };
    const { value, potentials, marginalError, iterations } = sinkhornPotentials(x, y, options);
    expect(value).toBe(sinkhornDivergence(x, y, options));
    expect(mean([...potentials.x.data]) + mean([...potentials.y.data])).toBeCloseTo(value, 13);
    expect([potentials.x.shape, potentials.y.shape]).toEqual([[30], [20]]);
    expect(marginalError).toBeLessThan(before);
    expect(iterations).toBeLessThanOrEqual(maxIterations ?? 20);
    before = marginalError;
  }
  expect(before).toBeLessThan(1e-8);
});

it("sinkhornPotentials: the iterations stop once the marginals agree", () => {
  const { iterations, marginalError } = sinkhornPotentials(cloud(10, 2, 14), cloud(10, 2, 15), {
    blur: 2,
    maxIterations: 100_000,
  });
  expect(iterations).toBeLessThan(200);
  expect(marginalError).toBeLessThan(1e-9);
});

it("sinkhornPotentials: moving mass towards a point changes the value by its potential", () => {
  // With a third of the mass at each of three points, repeating one of them turns 1/3 into 2/4.
  const [x, y] = [cloud(3, 2, 16), cloud(4, 2, 17)];
  const options = { blur: 0.7, maxIterations: 5000 };
  const { potentials } = sinkhornPotentials(x, y, options);
  const times = 400;
  const repeated = x.flatMap((point, i) => new Array<number[]>(times + (i === 0 ? 1 : 0)).fill(point));
  const share = (times + 1) / (3 * times + 1) - 1 / 3;
  const [f0 = 0, f1 = 0, f2 = 0] = potentials.x.data;
  const predicted = share * (f0 - (f1 + f2) / 2);
  const came = sinkhornDivergence(repeated, y, options) - sinkhornDivergence(x, y, options);
  expect(came / predicted).toBeCloseTo(1, 2);
});

it("sinkhornPotentials: refuses what the loss refuses, and NaN comes out as NaN", () => {
  expect(() => sinkhornPotentials([[1]], [[2, 3]])).toThrow("sinkhornPotentials: y is [1, 2], expected [1, 1]");
  expect(() => sinkhornPotentials([[1]], [[2]], { blur: 0 })).toThrow("sinkhornPotentials: blur is 0, outside (0, ∞)");
  expect(() => sinkhornPotentials([[1]], [[2]], { bluur: 1 } as never)).toThrow("sinkhornPotentials");
  const { value, marginalError, potentials } = sinkhornPotentials([[Number.NaN]], [[1]]);
  expect([value, marginalError, ...potentials.x.data, ...potentials.y.data]).toEqual([NaN, NaN, NaN, NaN]);
});

it("sinkhornDivergence: a blur of any size gives its limit, in both types", () => {
  for (const type of [Float32Array, Float64Array]) {
    const [x, y] = [
      { data: type.of(1, 2, 3), shape: [3, 1] },
      { data: type.of(2, -1), shape: [2, 1] },
    ];
    // ½ (2 − ½)², and mean |x − y| less half the means within: 11/6 − 4/9 − 3/4.
    for (const blur of [1e6, 1e8, 1e12, 1e30])
      for (const [p, limit] of [
        [2, 1.125],
        [1, 23 / 36],
      ] as const)
        expect(sinkhornDivergence(x, y, { p, blur }) / limit).toBeCloseTo(1, p === 1 && blur === 1e6 ? 5 : 6);
  }
});

it("sinkhornDivergence: clouds of any size in f32 have the value of f64", () => {
  const of = (type: typeof Float32Array | typeof Float64Array, m: number, p: number) =>
    sinkhornDivergence(
      { data: type.of(m, 2 * m, 3 * m), shape: [3, 1] },
      { data: type.of(2 * m, -m), shape: [2, 1] },
      { p, blur: 0.05 * Math.min(1, m) },
    );
  // The plan of the sorted thirds and halves: −1 gets 1 and half of 2, 2 the rest, so (4 + 9/2 + 0/2 + 1) / 6 = 19/12.
  expect(of(Float32Array, 1e18, 2) / 1e36).toBeCloseTo(19 / 12, 1);
  for (const [m, p] of [
    [1e18, 2],
    [1e19, 1],
    [1e-18, 2],
    [1e-20, 1],
  ] as const)
    expect(of(Float32Array, m, p) / of(Float64Array, m, p)).toBeCloseTo(1, 5);
});

it("sinkhornDivergence: a weight is a number of points that are one", () => {
  const [x, y] = [uniform(7, 2, 50), uniform(5, 2, 51)];
  const [xWeights, yWeights] = [
    [1, 3, 2, 1, 1, 4, 2],
    [2, 1, 5, 1, 1],
  ];
  const repeat = (points: Points, weights: number[]) =>
    points.flatMap((point, i) => new Array<number[]>(weights[i] as number).fill(point as number[]));
  for (const given of [
    {},
    { p: 1, blur: 0.2 },
    { p: 3, blur: 0.3, maxIterations: 12 },
    { blur: 5 },
  ] as SinkhornOptions[])
    for (const [array, accuracy] of [
      [Float64Array, 1e-12],
      [Float32Array, 3e-5],
    ] as const) {
      const input = (points: Points) => ({ data: array.from(points.flat()), shape: [points.length, 2] });
      const wanted = sinkhornDivergence.valueAndGrad(repeat(x, xWeights), repeat(y, yWeights), given);
      const came = sinkhornDivergence.valueAndGrad(input(x), input(y), {
        ...given,
        xWeights: array.from(xWeights.map((weight) => weight / 10)),
        yWeights: array.from(yWeights),
      });
      expectClose([came.value], [wanted.value], accuracy, 0, array.name, 1);
      for (const [side, weights] of [
        ["x", xWeights],
        ["y", yWeights],
      ] as const) {
        const gathered = new Float64Array(2 * weights.length);
        let at = 0;
        for (const [i, weight] of weights.entries())
          for (let copy = 0; copy < weight; copy++, at++)
            for (const k of [0, 1])
              gathered[2 * i + k] = (gathered[2 * i + k] as number) + (wanted.grads[side].data[2 * at + k] as number);
        expectClose(came.grads[side].data, gathered, 10 * accuracy, 1, array.name);
      }
    }
});

it("sinkhornDivergence: points of weight 0 take no part, whatever they hold", () => {
  const [x, y] = [uniform(6, 2, 52), uniform(5, 2, 53)];
  const xWeights = [1, 2, 0.5, 3, 1, 2];
  const wanted = sinkhornDivergence.valueAndGrad(x, y, { xWeights });
  const with0 = [...x.slice(0, 2), [Number.NaN, Number.POSITIVE_INFINITY], ...x.slice(2)];
  const weights = [...xWeights.slice(0, 2), 0, ...xWeights.slice(2)];
  const came = sinkhornDivergence.valueAndGrad(with0, y, { xWeights: weights });
  expect(came.value).toBe(wanted.value);
  const gradient = [...wanted.grads.x.data];
  expect([...came.grads.x.data]).toEqual([...gradient.slice(0, 4), 0, 0, ...gradient.slice(4)]);
  const { potentials, value } = sinkhornPotentials(with0, y, { xWeights: weights });
  const total = plainSum(weights);
  const means = [...potentials.x.data].map((f, i) => (weights[i] ? (f * (weights[i] as number)) / total : 0));
  expect(plainSum(means) + mean([...potentials.y.data])).toBeCloseTo(value, 12);
  expect(potentials.x.data[2]).toBeNaN();
  const call = (options: SinkhornOptions) => () => sinkhornDivergence(x, y, options);
  expect(call({ xWeights: xWeights.map(() => 0) })).toThrow("sinkhornDivergence: xWeights is 0 everywhere");
  expect(call({ yWeights: [1, 1, 1, 1, -1] })).toThrow("sinkhornDivergence: yWeights[4] is -1, outside [0, ∞)");
  expect(() => sinkhornPotentials(x, y, { yWeights: [0, 0, 0, 0, 0] })).toThrow("sinkhornPotentials: yWeights is 0");
});
