import { expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { describeLoss, squares } from "../../../../test/harness/describeLoss.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { referenceSsim } from "../../../../test/image/reference.ts";
import { seededRandom } from "../../../random.ts";
import { ssim } from "./ssim.ts";
import { ssimLoss } from "./ssimLoss.ts";
import type { SsimOptions } from "./window.ts";

describeLoss<SsimOptions>(
  withLengths(ssim, {
    "...": "",
    C: 1,
    H: 3,
    W: 6,
  }) as typeof ssimLoss,
  {
    extreme: squares,
    reference: ([x, y], given) => {
      const { data, shape } = referenceSsim(x as Sample, y as Sample, given);
      const size = data.length / (shape[0] as number);
      return Array.from(
        { length: shape[0] as number },
        (_, n) => data.slice(n * size, (n + 1) * size).reduce((sum, s) => sum + s, 0) / size,
      );
    },
    options: [{ window: 3, dataRange: 2 }],
    accuracy: { float32: 2e-5, float64: 1e-12, least: 1 },
    gradientAccuracy: { float32: 1e-3, float64: 1e-11 },
  },
);

const random = seededRandom(2);
const image = (shape: number[]) => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform()),
  shape,
});
const [x, y] = [image([2, 3, 14, 20]), image([2, 3, 14, 20])];

it("ssim: the map agrees with the reference, and its mean is the value", () => {
  const { value, map } = ssim(x, y, { dataRange: 1, full: true });
  const wanted = referenceSsim({ data: [...x.data], shape: x.shape }, { data: [...y.data], shape: y.shape }, {});
  expect(map.shape).toEqual([2, 3, 4, 10]);
  expectClose(map.data, wanted.data, 1e-12, 1);
  expect(value).toBeCloseTo([...map.data].reduce((sum, s) => sum + s, 0) / map.data.length, 14);
  expect(value).toBe(ssim(x, y, { dataRange: 1 }));
  expect(ssim(x, y, { dataRange: 1, full: false })).toBe(value);
  const { value: each } = ssim(x, y, { dataRange: 1, full: true, reduction: "none" });
  expect(each.shape).toEqual([2]);
});

it("ssim: is 1 − ssimLoss, with the negative of its gradient", () => {
  const [score, loss] = [ssim.valueAndGrad(x, y, { dataRange: 1 }), ssimLoss.valueAndGrad(x, y, { dataRange: 1 })];
  expect(score.value).toBeCloseTo(1 - loss.value, 14);
  expect(score.grads.targets.data).toEqual(loss.grads.targets.data.map((g) => -g));
});

it("ssim: gives 1 for equal images and refuses what it does not know", () => {
  expect(ssim(x, x, { dataRange: 1 })).toBe(1);
  expect(() => ssim(x, y, { dataRange: 1, full: 1 as unknown as true })).toThrow(/^ssim: full is the number 1/);
  expect(() => ssim(x, y, { dataRange: 1, ful: true } as { dataRange: number })).toThrow(/^ssim: unknown option "ful"/);
  expect(() => ssim.valueAndGrad(x, y, { dataRange: 1, full: true } as { dataRange: number })).toThrow(
    "ssim: full is true, which only ssim(…) on arrays takes; expected false",
  );
  expect(ssim.spec.options.full.default).toBe(false);
  expect(ssim.name).toBe("ssim");
});
