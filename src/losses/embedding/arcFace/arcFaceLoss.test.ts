import { expect, it } from "vitest";
import { inTen, withMargin } from "../../../../test/harness/contrast.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { cosFaceLoss } from "../cosFace/cosFaceLoss.ts";
import { type ArcFaceOptions, arcFaceLoss } from "./arcFaceLoss.ts";

describeLoss<ArcFaceOptions>(arcFaceLoss, {
  reference: (inputs, { margin, scale }) =>
    withMargin(inputs, scale, (c) =>
      c > Math.cos(Math.PI - margin)
        ? c * Math.cos(margin) - Math.sqrt(Math.max(1e-12, 1 - c * c)) * Math.sin(margin)
        : c - margin * Math.sin(margin),
    ),
  options: [{ scale: 4 }, { scale: 2, margin: 0.2 }],
  ...inTen(4),
  accuracy: { float32: 4e-4, float64: 2e-14, floor: 1, least: 4 },
  gradientAccuracy: { float32: 4e-3, float64: 1e-10, least: 1 },
});

it("arcFaceLoss and cosFaceLoss: with margin 0 they are one, and labels are checked", () => {
  const [x, y, w] = [
    [
      [1, 2],
      [3, -1],
    ],
    [0, 1],
    [
      [1, 1],
      [0, 2],
      [-1, 0.5],
    ],
  ];
  expect(arcFaceLoss(x, y, w, { margin: 0 })).toBeCloseTo(cosFaceLoss(x, y, w, { margin: 0 }), 12);
  expect(() => arcFaceLoss(x, [0, 3], w)).toThrow("arcFaceLoss: labels[1] is 3, outside 0…2");
});
