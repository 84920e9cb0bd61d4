import { describe, expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { maskPairs, someEmpty } from "../../../../test/harness/masks.ts";
import { seeded } from "../../../../test/harness/random.ts";
import { jaccardLoss } from "../tversky/jaccardLoss.ts";
import { tverskyLoss } from "../tversky/tverskyLoss.ts";
import { type DiceOptions, diceLoss } from "./diceLoss.ts";

const sum = (numbers: readonly number[]) => numbers.reduce((total, x) => total + x, 0);
const isEmpty = (t: readonly number[]) => t.every((y) => y === 0);
const weightOf = ({ weight }: DiceOptions, c: number) => (weight ? ((weight as number[])[c] as number) : 1);

/** Each position's disagreement, over the sizes. */
const reference = (inputs: Parameters<typeof maskPairs>[0], options: Required<DiceOptions>): number[] => {
  const { smooth, squared, perBatch, ignoreEmpty } = options;
  const power = (x: number) => (squared ? x * x : x);
  return maskPairs(inputs, perBatch).map(({ p, t, c }) => {
    if (ignoreEmpty && isEmpty(t)) return 0;
    const apart = sum(p.map((x, i) => (squared ? (x - (t[i] as number)) ** 2 : x + (1 - 2 * x) * (t[i] as number))));
    return (weightOf(options, c) * apart) / (sum(p.map(power)) + sum(t.map(power)) + smooth);
  });
};

const divisor = (inputs: Parameters<typeof maskPairs>[0], options: DiceOptions, weights: readonly number[]): number =>
  sum(
    maskPairs(inputs, options.perBatch).map(({ t, c }, i) =>
      options.ignoreEmpty && isEmpty(t) ? 0 : weightOf(options, c) * (weights[i] as number),
    ),
  );

const accuracies = {
  accuracy: { float32: 4e-7, float64: 4e-15 },
  gradientAccuracy: { float32: 2e-5, float64: 4e-14 },
  draw: { targets: someEmpty },
};

describeLoss<DiceOptions>(diceLoss, {
  reference,
  divisor,
  options: [
    {},
    { smooth: 1e-5, squared: true },
    { perBatch: true },
    { perBatch: true, squared: true, ignoreEmpty: true },
    { ignoreEmpty: true },
  ],
  ...accuracies,
});

// The weights' number is that of the classes.
for (const C of [1, 4, 6])
  describe(`with weights of ${C} classes`, () => {
    const weight = [0.5, 2, 1, 0.25, 3, 1.5].slice(0, C);
    describeLoss<DiceOptions>(withLengths(diceLoss, { C }), {
      reference,
      divisor,
      options: [{ weight }, { weight, perBatch: true, ignoreEmpty: true }],
      ...accuracies,
    });
  });

const random = seeded(11);
const draw = (shape: number[], hard = false) => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => (hard ? random.below(2) : random.uniform())),
  shape,
});

it("diceLoss: known values, soft targets and squares among them", () => {
  const [p, t] = [[[[1, 1, 0, 0]]], [[[1, 0, 1, 1]]]];
  expect(diceLoss(p, t, { smooth: 0 })).toBeCloseTo(1 - 2 / 5, 15);
  expect(diceLoss(p, t)).toBeCloseTo(1 - 3 / 6, 15);
  expect(diceLoss([[[0.5, 0.5]]], [[[0.5, 0.5]]], { smooth: 0 })).toBe(0.5);
  expect(diceLoss([[[0.5, 0.5]]], [[[0.5, 0.5]]], { smooth: 0, squared: true })).toBe(0);
});

it("diceLoss: smooth 1 charges ½ for one missed pixel and 0.98 for fifty, as the docstring says", () => {
  const missed = (pixels: number) =>
    diceLoss([[new Array(50).fill(0)]], [[Array.from({ length: 50 }, (_, i) => +(i < pixels))]]);
  expect(missed(1)).toBe(0.5);
  expect(missed(50)).toBeCloseTo(0.98, 2);
});

it("diceLoss: empty masks predicted empty give 0, without NaN when nothing smooths; false alarms in them cost", () => {
  const { value, grads } = diceLoss.valueAndGrad([[[0, 0]]], [[[0, 0]]], { smooth: 0 });
  expect([value, ...grads.probabilities.data]).toEqual([0, 0, 0]);
  expect(diceLoss([[[0, 0]]], [[[0, 0]]])).toBe(0);
  expect(diceLoss([[[1, 0]]], [[[0, 0]]])).toBe(0.5);
  expect(diceLoss([[[1, 0]]], [[[0, 0]]], { smooth: 0 })).toBe(1);
});

it("diceLoss: with ignoreEmpty and no target anywhere the mean is 0 with gradient 0", () => {
  for (const perBatch of [false, true]) {
    const { value, grads } = diceLoss.valueAndGrad([[[0.3, 1]], [[1, 0.2]]], [[[0, 0]], [[0, 0]]], {
      perBatch,
      ignoreEmpty: true,
    });
    expect([value, ...grads.probabilities.data]).toEqual([0, 0, 0, 0, 0]);
  }
});

