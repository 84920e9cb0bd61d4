import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { classRows } from "../../../../test/harness/rows.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type MulticlassHingeOptions, multiclassHingeLoss } from "./multiclassHingeLoss.ts";

describeLoss<MulticlassHingeOptions>(multiclassHingeLoss, {
  // Where a class is a margin behind the label; of the largest of all, where the others are far below.
  kinks: ({ of, row, column, sample, options: { margin, form } }) => {
    const { data, shape } = sample("scores");
    const scores = data.slice(row * (shape[1] as number), (row + 1) * (shape[1] as number));
    const own = of("labels");
    const others = scores.filter((_, c) => c !== own && c !== column);
    if (column !== own) {
      const kink = (scores[own] as number) - margin;
      return form === "sum" || others.every((s) => s < kink - 0.01) ? [kink] : [];
    }
    return form === "sum" ? others.map((s) => s + margin) : [Math.max(...others) + margin];
  },
  // Only a label far below or another class far above costs, and that without end.
  atInfinity: ({ sign, of, column, sample, options: { form, power } }) => {
    const own = of("labels") === column;
    if (own === sign > 0) return [own ? 0 : null, 0];
    const gaps = own && form === "sum" ? (sample("scores").shape[1] as number) - 1 : 1;
    return [Number.POSITIVE_INFINITY, sign * (power === 1 ? gaps : Number.POSITIVE_INFINITY)];
  },
  reference: ([scores, labels], { margin, form, power }) =>
    classRows(scores as Sample).map((row, i) => {
      const y = (labels as Sample).data[i] as number;
      const gaps = row.flatMap((s, c) => (c === y ? [] : [Math.max(0, margin + s - (row[y] as number)) ** power]));
      return form === "sum" ? gaps.reduce((a, b) => a + b, 0) : Math.max(0, ...gaps);
    }),
  options: [
    {},
    { form: "max" },
    { margin: 0.3 },
    { margin: 2.5, form: "max" },
    { power: 2 },
    { power: 2, form: "max", margin: 0 },
  ],
  accuracy: { float32: 1e-6, float64: 3e-15, floor: 1 },
});

it("multiclassHingeLoss: both forms by hand; classes on the margin are inactive; the first of equal maxima takes it all", () => {
  const scores = [[2, 1, 1.5, 1.5]];
  const sum = multiclassHingeLoss.valueAndGrad(scores, [0]);
  expect(sum.value).toBe(1);
  expect([...sum.grads.scores.data]).toEqual([-2, 0, 1, 1]);
  const max = multiclassHingeLoss.valueAndGrad(scores, [0], { form: "max" });
  expect(max.value).toBe(0.5);
  expect([...max.grads.scores.data]).toEqual([-1, 0, 1, 0]);
});

it("multiclassHingeLoss: with one class there is nothing to lose", () => {
  for (const form of ["sum", "max"] as const) expect(multiclassHingeLoss([[3], [4]], [0, 0], { form })).toBe(0);
});

it("multiclassHingeLoss: with two classes the forms agree with hinge on the difference", () => {
  const scores = [
    [0.2, 0.7],
    [3, -1],
  ];
  expect(multiclassHingeLoss(scores, [0, 0])).toBeCloseTo(0.75, 14);
  expect(multiclassHingeLoss(scores, [0, 0], { form: "max" })).toBeCloseTo(0.75, 14);
});

it.each([Float32Array, Float64Array])(
  "multiclassHingeLoss: infinite scores, of the true class and of another (%o)",
  (type) => {
    const infinite = Number.POSITIVE_INFINITY;
    for (const form of ["sum", "max"] as const) {
      const run = (...scores: number[]) => {
        const row = { data: type.from(scores), shape: [1, scores.length] };
        const { value, grads } = multiclassHingeLoss.valueAndGrad(row, [1], { form });
        return [value, ...[...grads.scores.data].map((g) => g + 0)];
      };
      expect(run(3, infinite, 1, 2, 0, 5)).toEqual([0, 0, 0, 0, 0, 0, 0]);
      expect(run(-infinite, 2, 1.5)).toEqual([0.5, 0, -1, 1]);
      expect(run(infinite, 2, 0)).toEqual([infinite, 1, -1, 0]);
      expect(run(3, -infinite, 1)).toEqual([infinite, 1, ...(form === "sum" ? [-2, 1] : [-1, 0])]);
    }
  },
);

// PyTorch 1.13: multi_margin_loss(x, [0, 1, 2], p, margin=1.5, weight=[1, 2, 0.5]) times C, and its gradient.
it.each([
  [
    1,
    1.8333333333333335,
    [
      -0.3333333333333333, 0.0, 0.3333333333333333, 0.0, 0.0, 0.0, 0.16666666666666666, 0.16666666666666666,
      -0.3333333333333333,
    ],
  ],
  [2, 5.104166666666666, [-2.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.75, 0.9166666666666665, -1.6666666666666667]],
] as const)("multiclassHingeLoss: power %d and weights are PyTorch's", (power, loss, slopes) => {
  const scores = [
    [0.5, -1, 2],
    [-0.25, 3, -2],
    [1, 1.5, 0.25],
  ];
  const options = { power, margin: 1.5, weight: [1, 2, 0.5] };
  const { value, grads } = multiclassHingeLoss.valueAndGrad(scores, [0, 1, 2], options);
  expect(value).toBeCloseTo(loss, 14);
  for (const [i, slope] of slopes.entries()) expect(grads.scores.data[i]).toBeCloseTo(slope, 14);
});

it("multiclassHingeLoss: margin 0 with form max is the perceptron; a class of weight 0 costs nothing, whatever its score", () => {
  const run = (scores: number[], label: number) => {
    const { value, grads } = multiclassHingeLoss.valueAndGrad([scores], [label], { margin: 0, form: "max" });
    return [value, ...[...grads.scores.data].map((g) => g + 0)];
  };
  expect(run([2, 1, 1.75], 0)).toEqual([0, 0, 0, 0]);
  expect(run([2, 1, 1.75], 1)).toEqual([1, 1, -1, 0]);
  const free = { weight: [0, 1], power: 2 } as const;
  const { value, grads } = multiclassHingeLoss.valueAndGrad([[Number.NEGATIVE_INFINITY, 0]], [0], free);
  expect([value, ...grads.scores.data]).toEqual([0, 0, 0]);
  expect(() => multiclassHingeLoss([[1, 2]], [0], { power: 1.5 as 1 })).toThrow("power is 1.5");
});
