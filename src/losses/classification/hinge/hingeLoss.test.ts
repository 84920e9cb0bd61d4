import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { difference, one, testDigits } from "../../../../test/harness/digits.ts";
import type { Random } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { multiply } from "../../../../test/maths/doubleDouble.ts";
import { type HingeOptions, hingeLoss, squaredHingeLoss } from "./hingeLoss.ts";

const margins = ([f, y]: readonly Sample[], { margin }: Required<HingeOptions>) =>
  (f as Sample).data.map((x, i) => Math.max(0, margin - x * ((y as Sample).data[i] as number)));

describeLoss<HingeOptions>(hingeLoss, {
  kinks: ({ of, options: { margin } }) => [margin * of("targets")],
  // A score far on the side of its sign costs nothing.
  atInfinity: ({ sign, of }) => (sign * of("targets") > 0 ? [0, 0] : [Number.POSITIVE_INFINITY, sign]),
  reference: margins,
  options: [{}, { margin: 0.3 }, { margin: 0 }],
  accuracy: { float32: 2e-7, float64: 4e-16, floor: 1 },
});

describeLoss<HingeOptions>(squaredHingeLoss, {
  kinks: ({ of, options: { margin } }) => [margin * of("targets")],
  // A score far on the side of its sign costs nothing.
  atInfinity: ({ sign, of }) =>
    sign * of("targets") > 0 ? [0, 0] : [Number.POSITIVE_INFINITY, sign * Number.POSITIVE_INFINITY],
  reference: (inputs, options) => margins(inputs, options).map((h) => h * h),
  options: [{}, { margin: 0.3 }, { margin: 0 }],
  accuracy: { float32: 8e-7, float64: 2e-15, floor: 1 },
});

const scoreAndSign = (random: Random) => [3 * random.normal(), Math.sign(random.normal())] as const;
const hinge = (f: number, y: number) => (f * y < 1 ? difference(1, f * y) : one(0));

testDigits(hingeLoss, {
  accuracy: 4e-16,
  draw: scoreAndSign,
  value: hinge,
  size: (f) => Math.max(1, Math.abs(f)),
});

testDigits(squaredHingeLoss, {
  accuracy: 2e-15,
  draw: scoreAndSign,
  value: (f, y) => multiply(hinge(f, y), hinge(f, y)),
  size: (f) => Math.max(1, f * f),
});

it("hingeLoss: right side beyond the margin is free, wrong side is not; flat on the margin", () => {
  const { value, grads } = hingeLoss.valueAndGrad([1, 2, -1, 0, 0.5], [1, 1, 1, -1, 1], { reduction: "none" });
  expect([...value.data]).toEqual([0, 0, 2, 1, 0.5]);
  expect([...grads.scores.data]).toEqual([0, 0, -1, 1, -1]);
});

it("squaredHingeLoss is the square of hingeLoss", () => {
  const inputs = [
    [0.3, -2, 5],
    [1, 1, -1],
  ] as const;
  const [plain, squared] = [
    hingeLoss(...inputs, { reduction: "none" }),
    squaredHingeLoss(...inputs, { reduction: "none" }),
  ];
  for (const [i, h] of plain.data.entries()) expect(squared.data[i]).toBeCloseTo(h * h, 14);
});

it("hinge losses refuse targets 0 and 1 and say what to do", () => {
  for (const loss of [hingeLoss, squaredHingeLoss]) expect(() => loss([1], [0])).toThrow("2 * target - 1");
});

it.each([Float32Array, Float64Array])(
  "hinge losses: an infinite score is free on the right side, and infinitely wrong on the other (%o)",
  (type) => {
    const infinite = Number.POSITIVE_INFINITY;
    const inputs = [type.of(infinite, -infinite, -infinite, infinite), type.of(1, -1, 1, -1)] as const;
    const plain = hingeLoss.valueAndGrad(...inputs, { reduction: "none" });
    expect([[...plain.value.data], [...plain.grads.scores.data].map((g) => g + 0)]).toEqual([
      [0, 0, infinite, infinite],
      [0, 0, -1, 1],
    ]);
    const squared = squaredHingeLoss.valueAndGrad(...inputs, { reduction: "none" });
    expect([[...squared.value.data], [...squared.grads.scores.data].map((g) => g + 0)]).toEqual([
      [0, 0, infinite, infinite],
      [0, 0, -infinite, infinite],
    ]);
  },
);

it("hingeLoss: margin 0 is the perceptron, which stops at the right side", () => {
  const { value, grads } = hingeLoss.valueAndGrad([0.5, -0.5, -2, 0], [1, 1, -1, 1], { margin: 0, reduction: "none" });
  expect([...value.data].map((v) => v + 0)).toEqual([0, 0.5, 0, 0]);
  expect([...grads.scores.data].map((g) => g + 0)).toEqual([0, -1, 0, 0]);
  expect(() => hingeLoss([1], [1], { margin: -1 })).toThrow("hingeLoss: margin is -1, outside [0, ∞)");
});
