import { expect, it } from "vitest";
import { filledIn, gradsOf, toInputs, valueWith } from "../../../../test/harness/calls.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { centralDifference } from "../../../../test/harness/differences.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { seeded } from "../../../../test/harness/random.ts";
import { softplus } from "../../../../test/harness/rows.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type DrOptions, drLoss } from "./drLoss.ts";

/** Σ q p, q ∝ exp(rate p). */
function tilted(p: readonly number[], rate: number): number {
  const weights = p.map((a) => Math.exp(rate * a));
  const mass = weights.reduce((sum, w) => sum + w, 0);
  return p.reduce((sum, a, i) => sum + (a * (weights[i] as number)) / mass, 0);
}

function reference([x, y]: readonly Sample[], given: DrOptions): [number] {
  const { posLambda, negLambda, slope, tau, margin, mask } = filledIn(drLoss, given);
  const { data, shape } = x as Sample;
  const c = shape[1] as number;
  const scores = data.map((v, k) => {
    const label = (y as Sample).data[Math.floor(k / c)] as number;
    return {
      p: 1 / (1 + Math.exp(-v)),
      positive: label === (k % c) + 1,
      counts: label >= 0 && (mask as number[][])?.flat()[k] !== 0,
    };
  });
  const of = (side: boolean) => scores.filter(({ positive, counts }) => counts && positive === side).map(({ p }) => p);
  const [positives, negatives] = [of(true), of(false)];
  if (positives.length + negatives.length === 0) return [0];
  const high = positives.length ? tilted(positives, -1 / posLambda) : 1;
  const low = negatives.length ? tilted(negatives, 1 / negLambda) : 0;
  return [(tau / slope) * softplus(slope * (low - high + margin))];
}

describeLoss<DrOptions>(drLoss, {
  reference,
  options: [{}, { posLambda: 0.2, negLambda: 0.4 }, { slope: 2, tau: 1, margin: 0 }],
  accuracy: { float32: 4e-7, float64: 3e-15 },
  gradientAccuracy: { float32: 4e-5, float64: 1e-13, least: 1e-3 },
  draw: { targets: (random, { C }) => Math.max(-1, random.below((C as number) + 4) - 3) },
});

it("drLoss: the hand-made values of one positive and one negative", () => {
  // p = ½ and ½: q is 1 on both sides.
  const base = (4 / 6) * Math.log(1 + Math.exp(3));
  expect(drLoss([[0], [0]], [1, 0])).toBeCloseTo(base, 14);
  expect(drLoss([[0, 0]], [2])).toBeCloseTo(base, 14);
});

it("drLoss: no positives stand for p = 1, no negatives for 0", () => {
  expect(drLoss([[0], [-1]], [0, -1])).toBeCloseTo((4 / 6) * softplus(6 * (0.5 - 1 + 0.5)), 14);
  expect(drLoss([[0]], [1])).toBeCloseTo((4 / 6) * softplus(0), 14);
});

it("drLoss: without rows, or with none that counts, it is 0 with gradient 0", () => {
  const nothing = { data: [], shape: [0, 3] };
  const [masked, seen] = [{ mask: [[0, 0]] }, { mask: [[0, 1]] }];
  for (const upstream of [1, -2]) {
    expect(drLoss.valueAndGrad(nothing, new Int32Array(0), { upstream })).toEqual({
      value: 0,
      grads: { logits: { data: new Float64Array(0), shape: [0, 3] } },
    });
    expect(drLoss.valueAndGrad([[3, 1]], [-1], { upstream }).grads.logits.data).toEqual(Float64Array.of(0, 0));
  }
  expect(drLoss([[3, 1]], [-1])).toBe(0);
  expect(drLoss.valueAndGrad([[Number.NaN, 1]], [1], masked)).toEqual({
    value: 0,
    grads: { logits: { data: Float64Array.of(0, 0), shape: [1, 2] } },
  });
  expect(drLoss([[Number.NaN, 1]], [1], seen)).toBe(drLoss([[1]], [0]));
  expect(() => drLoss({ data: [], shape: [2, 0] }, [0, 0])).toThrow(/^drLoss: logits is empty \(\[2, 0\]\)/);
});

