import { expect, it } from "vitest";
import { countedWeight, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { absentAtInfinity } from "../../../../test/harness/infinity.ts";
import { classRows, surprise } from "../../../../test/harness/rows.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { crossEntropy } from "../crossEntropy/crossEntropy.ts";
import { type SoftmaxFocalOptions, softmaxFocalLoss } from "./softmaxFocalLoss.ts";

describeLoss<SoftmaxFocalOptions>(softmaxFocalLoss, {
  atInfinity: absentAtInfinity(({ of, column, sample, options: { alpha, labelSmoothing, ignoreIndex } }) => {
    if (of("labels") === ignoreIndex) return null;
    const share = labelSmoothing / (sample("logits").shape[1] as number);
    return ((alpha as number | null) ?? 1) * (share + (of("labels") === column ? 1 - labelSmoothing : 0));
  }),
  reference: ([logits, labels], { alpha, gamma, ignoreIndex, labelSmoothing }) =>
    classRows(logits as Sample).map((row, i) => {
      const y = (labels as Sample).data[i] as number;
      if (y === ignoreIndex) return 0;
      const targets = row.map((_, c) => labelSmoothing / row.length + (c === y ? 1 - labelSmoothing : 0));
      const terms = row.map((_, c) => (-Math.expm1(-surprise(row, c))) ** gamma * surprise(row, c));
      return (
        ((alpha as number | null) ?? 1) *
        targets.reduce((sum, t, c) => sum + (t === 0 ? 0 : t * (terms[c] as number)), 0)
      );
    }),
  divisor: ([, labels], { ignoreIndex }, weights) =>
    countedWeight(
      weights,
      (labels as Sample).data.map((y) => y !== ignoreIndex),
    ),
  options: [
    {},
    { gamma: 0.5 },
    { gamma: 0 },
    { gamma: 5 },
    { alpha: 0.25, ignoreIndex: 1 },
    { labelSmoothing: 0.2 },
    { labelSmoothing: 0.1, gamma: 0.5, alpha: 0.25, ignoreIndex: 1 },
  ],
  accuracy: { float32: 3e-6, float64: 1e-14, floor: 0.1 },
  gradientAccuracy: { float32: 1e-5, float64: 1e-13 },
});

const logits = { data: Float64Array.from([2, -1, 0.5, 0, 3, 1, -2, 0.25, 4]), shape: [3, 3] };

it("softmaxFocalLoss: gamma 0 is cross entropy", () => {
  const [focal, plain] = [
    softmaxFocalLoss.valueAndGrad(logits, [0, 2, 1], { gamma: 0 }),
    crossEntropy.valueAndGrad(logits, [0, 2, 1]),
  ];
  expect(focal.value).toBeCloseTo(plain.value, 14);
  for (const [i, g] of focal.grads.logits.data.entries())
    expect(g).toBeCloseTo(plain.grads.logits.data[i] as number, 14);
});

it("softmaxFocalLoss: alpha weighs classes but not the divisor", () => {
  const alpha = [1, 2, 0.5];
  const [a, b, c] = softmaxFocalLoss(logits, [0, 2, 1], { reduction: "none" }).data as Float64Array &
    [number, number, number];
  expect(softmaxFocalLoss(logits, [0, 2, 1], { alpha })).toBeCloseTo((a + 0.5 * b + 2 * c) / 3, 14);
});

it("softmaxFocalLoss: all rows ignored give 0; a row beyond doubt gives 0 with gradient 0", () => {
  expect(softmaxFocalLoss(logits, [-100, -100, -100])).toBe(0);
  const sure = softmaxFocalLoss.valueAndGrad([[1000, 0]], [0], { gamma: 0.5 });
  expect(sure.value).toBe(0);
  expect([...sure.grads.logits.data].map(Math.abs)).toEqual([0, 0]);
});

it("softmaxFocalLoss: a confident row keeps its digits in value and gradient", () => {
  // With e = exp(−z): p = 1 / (1 + e), q = e / (1 + e), L = log1p(e).
  for (const gamma of [0, 0.5, 2])
    for (const z of [5, 20, 37, 60, 80]) {
      const e = Math.exp(-z);
      const [p, q, L] = [1 / (1 + e), e / (1 + e), Math.log1p(e)];
      const slope = (q ** gamma + gamma * q ** (gamma - 1) * p * L) * q;
      for (const [type, accuracy] of [
        [Float32Array, 2e-6],
        [Float64Array, 4e-14],
      ] as const) {
        if (type === Float32Array && slope < 1e-37) continue;
        const row = { data: type.of(z, 0), shape: [1, 2] };
        const { value, grads } = softmaxFocalLoss.valueAndGrad(row, [0], { gamma });
        expect(Math.abs(value / (q ** gamma * L) - 1)).toBeLessThanOrEqual(accuracy);
        for (const [c, sign] of [-1, 1].entries())
          expect(Math.abs((grads.logits.data[c] as number) / (sign * slope) - 1)).toBeLessThanOrEqual(accuracy);
      }
    }
});

it("softmaxFocalLoss: a true class of −Infinity costs +Infinity with a finite gradient, and nothing where alpha is 0", () => {
  const masked = [[Number.NEGATIVE_INFINITY, 0, 0]];
  for (const gamma of [0, 0.5, 2]) {
    const { value, grads } = softmaxFocalLoss.valueAndGrad(masked, [0], { gamma });
    expect(value).toBe(Number.POSITIVE_INFINITY);
    expect([...grads.logits.data]).toEqual([-1, 0.5, 0.5]);
    const free = softmaxFocalLoss.valueAndGrad(masked, [0], { gamma, alpha: [0, 1, 1] });
    expect([free.value, ...free.grads.logits.data].map(Math.abs)).toEqual([0, 0, 0, 0]);
    const other = softmaxFocalLoss.valueAndGrad(masked, [1], { gamma });
    const without = softmaxFocalLoss.valueAndGrad([[0, 0]], [0], { gamma });
    expect([other.value, ...other.grads.logits.data]).toEqual([
      without.value,
      0,
      without.grads.logits.data[0],
      without.grads.logits.data[1],
    ]);
  }
});

it("softmaxFocalLoss: smoothed with gamma 0 it is smoothed cross entropy, also weighted by class and on images", () => {
  const images = { data: Float64Array.from({ length: 30 }, (_, i) => Math.sin(7 * i)), shape: [1, 3, 2, 5] };
  const labels = { data: Int32Array.from({ length: 10 }, (_, i) => i % 3), shape: [1, 2, 5] };
  const weight = [1, 2, 0.5];
  for (const labelSmoothing of [0.1, 1]) {
    const plain = crossEntropy.valueAndGrad(images, labels, { labelSmoothing, weight, reduction: "sum" });
    const focal = softmaxFocalLoss.valueAndGrad(images, labels, {
      gamma: 0,
      labelSmoothing,
      alpha: weight,
      reduction: "sum",
    });
    expect(focal.value).toBeCloseTo(plain.value, 13);
    for (const [i, g] of plain.grads.logits.data.entries()) expect(focal.grads.logits.data[i]).toBeCloseTo(g, 14);
  }
});

it("softmaxFocalLoss: a class of −Infinity costs +Infinity when smoothed, unless its alpha is 0", () => {
  const logits = [[0, Number.NEGATIVE_INFINITY, 0]];
  for (const gamma of [0, 2]) {
    const { value, grads } = softmaxFocalLoss.valueAndGrad(logits, [0], { gamma, labelSmoothing: 0.3 });
    expect(value).toBe(Number.POSITIVE_INFINITY);
    expect([...grads.logits.data].every(Number.isFinite)).toBe(true);
    expect(softmaxFocalLoss(logits, [0], { gamma, labelSmoothing: 0.3, alpha: [1, 0, 1] })).toBeCloseTo(
      0.9 * 0.5 ** gamma * Math.LN2,
      13,
    );
  }
});