it("diceLoss: ignoreEmpty takes the mean over the other masks alone", () => {
  const [p, t] = [
    [
      [
        [0.7, 0.2],
        [0.4, 0.9],
      ],
    ],
    [
      [
        [1, 0],
        [0, 0],
      ],
    ],
  ];
  const { value, grads } = diceLoss.valueAndGrad(p, t, { ignoreEmpty: true });
  const alone = diceLoss.valueAndGrad([[[0.7, 0.2]]], [[[1, 0]]]);
  expect(value).toBe(alone.value);
  expect([...grads.probabilities.data]).toEqual([...alone.grads.probabilities.data, 0, 0]);
});

it("diceLoss: is tverskyLoss with alpha = beta = ½ and half the smooth, and jaccardLoss is 2L / (1 + L)", () => {
  const [p, t] = [draw([2, 3, 7]), draw([2, 3, 7], true)];
  for (const smooth of [0.3, 1, 10])
    expect(diceLoss(p, t, { smooth })).toBeCloseTo(tverskyLoss(p, t, { smooth: smooth / 2 }), 14);
  const options = { smooth: 0, reduction: "none" } as const;
  const overlaps = [...diceLoss(p, t, options).data].map((d) => (2 * d) / (1 + d));
  for (const [i, j] of [...jaccardLoss(p, t, options).data].entries()) expect(j).toBeCloseTo(overlaps[i] as number, 14);
});

it("diceLoss: does not care where pixels lie, nor which mask comes first", () => {
  const [p, t] = [draw([2, 2, 9]), draw([2, 2, 9])];
  const order = [4, 0, 8, 2, 6, 1, 7, 3, 5];
  const moved = ({ data, shape }: typeof p) => ({
    data: data.map((_, i) => data[Math.floor(i / 9) * 9 + (order[i % 9] as number)] as number),
    shape,
  });
  for (const squared of [false, true]) {
    expect(diceLoss(moved(p), moved(t), { squared })).toBeCloseTo(diceLoss(p, t, { squared }), 14);
    expect(diceLoss(t, p, { squared })).toBeCloseTo(diceLoss(p, t, { squared }), 14);
  }
});

it("diceLoss: perBatch is one sample that holds all positions of the batch", () => {
  const [p, t] = [draw([3, 2, 5]), draw([3, 2, 5])];
  const joined = ({ data }: typeof p) => ({
    data: data.map((_, i) => {
      const [c, n, at] = [Math.floor(i / 15), Math.floor(i / 5) % 3, i % 5];
      return data[(n * 2 + c) * 5 + at] as number;
    }),
    shape: [1, 2, 15],
  });
  const each = diceLoss(p, t, { perBatch: true, reduction: "none" });
  expect(each.shape).toEqual([2]);
  const one = diceLoss(joined(p), joined(t), { reduction: "none" });
  for (let c = 0; c < 2; c++) expect(each.data[c]).toBeCloseTo(one.data[c] as number, 14);
});

it("diceLoss: 2^20 positions of 0.1f keep every digit", () => {
  const shape = [1, 1, 2 ** 20];
  const [p, t] = [new Float32Array(2 ** 20).fill(0.1), new Float32Array(2 ** 20).fill(1)];
  const tenth = Math.fround(0.1);
  const came = diceLoss({ data: p, shape }, { data: t, shape }, { smooth: 0 });
  expect(Math.abs(came - (1 - tenth) / (1 + tenth))).toBeLessThan(3e-7);
});

it("diceLoss: refuses a weight of another length, and one below 0", () => {
  const [p, t] = [draw([2, 3, 4]), draw([2, 3, 4])];
  expect(() => diceLoss(p, t, { weight: [1, 2] })).toThrow(/^diceLoss: weight is \[2\], expected \[3\]/);
  expect(() => diceLoss(p, t, { weight: [1, -2, 1] })).toThrow(/^diceLoss: weight\[1\] is -2, outside \[0, ∞\)/);
});

it("diceLoss: where masks hardly meet the gradient beside the target keeps its digits", () => {
  // 8 of 64 positions are target; p = h there and ½ elsewhere: A = 16 h, B = 8 h + 28 + 8, slope A / B²; squared
  // A = 16 h, B = 8 h² + 14 + 8, slope 2 (A / B ½) / B.
  const target = Array.from({ length: 64 }, (_, i) => Number(i < 8));
  for (const h of [1e-4, 1e-6, 1e-8])
    for (const [type, accuracy] of [
      [Float32Array, 1e-6],
      [Float64Array, 1e-14],
    ] as const)
      for (const squared of [false, true]) {
        const p = { data: type.from(target.map((t) => (t ? h : 0.5))), shape: [1, 1, 64] };
        const t = { data: type.from(target), shape: [1, 1, 64] };
        const hit = p.data[0] as number;
        const [a, b] = [16 * hit, squared ? 8 * hit ** 2 + 22 : 8 * hit + 36];
        const { grads } = diceLoss.valueAndGrad(p, t, { smooth: 0, squared });
        expect(Math.abs((grads.probabilities.data[63] as number) / (a / b ** 2) - 1)).toBeLessThanOrEqual(accuracy);
      }
});
