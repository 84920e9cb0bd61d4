import { expect, it } from "vitest";
import { filledIn } from "../../../../test/harness/calls.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { softplus } from "../../../../test/harness/rows.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type FocalOptions, focalLoss } from "./focalLoss.ts";

const reference = (
  [logits, targets]: readonly Sample[],
  { alpha: given, gamma, labelSmoothing }: Required<FocalOptions>,
) =>
  (logits as Sample).data.map((x, i) => {
    const alpha = given as number | null;
    const t = ((targets as Sample).data[i] as number) * (1 - labelSmoothing) + labelSmoothing / 2;
    const miss = t / (1 + Math.exp(x)) + (1 - t) / (1 + Math.exp(-x));
    const weight = alpha === null ? 1 : alpha * t + (1 - alpha) * (1 - t);
    return weight * miss ** gamma * (t * softplus(-x) + (1 - t) * softplus(x));
  });

const options: FocalOptions[] = [
  {},
  { alpha: null },
  { gamma: 0.5 },
  { gamma: 0 },
  { gamma: 5, alpha: 0.9 },
  { normalizer: "positives" },
  { labelSmoothing: 0.1 },
];

describeLoss<FocalOptions>(focalLoss, {
  // At p = 1 the logit misses by 1 − t, at p = 0 by t.
  atInfinity: ({ sign, of, options: { alpha: given, gamma, labelSmoothing } }) => {
    const alpha = given as number | null;
    const t = of("targets") * (1 - labelSmoothing) + labelSmoothing / 2;
    const miss = sign > 0 ? 1 - t : t;
    const weight = alpha === null ? 1 : alpha * t + (1 - alpha) * (1 - t);
    return miss === 0 ? [0, 0] : [Number.POSITIVE_INFINITY, sign * weight * miss ** (gamma + 1)];
  },
  reference,
  divisor: ([, targets], { normalizer }, weights) => {
    const own = (i: number) => (normalizer === "positives" ? ((targets as Sample).data[i] as number) : 1);
    const sum = weights.reduce((all, weight, i) => all + weight * own(i), 0);
    return normalizer === "positives" ? Math.max(1, sum) : sum;
  },
  options,
  accuracy: { float32: 5e-6, float64: 1e-14 },
  draw: { targets: (random) => (random.uniform() < 0.4 ? random.uniform() : random.below(2)) },
});

it("focalLoss: hard targets keep finite gradients for gamma below 1, however sure the prediction", () => {
  const sure = [-800, -40, 0, 40, 800];
  for (const gamma of [0, 0.1, 0.5, 1, 2])
    for (const t of [0, 1]) {
      const { value, grads } = focalLoss.valueAndGrad(
        sure,
        sure.map(() => t),
        { gamma, reduction: "none" },
      );
      for (const x of [...value.data, ...grads.logits.data]) expect(Number.isFinite(x)).toBe(true);
    }
});

it("focalLoss: the mean divides by the positives when asked to, but never by less than 1", () => {
  const [x, t] = [
    [2, -1, 0.5, 0],
    [1, 0, 1, 0],
  ];
  const sum = focalLoss(x, t, { reduction: "sum" });
  expect(focalLoss(x, t)).toBeCloseTo(sum / 4, 15);
  expect(focalLoss(x, t, { normalizer: "positives" })).toBeCloseTo(sum / 2, 15);
  const none = [0, 0, 0, 0];
  expect(focalLoss(x, none, { normalizer: "positives" })).toBe(focalLoss(x, none, { reduction: "sum" }));
});

it("focalLoss: is per example, not of the batch's mean", () => {
  const loss = focalLoss([4, -2], [1, 1], { alpha: null });
  const mean = (softplus(-4) + softplus(2)) / 2;
  expect(loss).toBeGreaterThan((1 - Math.exp(-mean)) ** 2 * mean);
});

const infinite = Number.POSITIVE_INFINITY;

