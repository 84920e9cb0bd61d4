import { expect, it } from "vitest";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { bendsAtZero } from "../../../../test/harness/kinks.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type GradientPenaltyOptions, gradientPenalty } from "./gradientPenalty.ts";

describeLoss<GradientPenaltyOptions>(gradientPenalty, {
  // An infinite gradient has no direction.
  atInfinity: () => [Number.POSITIVE_INFINITY, Number.NaN],
  kinks: bendsAtZero((row, { target }) => [Math.hypot(...row("gradients")) - target]),
  extreme: beyondSquares,
  reference: ([g], { weight, target, oneSided }) => {
    const { data, shape } = g as Sample;
    const columns = data.length / (shape[0] as number);
    return Array.from({ length: shape[0] as number }, (_, i) => {
      const norm = Math.hypot(...data.slice(i * columns, (i + 1) * columns));
      return weight * (oneSided ? Math.max(0, norm - target) : norm - target) ** 2;
    });
  },
  options: [{}, { weight: 3, target: 0 }, { oneSided: true, target: 2 }],
  accuracy: { float32: 1e-6, float64: 1e-14, floor: 1e-2 },
});

it("gradientPenalty: 0 at norm 1, weight at a zero gradient, whose gradient is 0", () => {
  const { value, grads } = gradientPenalty.valueAndGrad(
    [
      [0.6, 0.8],
      [0, 0],
      [3, 4],
    ],
    { reduction: "none" },
  );
  expect([...value.data]).toEqual([0, 10, 160]);
  expect([...grads.gradients.data]).toEqual([0, 0, 0, 0, 48, 64]);
});

it("gradientPenalty: the norm is over all dimensions of a sample, and one-sided lets small ones go", () => {
  const image = { data: Float64Array.of(1, 2, 3, 4, 0.1, 0.2, 0.3, 0.4), shape: [2, 2, 2] };
  const flat = { data: image.data, shape: [2, 4] };
  expect(gradientPenalty(image)).toBe(gradientPenalty(flat));
  const { value, grads } = gradientPenalty.valueAndGrad(image, { oneSided: true, reduction: "none" });
  expect([...value.data]).toEqual([expect.closeTo(10 * (Math.sqrt(30) - 1) ** 2, 12), 0]);
  expect([...grads.gradients.data.slice(4)].map((g) => g + 0)).toEqual([0, 0, 0, 0]);
});

it("gradientPenalty: rows at the ends of f32's range have the gradient −2 w g / ‖g‖, or 2 w g, in f32 too", () => {
  const gradient = (...row: number[]) => [
    ...gradientPenalty.valueAndGrad({ data: Float32Array.from(row), shape: [1, 3] }).grads.gradients.data,
  ];
  expect(gradient(1e-38, 0, 0).map((g) => g + 0)).toEqual([-20, 0, 0]);
  expect(gradient(0, -3e-45, 0).map((g) => g + 0)).toEqual([0, 20, 0]);
  expect(gradient(0, 0, 1e30)[2]).toBeCloseTo(2e31, -26);
  const far = gradientPenalty.valueAndGrad([[1e200, 0, -1e200]], { weight: 1e-200 });
  expect((far.grads.gradients.data[2] as number) / -2).toBeCloseTo(1, 14);
});

it("gradientPenalty: at the ends of f64 too the gradient is −2 w g / ‖g‖, or 2 w g", () => {
  const gradient = (row: number[], weight = 10) => [
    ...gradientPenalty.valueAndGrad([row], { weight }).grads.gradients.data,
  ];
  for (const tiny of [1e-308, 1e-320]) {
    const close = expect.closeTo(-20 / Math.SQRT2, tiny === 1e-308 ? 12 : 2);
    expect(gradient([tiny, tiny, 0]).map((g) => g + 0)).toEqual([close, close, 0]);
  }
  expect(gradient([1e300, -1e300, 0], 1e-300).map((g) => g / 2)).toEqual([expect.closeTo(1), expect.closeTo(-1), 0]);
});