it.each(["float32", "float64"] as const)("drLoss: %s leaves out what is masked, as the formula does", (dtype) => {
  const random = seeded(11);
  for (const [n, c] of [
    [1, 1],
    [1, 9],
    [7, 1],
    [6, 4],
    [5, 19],
  ] as const)
    for (const density of [0.2, 0.5, 0.9]) {
      const count = n * c;
      const mask = Array.from({ length: n }, () => Array.from({ length: c }, () => Number(random.uniform() < density)));
      const options = { mask, negLambda: 0.3 };
      const seen = mask.flat();
      const data = seen.map((kept) => (kept ? Math.fround(2 * random.normal()) : Number.NaN));
      const targets = { data: Array.from({ length: n }, () => random.below(c + 2) - 1), shape: [n] };
      const at = (x: readonly number[]) => [{ data: [...x], shape: [n, c] }, targets];
      expectClose(
        [valueWith(drLoss, at(data), options, dtype)],
        reference(at(data), options),
        dtype === "float32" ? 2e-6 : 4e-15,
      );
      const slopes = gradsOf(drLoss, at(data), options, dtype).logits as number[];
      for (let i = 0; i < count; i++) {
        const wanted = seen[i] ? centralDifference((x) => reference(at(x), options)[0], data, i) : 0;
        expect(Math.abs((slopes[i] as number) - (wanted as number))).toBeLessThan(dtype === "float32" ? 1e-5 : 1e-7);
      }
    }
  const inputs = toInputs(
    drLoss,
    [
      { data: [1, 2], shape: [1, 2] },
      { data: [1], shape: [1] },
    ],
    dtype,
  );
  expect(() => drLoss(...(inputs as [never, never]), { mask: [[1, 0.5]] })).toThrow(/^drLoss: mask\[0, 1\] is 0.5/);
});

it("drLoss: a NaN in an ignored row is not seen", () => {
  const { value, grads } = drLoss.valueAndGrad(
    [
      [1, Number.NaN],
      [0, 2],
      [1, 1],
    ],
    [-1, 1, 0],
  );
  const { value: wanted } = drLoss.valueAndGrad(
    [
      [0, 2],
      [1, 1],
    ],
    [1, 0],
  );
  expect(value).toBe(wanted);
  expect([...grads.logits.data].some(Number.isNaN)).toBe(false);
  expect(
    drLoss(
      [
        [0, Number.NaN],
        [1, 1],
      ],
      [1, 0],
    ),
  ).toBeNaN();
});

it("drLoss: small temperatures pick the hardest on each side; large ones take the means", () => {
  const x = [
    [-1, 2, 0.5],
    [0.3, -2, 1],
    [1, 0, -1],
  ];
  const p = x.map((row) => row.map((v) => 1 / (1 + Math.exp(-v)))) as [number, number, number][];
  const rank = (low: number, high: number) => (4 / 6) * softplus(6 * (low - high + 0.5));
  const [positives, negatives] = [
    [p[0]?.[0], p[1]?.[2]] as number[],
    [p[0]?.[1], p[0]?.[2], p[1]?.[0], p[1]?.[1], ...(p[2] as number[])] as number[],
  ];
  const mean = (list: number[]) => list.reduce((a, b) => a + b) / list.length;
  const targets = [1, 3, 0];
  expect(drLoss(x, targets, { posLambda: 1e-4, negLambda: 1e-4 })).toBeCloseTo(
    rank(Math.max(...negatives), Math.min(...positives)),
    12,
  );
  expect(drLoss(x, targets, { posLambda: 1e9, negLambda: 1e9 })).toBeCloseTo(rank(mean(negatives), mean(positives)), 8);
});

it("drLoss: in float32 small temperatures and far logits neither overflow nor vanish", () => {
  for (const x of [-80, -20, 0, 20, 80]) {
    const logits = { data: Float32Array.of(x, x - 1, x - 2, 1), shape: [2, 2] };
    const { value, grads } = drLoss.valueAndGrad(logits, [0, 2], { negLambda: 1e-3, posLambda: 1e-3 });
    expect(value).toBeGreaterThan(0);
    for (const g of grads.logits.data) expect(g).not.toBeNaN();
  }
  expect(Number.isFinite(drLoss([[5, -5]], [2], { slope: 1e4 }))).toBe(true);
});

it("drLoss: the order of rows does not matter, and holding q constant gives another gradient", () => {
  const random = seeded(3);
  const rows = Array.from({ length: 6 }, () => Array.from({ length: 4 }, () => random.normal()));
  const targets = [0, 2, -1, 4, 0, 1];
  const order = [3, 1, 5, 0, 4, 2];
  const moved = drLoss(
    order.map((i) => rows[i] as number[]),
    order.map((i) => targets[i] as number),
  );
  expect(moved).toBeCloseTo(drLoss(rows, targets), 14);
  // Two negatives: with q constant both would rise with the loss; the easier one falls when the other is far ahead.
  const { grads } = drLoss.valueAndGrad(
    [
      [0, -3],
      [2, 2],
    ],
    [0, -1],
  );
  expect(grads.logits.data[0]).toBeGreaterThan(0);
  expect(grads.logits.data[1]).toBeLessThan(0);
});

it("drLoss: refuses targets beyond the classes, naming the range", () => {
  expect(() => drLoss([[1, 2]], [3])).toThrow(
    /^drLoss: targets\[0\] is 3, outside 0…2 \(0 is background, .*ignored\)$/,
  );
  expect(() => drLoss([[1, 2]], [-2])).toThrow(RangeError);
});
