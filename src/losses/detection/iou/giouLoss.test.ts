import { expect, it } from "vitest";
import { type Box, giouOf } from "../../../../test/harness/boxes.ts";
import {
  describeBoxLaws,
  each,
  first,
  move,
  near,
  paired,
  second,
  settings,
  values,
} from "../../../../test/harness/boxLosses.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { BoxOptions } from "../boxes.ts";
import { giouLoss } from "./giouLoss.ts";
import { iouLoss } from "./iouLoss.ts";

describeLoss<BoxOptions>(giouLoss, {
  reference: paired((a, b) => 1 - giouOf(a, b)),
  options: [{}, ...each],
  ...settings,
});

describeBoxLaws(giouLoss);

it("giouLoss does not care which box is the prediction", () => {
  near(values(giouLoss, first, second), values(giouLoss, second, first), 13);
});

it("giouLoss lies in [0, 2] and is iouLoss for nested boxes of one centre", () => {
  for (const value of values(giouLoss, first, second)) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(2);
  }
  const inner = first.map(
    ({ x, y }): Box => ({
      x: { low: x.low + 0.1, high: x.high - 0.1 },
      y: { low: y.low + 0.2, high: y.high - 0.2 },
    }),
  );
  near(values(giouLoss, inner, first), values(iouLoss, inner, first), 14);
  // Far apart the hull is empty and the centres are as far as its corners.
  const far = first.map((box) => move(box, 1e9, 1));
  near(values(giouLoss, first, far), new Array(40).fill(2), 7);
});

it("known values: a quarter, a gap", () => {
  const unit = [[0, 0, 2, 2]];
  expect(giouLoss([[1, 1, 3, 3]], unit)).toBeCloseTo(1 - 1 / 7 + 2 / 9, 15);
  expect(giouLoss([[4, 0, 6, 2]], unit)).toBeCloseTo(1 + 1 / 3, 15);
});

it("two disjoint boxes are driven together by giouLoss", () => {
  const box = [0, 0, 1, 1];
  const start = giouLoss([box], [[5, 4, 7, 6]]);
  for (let i = 0; i < 3000; i++) {
    const { grads } = giouLoss.valueAndGrad([box], [[5, 4, 7, 6]]);
    for (const [k, g] of grads.predictions.data.entries()) box[k] = (box[k] as number) - 0.2 * g;
  }
  expect(giouLoss([box], [[5, 4, 7, 6]])).toBeLessThan(0.1 * start);
});
