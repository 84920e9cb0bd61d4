import { expect, it } from "vitest";
import { inTen, withMargin } from "../../../../test/harness/contrast.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { type CosFaceOptions, cosFaceLoss } from "./cosFaceLoss.ts";

describeLoss<CosFaceOptions>(cosFaceLoss, {
  reference: (inputs, { margin, scale }) => withMargin(inputs, scale, (c) => c - margin),
  options: [{ scale: 4 }, { scale: 2, margin: 0 }],
  ...inTen(4),
});

it("cosFaceLoss: the margin is the same as a target's logit lowered by scale times it, and labels are checked", () => {
  const [x, w] = [
    [[1, 0]],
    [
      [1, 0],
      [0, 1],
    ],
  ];
  expect(cosFaceLoss(x, [0], w, { margin: 0.25, scale: 4 })).toBeCloseTo(Math.log1p(Math.exp(-3)), 14);
  expect(() => cosFaceLoss(x, [-1], w)).toThrow("cosFaceLoss: labels[0] is -1, outside 0…1");
});
