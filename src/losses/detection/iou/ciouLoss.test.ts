import { expect, it } from "vitest";
import { alphaOf, diouOf, shapeTerm } from "../../../../test/harness/boxes.ts";
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
import { ciouLoss } from "./ciouLoss.ts";
import { diouLoss } from "./diouLoss.ts";

describeLoss<BoxOptions>(ciouLoss, {
  reference: paired((a, b) => 1 - diouOf(a, b) + alphaOf(a, b) * shapeTerm(a, b)),
  frozen: (inputs, options, held) => {
    const alphas = paired((a, b) => alphaOf(a, b))(held, options);
    return paired((a, b, _, i) => 1 - diouOf(a, b) + (alphas[i] as number) * shapeTerm(a, b))(inputs, options);
  },
  options: [{}, ...each],
  ...settings,
});

describeBoxLaws(ciouLoss);

it("ciouLoss is diouLoss where the shapes agree, and more where they do not", () => {
  const grown = first.map((box) => move(box, 1, 2));
  near(values(ciouLoss, first, grown), values(diouLoss, first, grown), 13);
  const [c, d] = [values(ciouLoss, first, second), values(diouLoss, first, second)];
  for (const [i, value] of c.entries()) expect(value).toBeGreaterThan(d[i] as number);
});

it("a perfect box costs 0", () => {
  expect(ciouLoss([[0, 0, 2, 1]], [[0, 0, 2, 1]])).toBe(0);
});

it("two disjoint boxes are driven together by ciouLoss", () => {
  const box = [0, 0, 1, 1];
  const start = ciouLoss([box], [[5, 4, 7, 6]]);
  for (let i = 0; i < 3000; i++) {
    const { grads } = ciouLoss.valueAndGrad([box], [[5, 4, 7, 6]]);
    for (const [k, g] of grads.predictions.data.entries()) box[k] = (box[k] as number) - 0.2 * g;
  }
  expect(ciouLoss([box], [[5, 4, 7, 6]])).toBeLessThan(0.1 * start);
});
