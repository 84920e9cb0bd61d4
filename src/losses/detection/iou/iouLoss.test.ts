import { expect, it } from "vitest";
import { iouOf, shared, union } from "../../../../test/harness/boxes.ts";
import {
  describeBoxLaws,
  each,
  first,
  near,
  paired,
  second,
  settings,
  values,
} from "../../../../test/harness/boxLosses.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { type IouLossOptions, iouLoss } from "./iouLoss.ts";

describeLoss<IouLossOptions>(iouLoss, {
  reference: paired((a, b, { form = "linear" }) =>
    form === "log" ? Math.log((union(a, b) + 1e-7) / (shared(a, b) + 1e-7)) : 1 - iouOf(a, b),
  ),
  options: [{}, ...each.flatMap((options) => [options, { ...options, form: "log" } as const])],
  ...settings,
});

describeBoxLaws(iouLoss, [{ form: "linear" }, { form: "log" }]);

it("iouLoss does not care which box is the prediction", () => {
  near(values(iouLoss, first, second), values(iouLoss, second, first), 13);
});

it("known values: a quarter, a touch, the handbook's negative overlap, no area", () => {
  const unit = [[0, 0, 2, 2]];
  expect(iouLoss([[1, 1, 3, 3]], unit)).toBeCloseTo(1 - 1 / 7, 15);
  expect(iouLoss([[2, 0, 4, 2]], unit)).toBe(1);
  expect(iouLoss([[1, 1, -3, -3]], [[-3, -3, 1, 1]], { format: "ltrb" })).toBe(1);
  expect(iouLoss([[1, 1, 1, 1]], [[1, 1, 1, 1]])).toBe(1);
});

it("iouLoss: the log form far below and above its ε", () => {
  const form = "log";
  expect(iouLoss([[0, 0, 2, 2]], [[0, 0, 1, 1]], { form })).toBeCloseTo(Math.log(4), 6);
  expect(iouLoss([[0, 0, 1, 1]], [[5, 5, 6, 6]], { form })).toBeCloseTo(Math.log(2e7 + 1), 12);
  expect(iouLoss([[0, 0, 0, 0]], [[0, 0, 0, 0]], { form })).toBe(0);
  expect(iouLoss([[0, 0, 1e-200, 1e-200]], [[0, 0, 2e-200, 1e-200]], { form })).toBeCloseTo(0, 12);
  expect(iouLoss([[0, 0, 1e200, 1e200]], [[0, 0, 2e200, 1e200]], { form })).toBeCloseTo(Math.log(2), 12);
});
