import { expect, it } from "vitest";
import { type Box, diouOf } from "../../../../test/harness/boxes.ts";
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
import { diouLoss } from "./diouLoss.ts";
import { iouLoss } from "./iouLoss.ts";

describeLoss<BoxOptions>(diouLoss, {
  reference: paired((a, b) => 1 - diouOf(a, b)),
  options: [{}, ...each],
  ...settings,
});

describeBoxLaws(diouLoss);

it("diouLoss does not care which box is the prediction", () => {
  near(values(diouLoss, first, second), values(diouLoss, second, first), 13);
});

it("diouLoss lies in [0, 2] and is iouLoss for nested boxes of one centre", () => {
  for (const value of values(diouLoss, first, second)) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(2);
  }
  const inner = first.map(
    ({ x, y }): Box => ({
      x: { low: x.low + 0.1, high: x.high - 0.1 },
      y: { low: y.low + 0.2, high: y.high - 0.2 },
    }),
  );
  near(values(diouLoss, inner, first), values(iouLoss, inner, first), 14);
  // Far apart the hull is empty and the centres are as far as its corners.
  const far = first.map((box) => move(box, 1e9, 1));
  near(values(diouLoss, first, far), new Array(40).fill(2), 7);
});

it("known value: a quarter", () => {
  const unit = [[0, 0, 2, 2]];
  expect(diouLoss([[1, 1, 3, 3]], unit)).toBeCloseTo(1 - 1 / 7 + 2 / 18, 15);
});

it("two disjoint boxes are driven together by diouLoss", () => {
  const box = [0, 0, 1, 1];
  const start = diouLoss([box], [[5, 4, 7, 6]]);
  for (let i = 0; i < 3000; i++) {
    const { grads } = diouLoss.valueAndGrad([box], [[5, 4, 7, 6]]);
    for (const [k, g] of grads.predictions.data.entries()) box[k] = (box[k] as number) - 0.2 * g;
  }
  expect(diouLoss([box], [[5, 4, 7, 6]])).toBeLessThan(0.1 * start);
});