it.each([Float32Array, Float64Array])(
  "focalLoss: infinite logits cost 0 or +Infinity, with finite gradients (%o)",
  (type) => {
    const logits = type.of(-infinite, infinite, -infinite, infinite);
    const targets = type.of(0, 1, 1, 0);
    for (const gamma of [0, 0.5, 2, 5])
      for (const alpha of [null, 0.25, 0, 1]) {
        const { value, grads } = focalLoss.valueAndGrad(logits, targets, { gamma, alpha, reduction: "none" });
        const [yes, no] = alpha === null ? [1, 1] : [alpha, 1 - alpha];
        expect([...value.data]).toEqual([0, 0, yes && infinite, no && infinite]);
        expect([...grads.logits.data].map((g) => g + 0)).toEqual([0, 0, 0 - yes, no]);
      }
  },
);

it.each([Float32Array, Float64Array])(
  "focalLoss: infinite logits of soft targets, also beside hard ones (%o)",
  (type) => {
    const logits = type.of(-infinite, infinite, infinite, -infinite, -infinite);
    const targets = type.of(0.5, 0.25, 1, 0, 2 ** -100);
    for (const gamma of [0, 1, 2, 3]) {
      const { value, grads } = focalLoss.valueAndGrad(logits, targets, { gamma, alpha: null, reduction: "none" });
      expect([...value.data].slice(0, 4)).toEqual([infinite, infinite, 0, 0]);
      if (gamma <= 2) expect(value.data[4]).toBe(infinite);
      // q^γ times (1 − t) on the high side, −t on the low one; q is t at −∞ and 1 − t at ∞.
      for (const [i, wanted] of [-(0.5 ** gamma) * 0.5, 0.75 ** gamma * 0.75, 0, 0].entries())
        expect(grads.logits.data[i]).toBeCloseTo(wanted, 6);
    }
  },
);

it("focalLoss: float32 keeps the accuracy its kernel states for the largest gamma", () => {
  const logits = Float32Array.from({ length: 20001 }, (_, i) => (i - 10000) / 1000);
  for (const t of [0, 1]) {
    const came = focalLoss(logits, new Float32Array(20001).fill(t), { gamma: 5, alpha: null, reduction: "none" }).data;
    const wanted = reference(
      [
        { data: [...logits], shape: [20001] },
        { data: new Array(20001).fill(t), shape: [20001] },
      ],
      filledIn<FocalOptions>(focalLoss, { gamma: 5, alpha: null }),
    );
    for (const [i, value] of wanted.entries())
      expect(Math.abs((came[i] as number) / value - 1)).toBeLessThanOrEqual(5e-6);
  }
});

it.each([Float32Array, Float64Array])("focalLoss: an alpha per class lies along axis 1 (%o)", (type) => {
  const accuracy = type === Float32Array ? 6 : 14;
  const alpha = [0.25, 1, 0];
  for (const shape of [
    [5, 3],
    [2, 3, 7],
  ])
    for (const [gamma, hard] of [
      [2, true],
      [0.5, false],
      [0, true],
    ] as const) {
      const [size, inner] = [shape.reduce((a, b) => a * b, 1), shape.slice(2).reduce((a, b) => a * b, 1)];
      const logits = { data: type.from(Array.from({ length: size }, (_, i) => 3 * Math.sin(5 * i))), shape };
      const targets = { data: type.from(Array.from({ length: size }, (_, i) => (hard ? i % 2 : (i % 4) / 3))), shape };
      const options = { gamma, labelSmoothing: hard ? 0 : 0.1, reduction: "none" } as const;
      const came = focalLoss.valueAndGrad(logits, targets, { alpha, ...options });
      const single = alpha.map((a) => focalLoss.valueAndGrad(logits, targets, { alpha: a, ...options }));
      for (let i = 0; i < size; i++) {
        const { value, grads } = single[Math.floor(i / inner) % 3] as (typeof single)[number];
        expect(came.value.data[i]).toBeCloseTo(value.data[i] as number, accuracy);
        expect(came.grads.logits.data[i]).toBeCloseTo(grads.logits.data[i] as number, accuracy);
      }
    }
});
