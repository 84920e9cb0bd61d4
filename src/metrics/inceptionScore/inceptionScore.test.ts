import { expect, it } from "vitest";
import { centralDifference } from "../../../test/harness/differences.ts";
import { expectClose } from "../../../test/harness/expectClose.ts";
import { type GoldenCase, goldenCases, type Stored } from "../../../test/harness/golden.ts";
import { seeded } from "../../../test/harness/random.ts";
import { InceptionScore } from "./accumulator.ts";
import { inceptionScore } from "./inceptionScore.ts";

interface Golden extends GoldenCase {
  readonly mean: number;
  readonly std: number;
  readonly gradient: Stored;
}

function distributions(n: number, c: number, seed = 1, spread = 2): { data: Float64Array; shape: [number, number] } {
  const random = seeded(seed);
  const data = new Float64Array(n * c);
  for (let at = 0; at < data.length; at += c) {
    const row = Array.from({ length: c }, () => Math.exp(spread * random.normal()));
    const sum = row.reduce((a, b) => a + b, 0);
    data.set(
      row.map((x) => x / sum),
      at,
    );
  }
  return { data, shape: [n, c] };
}

it("agrees with PyTorch to 1e-12, gradients too", () => {
  const cases = goldenCases<Golden>(`${import.meta.dirname}/inceptionScore.golden.json`);
  expect(cases.length).toBeGreaterThan(0);
  for (const { inputs, options, mean, std, gradient } of cases) {
    const { value, grads } = inceptionScore.valueAndGrad(inputs.probabilities as Stored, options);
    expectClose([value.mean, value.std], [mean, std], 1e-12, 1e-3);
    expectClose(grads.probabilities.data, gradient.data, 1e-12, 1e-3);
    expect(inceptionScore(inputs.probabilities as Stored, options)).toEqual(value);
  }
});

it("gradients agree with central differences", () => {
  const p = distributions(7, 3, 2, 0.3);
  const { grads } = inceptionScore.valueAndGrad(p, { splits: 2 });
  const mean = (data: number[]) => inceptionScore({ data, shape: p.shape }, { splits: 2 }).mean;
  for (let i = 0; i < p.data.length; i++) {
    const wanted = centralDifference(mean, [...p.data], i) as number;
    expect(Math.abs((grads.probabilities.data[i] as number) - wanted)).toBeLessThan(1e-7);
  }
  const single = { data: Float32Array.from(p.data), shape: p.shape };
  const { data } = inceptionScore.valueAndGrad(single, { splits: 2 }).grads.probabilities;
  expect(data).toBeInstanceOf(Float32Array);
  expectClose(data, grads.probabilities.data, 1e-5, 1e-2);
});

it("is 1 for equal rows, and the number of classes for sure and even answers", () => {
  const row = [0.7, 0.2, 0.1];
  expect(inceptionScore(Array.from({ length: 20 }, () => row)).mean).toBeCloseTo(1, 14);
  const sure = Array.from({ length: 40 }, (_, i) => [0, 1, 2, 3].map((k) => (k === i % 4 ? 1 : 0)));
  const { mean, std } = inceptionScore(sure);
  expect(mean).toBeCloseTo(4, 13);
  expect(std).toBeCloseTo(0, 13);
  const { grads } = inceptionScore.valueAndGrad(
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
    { splits: 1 },
  );
  // p log p has slope −∞ at 0; a class that never occurs has none.
  expect([...grads.probabilities.data]).toEqual([
    Math.log(2),
    Number.NEGATIVE_INFINITY,
    0,
    Number.NEGATIVE_INFINITY,
    Math.log(2),
    0,
  ]);
});

it("uses all samples: split i begins at ⌊iN/S⌋", () => {
  const p = distributions(23, 4);
  const bounds = [0, 7, 15, 23];
  const parts = [0, 1, 2].map((i) => ({
    data: p.data.slice((bounds[i] as number) * 4, (bounds[i + 1] as number) * 4),
    shape: [(bounds[i + 1] as number) - (bounds[i] as number), 4],
  }));
  const scores = parts.map((part) => inceptionScore(part, { splits: 1 }).mean);
  const { mean, std } = inceptionScore(p, { splits: 3 });
  const wanted = scores.reduce((a, b) => a + b, 0) / 3;
  expect(mean).toBeCloseTo(wanted, 14);
  expect(std).toBeCloseTo(Math.sqrt(scores.reduce((sum, s) => sum + (s - wanted) ** 2, 0) / 3), 14);
});

