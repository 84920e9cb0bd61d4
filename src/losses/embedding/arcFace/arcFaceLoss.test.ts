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

it.each([
  [Float32Array, 1e-6, 1e-5],
  [Float64Array, 4e-15, 1e-9],
] as const)(
  "arcFaceLoss: next to the own class's direction the sine keeps its digits: %o",
  (Floats, accuracy, slope) => {
    const [scale, margin] = [64, 0.5];
    for (const step of [1e-1, 1e-3, 2e-5]) {
      const x = Floats.of(1, step);
      const tan = x[1] as number;
      const [theta, length] = [Math.atan(tan), Math.hypot(1, tan)];
      const lead = scale * (Math.sin(theta) - Math.cos(theta + margin));
      const { value, grads } = arcFaceLoss.valueAndGrad(
        { data: x, shape: [1, 2] },
        [0],
        { data: Floats.of(1, 0, 0, 1), shape: [2, 2] },
        { scale, margin, wrt: ["embeddings"] },
      );
      expect(Math.abs(value - Math.log1p(Math.exp(lead)))).toBeLessThan(accuracy * scale);
      const turn = (scale * (Math.cos(theta) + Math.sin(theta + margin))) / (1 + Math.exp(-lead)) / length;
      const size = Math.hypot(...grads.embeddings.data);
      expect(Math.abs(size / Math.abs(turn) - 1)).toBeLessThan(slope);
    }
  },
);
