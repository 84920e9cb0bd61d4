import { expect, it } from "vitest";
import { filledIn } from "../../../../test/harness/calls.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { absentAtInfinity } from "../../../../test/harness/infinity.ts";
import { classRows, surprise } from "../../../../test/harness/rows.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type CrossEntropyOptions, crossEntropy } from "./crossEntropy.ts";
import { softCrossEntropy } from "./softCrossEntropy.ts";

const weightOf = (weight: unknown, c: number) => ((weight as number[] | undefined)?.[c] ?? 1) as number;
const labelsOf = ([, labels]: readonly Sample[]) => (labels as Sample).data;

const reference = (inputs: readonly Sample[], { weight, ignoreIndex, labelSmoothing }: Required<CrossEntropyOptions>) =>
  classRows(inputs[0] as Sample).map((row, i) => {
    const y = labelsOf(inputs)[i] as number;
    if (y === ignoreIndex) return 0;
    const smooth =
      labelSmoothing && row.reduce((sum, _, c) => sum + weightOf(weight, c) * surprise(row, c), 0) / row.length;
    return (1 - labelSmoothing) * weightOf(weight, y) * surprise(row, y) + labelSmoothing * smooth;
  });

describeLoss<CrossEntropyOptions>(crossEntropy, {
  atInfinity: absentAtInfinity(({ of, column, sample, options: { labelSmoothing, ignoreIndex } }) => {
    if (of("labels") === ignoreIndex) return null;
    const share = labelSmoothing / (sample("logits").shape[1] as number);
    return share + (of("labels") === column ? 1 - labelSmoothing : 0);
  }),
  reference,
  divisor: (inputs, { weight, ignoreIndex }, weights) =>
    labelsOf(inputs).reduce(
      (sum, y, i) => sum + (y === ignoreIndex ? 0 : weightOf(weight, y) * (weights[i] as number)),
      0,
    ),
  options: [{}, { labelSmoothing: 0.1 }, { ignoreIndex: 1 }, { ignoreIndex: 0, labelSmoothing: 0.3 }],
  accuracy: { float32: 1e-6, float64: 3e-15, floor: 0.1 },
  gradientAccuracy: { float32: 2e-6, float64: 1e-14 },
});

const logits = { data: Float64Array.from([2, -1, 0.5, 0, 3, 1, -2, 0.25, 4]), shape: [3, 3] };

it("crossEntropy: class weights weigh rows and the mean's divisor", () => {
  const weight = [1, 2, 0.5];
  const labels = [2, 1, 0];
  const inputs = [logits, { data: labels, shape: [3] }].map(({ data, shape }) => ({ data: [...data], shape }));
  for (const labelSmoothing of [0, 0.2]) {
    const wanted = reference(inputs, filledIn<CrossEntropyOptions>(crossEntropy, { weight, labelSmoothing }));
    const { value, grads } = crossEntropy.valueAndGrad(logits, labels, { weight, labelSmoothing, reduction: "none" });
    for (const [i, w] of wanted.entries()) expect(value.data[i]).toBeCloseTo(w, 13);
    const mean = crossEntropy(logits, labels, { weight, labelSmoothing });
    expect(mean).toBeCloseTo(wanted.reduce((a, b) => a + b, 0) / 3.5, 13);
    const h = 1e-6;
    for (let i = 0; i < 9; i++) {
      const moved = (by: number) =>
        crossEntropy({ data: logits.data.map((x, j) => x + (i === j ? by : 0)), shape: [3, 3] }, labels, {
          weight,
          labelSmoothing,
          reduction: "sum",
        });
      expect(grads.logits.data[i]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 8);
    }
  }
});

it("crossEntropy: unweighted rows' gradients sum to 0, and smoothing is a smoothed target", () => {
  const { grads } = crossEntropy.valueAndGrad(logits, [0, 1, 2], { reduction: "sum" });
  for (let i = 0; i < 3; i++) {
    const row = [...grads.logits.data.slice(3 * i, 3 * i + 3)];
    expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 14);
  }
  const soft = { data: Float64Array.from([0.8, 0.1, 0.1, 0.1, 0.8, 0.1, 0.1, 0.1, 0.8]), shape: [3, 3] };
  expect(crossEntropy(logits, [0, 1, 2], { labelSmoothing: 0.3 })).toBeCloseTo(softCrossEntropy(logits, soft), 14);
});

it("crossEntropy: a batch that is all ignored is 0 with gradient 0, even where it holds NaN", () => {
  const nan = { data: new Float64Array(9).fill(Number.NaN), shape: [3, 3] };
  const { value, grads } = crossEntropy.valueAndGrad(nan, [-100, -100, -100]);
  expect(value).toBe(0);
  expect([...grads.logits.data]).toEqual(new Array(9).fill(0));
});

it("crossEntropy: a logit of −Infinity on another class is fine; huge logits do not overflow", () => {
  const { value, grads } = crossEntropy.valueAndGrad([[0, Number.NEGATIVE_INFINITY, 0]], [0]);
  expect(value).toBeCloseTo(Math.LN2, 15);
  expect([...grads.logits.data]).toEqual([-0.5, 0, 0.5]);
  expect(crossEntropy([[1e300, 0]], [0])).toBe(0);
  expect(crossEntropy([[1e4, 0]], [1])).toBe(1e4);
});

it("crossEntropy: names a label out of range", () => {
  expect(() => crossEntropy(logits, [0, 3, 1])).toThrow(
    "crossEntropy: labels[1] is 3, outside 0…2 (logits are [3, 3])",
  );
  expect(() => crossEntropy(logits, [0, -1, 1])).toThrow(RangeError);
  expect(() => crossEntropy(logits, [0, 1.5, 1])).toThrow("crossEntropy: labels[1] is 1.5, expected a whole number");
});

it("crossEntropy: a confident row keeps the digits of its gradient in f32", () => {
  const { grads } = crossEntropy.valueAndGrad({ data: Float32Array.from([16, 0]), shape: [1, 2] }, [0]);
  expect(grads.logits.data[0]).toBeCloseTo(-1 / (1 + Math.exp(16)), 13);
});

it.each([Float32Array, Float64Array])(
  "crossEntropy: weight 0 silences a label whose logit is −∞, smoothed or not (%o)",
  (type) => {
    for (const planes of [1, 2])
      for (const labelSmoothing of [0, 0.3]) {
        const row = type.of(Number.NEGATIVE_INFINITY, 0, 0);
        const logits = {
          data: type.from(Array.from({ length: 3 * planes }, (_, i) => row[Math.floor(i / planes)] as number)),
          shape: planes === 1 ? [1, 3] : [1, 3, 2],
        };
        const labels = { data: new Int32Array(planes), shape: planes === 1 ? [1] : [1, 2] };
        const options = { weight: [0, 1, 1], labelSmoothing, reduction: "sum" } as const;
        const { value, grads } = crossEntropy.valueAndGrad(logits, labels, options);
        expect(value).toBeCloseTo(planes * (labelSmoothing / 3) * 2 * Math.LN2, 6);
        for (const g of grads.logits.data) expect(g).toBeCloseTo(0, 6);
      }
  },
);
