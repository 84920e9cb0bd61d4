/** Laws of every loss of one prediction and one target, and sums of many elements. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../../test/harness/random.ts";
import { resident } from "../../contract/resident.ts";
import { charbonnierLoss } from "./charbonnier/charbonnierLoss.ts";
import { huberLoss } from "./huber/huberLoss.ts";
import { smoothL1Loss } from "./huber/smoothL1Loss.ts";
import { l1Loss } from "./l1/l1Loss.ts";
import { l2Loss } from "./l2/l2Loss.ts";
import { logCoshLoss } from "./logCosh/logCoshLoss.ts";
import { quantileLoss } from "./quantile/quantileLoss.ts";

const symmetric = { l1Loss, l2Loss, huberLoss, smoothL1Loss, logCoshLoss, charbonnierLoss };
const all = { ...symmetric, quantileLoss };
const settings = { seed: 7, numRuns: 100 };

// Multiples of 1/8, so that sums and differences are exact.
const eighths = fc.integer({ min: -800, max: 800 }).map((n) => n / 8);
const pairs = fc.array(fc.tuple(eighths, eighths), { minLength: 1, maxLength: 40 });
const unzip = (list: readonly (readonly [number, number])[]) => [list.map(([p]) => p), list.map(([, t]) => t)] as const;

for (const [name, loss] of Object.entries(all))
  describe(name, () => {
    it("depends on the difference alone, and its two gradients are opposite", () =>
      fc.assert(
        fc.property(pairs, eighths, (list, by) => {
          const [p, t] = unzip(list);
          const { value, grads } = loss.valueAndGrad(p, t);
          const shift = (x: number) => x + by;
          expect(loss(p.map(shift), t.map(shift))).toBe(value);
          expect(Array.from(grads.targets.data, (g) => 0 - g)).toEqual(
            Array.from(grads.predictions.data, (g) => g + 0),
          );
        }),
        settings,
      ));

    it("is convex: no chord lies below it", () =>
      fc.assert(
        fc.property(eighths, eighths, (a, b) => {
          const at = (r: number) => loss([r], [0]);
          expect(at((a + b) / 2)).toBeLessThanOrEqual(((at(a) + at(b)) / 2) * (1 + 1e-15));
        }),
        settings,
      ));
  });

for (const [name, loss] of Object.entries(symmetric))
  it(`${name} is the same with its arguments swapped`, () =>
    fc.assert(
      fc.property(pairs, (list) => {
        const [p, t] = unzip(list);
        expect(loss(t, p)).toBe(loss(p, t));
      }),
      settings,
    ));

it("the float32 mean of 2^24 elements is within 1e-6 of float64's", () => {
  const n = 2 ** 24;
  using p = resident([n]);
  using t = resident([n]);
  p.data.fill(0.1);
  expect(Math.abs(l1Loss(p, t) / Math.fround(0.1) - 1)).toBeLessThan(1e-9);
  const random = seeded(24);
  const [x, y] = [p.data, t.data];
  for (let i = 0; i < n; i++) {
    x[i] = random.uniform();
    y[i] = random.uniform() - 0.5;
  }
  const wanted = { l1: 0, l2: 0 };
  for (let i = 0; i < n; i++) {
    const r = (x[i] as number) - (y[i] as number);
    wanted.l1 += Math.abs(r);
    wanted.l2 += r * r;
  }
  expect(Math.abs((l1Loss(p, t) * n) / wanted.l1 - 1)).toBeLessThan(1e-6);
  expect(Math.abs((l2Loss(p, t) * n) / wanted.l2 - 1)).toBeLessThan(1e-6);
});
