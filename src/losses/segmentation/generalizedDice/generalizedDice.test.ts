import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { maskPairs, someEmpty } from "../../../../test/harness/masks.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { diceLoss } from "../dice/dice.ts";
import { type GeneralizedDiceOptions, generalizedDiceLoss } from "./generalizedDice.ts";

const sum = (numbers: readonly number[]) => numbers.reduce((total, x) => total + x, 0);

describeLoss<GeneralizedDiceOptions>(generalizedDiceLoss, {
  reference: (inputs, { smooth = 1e-5 }) => {
    const [N, C] = (inputs[0] as Sample).shape as [number, number];
    const pairs = maskPairs(inputs);
    return Array.from({ length: N }, (_, n) => {
      const own = pairs.slice(n * C, (n + 1) * C);
      const finite = own.map(({ t }) => sum(t) ** -2).filter(Number.isFinite);
      let [apart, sizes] = [0, smooth];
      for (const { p, t } of own) {
        const weight = sum(t) > 0 ? sum(t) ** -2 : Math.max(0, ...finite);
        apart += weight * sum(p.map((x, i) => x * (1 - (t[i] as number)) + (1 - x) * (t[i] as number)));
        sizes += weight * (sum(p) + sum([...t]));
      }
      return sizes === 0 ? 0 : apart / sizes;
    });
  },
  options: [{}, { smooth: 0 }, { smooth: 0.5 }],
  accuracy: { float32: 1e-6, float64: 8e-15 },
  gradientAccuracy: { float32: 4e-5, float64: 8e-14 },
  draw: { targets: someEmpty },
});

it("generalizedDiceLoss: of one class without smooth it is diceLoss", () => {
  const [p, t] = [
    [[[0.2, 0.9, 0.4]], [[0.6, 0.1, 0.5]]],
    [[[0, 1, 1]], [[1, 1, 0]]],
  ];
  expect(generalizedDiceLoss(p, t, { smooth: 0 })).toBeCloseTo(diceLoss(p, t, { smooth: 0 }), 15);
});

it("generalizedDiceLoss: known value of a small and a large class", () => {
  // w = 1 and 1/9; apart = 1·0.5 + 0.5/9; sizes = 1.5 + 5.5/9
  const p = [
    [
      [0.5, 0, 0, 0],
      [0, 0.5, 1, 1],
    ],
  ];
  const t = [
    [
      [1, 0, 0, 0],
      [0, 1, 1, 1],
    ],
  ];
  expect(generalizedDiceLoss(p, t, { smooth: 0 })).toBeCloseTo((0.5 + 0.5 / 9) / (1.5 + 5.5 / 9), 15);
});

it("generalizedDiceLoss: a sample without any target gives 0 with gradient 0", () => {
  for (const smooth of [0, 1e-5]) {
    const { value, grads } = generalizedDiceLoss.valueAndGrad([[[0.5, 1]]], [[[0, 0]]], { smooth });
    expect([value, ...grads.probabilities.data]).toEqual([0, 0, 0]);
  }
});

it("generalizedDiceLoss: vanishing soft targets neither overflow nor give NaN", () => {
  for (const tiny of [1e-30, 1e-160, 5e-324]) {
    const { value, grads } = generalizedDiceLoss.valueAndGrad(
      [
        [
          [1, 1],
          [0, 1],
        ],
      ],
      [
        [
          [tiny, 0],
          [0, 1],
        ],
      ],
    );
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(1);
    for (const g of grads.probabilities.data) expect(g).not.toBeNaN();
  }
});