it("refuses logits, rows that are no distributions and too few samples; NaN gives NaN", () => {
  expect(() => inceptionScore([[2, -1]], { splits: 1 })).toThrow(
    "inceptionScore: probabilities[0, 0] is 2, outside [0, 1]",
  );
  expect(() =>
    inceptionScore(
      [
        [0.5, 0.5],
        [0.5, 0.1],
      ],
      { splits: 1 },
    ),
  ).toThrow(/probabilities\[1\] sums to 0.6, expected 1/);
  expect(() => inceptionScore([[1], [1]])).toThrow(expect.objectContaining({ argument: "splits" }));
  expect(() => inceptionScore([[1], [1]])).toThrow("inceptionScore: 2 samples for 10 splits; give fewer splits");
  expect(() => inceptionScore([[1]], { splits: 0 })).toThrow(RangeError);
  expect(() => inceptionScore([[1]], { split: 1 } as never)).toThrow(/did you mean "splits"/);
  expect(
    inceptionScore(
      [
        [Number.NaN, 0.5],
        [0.5, 0.5],
      ],
      { splits: 1 },
    ).mean,
  ).toBeNaN();
});

it("InceptionScore: batches of any size and merged shards give the same bits as one call, through bytes too", () => {
  const p = distributions(101, 5, 3);
  const part = (from: number, to: number) => ({ data: p.data.slice(from * 5, to * 5), shape: [to - from, 5] });
  const wanted = inceptionScore(p, { splits: 7 });
  const random = seeded(4);
  for (let round = 0; round < 10; round++) {
    const shards: InceptionScore[] = [];
    for (let at = 0; at < 101; ) {
      const end = Math.min(101, at + 1 + random.below(30));
      const middle = at + random.below(end - at);
      const shard = new InceptionScore();
      if (middle > at) shard.update(part(at, middle));
      shards.push(shard.update(part(middle, end)));
      at = end;
    }
    const merged = shards.reduce(
      (all, shard) => all.merge(InceptionScore.fromBytes(shard.toBytes())),
      new InceptionScore(),
    );
    expect(merged.count).toBe(101);
    expect(merged.compute({ splits: 7 })).toEqual(wanted);
  }
});

it("InceptionScore: keeps its own copy, and refuses what does not fit", () => {
  const batch = distributions(12, 3, 5);
  const score = new InceptionScore().update(batch);
  const before = score.compute();
  batch.data.fill(1 / 3);
  expect(score.compute()).toEqual(before);
  expect(() => score.update([[0.5, 0.5]])).toThrow(/^InceptionScore: probabilities is \[1, 2\], expected \[1, 3\]/);
  expect(() => score.update([[0.5, 0.5, 0.5]])).toThrow(/sums to 1.5/);
  expect(() => score.merge(new InceptionScore().update([[1, 0]]))).toThrow("cannot merge 2 classes into 3");
  expect(() => score.merge({} as never)).toThrow(TypeError);
  expect(score.compute()).toEqual(before);
  expect(() => new InceptionScore().compute()).toThrow("there are no samples yet");
  expect(() => InceptionScore.fromBytes(score.toBytes().slice(0, -8))).toThrow(/cut short or damaged/);
  expect(InceptionScore.fromBytes(new InceptionScore().toBytes()).count).toBe(0);
});

it("inceptionScore: probabilities that rounding left outside [0, 1] count as 0 and 1, in the gradient too", () => {
  const near = [
    [1 + 1e-7, -1e-9],
    [-1e-9, 1 + 1e-7],
  ];
  const exact = [
    [1, 0],
    [0, 1],
  ];
  expect(inceptionScore.valueAndGrad(near, { splits: 1 })).toEqual(inceptionScore.valueAndGrad(exact, { splits: 1 }));
});
