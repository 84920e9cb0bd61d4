import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { maskPairs, someEmpty } from "../../../../test/harness/masks.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { diceLoss } from "../dice/diceLoss.ts";
import { type GeneralizedDiceOptions, generalizedDiceLoss } from "./generalizedDiceLoss.ts";

const sum = (numbers: readonly number[]) => numbers.reduce((total, x) => total + x, 0);

describeLoss<GeneralizedDiceOptions>(generalizedDiceLoss, {
  reference: (inputs, { smooth }) => {
    const [N, C] = (inputs[0] as Sample).shape as [number, number];
    const pairs = maskPairs(inputs);
    return Array.from({ length: N }, (_, n) => {
      const own = pairs.slice(n * C, (n + 1) * C);
      const least = Math.min(...own.map(({ t }) => sum(t)).filter((volume) => volume > 0));
      let [apart, sizes] = [0, smooth];
      for (const { p, t } of own) {
        const weight = sum(t) > 0 ? (least / sum(t)) ** 2 : 1;
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

it("generalizedDiceLoss: in a sample without any target false alarms cost, and nothing else does", () => {
  // Two classes of weight 1: P / (P + s) with the slope s / (P + s)².
  const t = [
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
  ];
  const { value, grads } = generalizedDiceLoss.valueAndGrad(
    [
      [
        [1, 0, 0.5],
        [0.5, 1, 1],
      ],
    ],
    t,
  );
  expect(value).toBeCloseTo(4 / (4 + 1e-5), 14);
  for (const g of grads.probabilities.data) expect(g / (1e-5 / (4 + 1e-5) ** 2)).toBeCloseTo(1, 10);
  for (const smooth of [0, 1e-5]) {
    expect(
      generalizedDiceLoss(
        [
          [
            [0, 0, 0],
            [0, 0, 0],
          ],
        ],
        t,
        { smooth },
      ),
    ).toBe(0);
    expect(
      generalizedDiceLoss(
        [
          [
            [0, 1, 0],
            [0, 0, 0],
          ],
        ],
        t,
        { smooth },
      ),
    ).toBeCloseTo(1, 4);
  }
});

it("generalizedDiceLoss: smooth weighs the same on images of every size", () => {
  for (const side of [8, 64, 512]) {
    const n = side * side;
    const half = (first: number) => Float32Array.from({ length: 2 * n }, (_, i) => Number(i < n === (i % 2 === first)));
    const masks = (data: Float32Array) => ({ data, shape: [1, 2, n] });
    expect(generalizedDiceLoss(masks(half(0)), masks(half(1)))).toBeCloseTo(1, 5);
    // A quarter of the positions of either class is wrong.
    const some = half(1).map((t, i) => (Math.floor(i / 2) % 4 === 0 ? 1 - t : t));
    expect(generalizedDiceLoss(masks(some), masks(half(1)))).toBeCloseTo(0.25, 5);
  }
});

it("generalizedDiceLoss: where masks hardly meet the gradient beside the target keeps its digits", () => {
  const target = Array.from({ length: 64 }, (_, i) => Number(i < 8));
  for (const h of [1e-4, 1e-8])
    for (const [type, accuracy] of [
      [Float32Array, 1e-6],
      [Float64Array, 1e-14],
    ] as const) {
      const p = { data: type.from(target.map((t) => (t ? h : 0.5))), shape: [1, 1, 64] };
      const { grads } = generalizedDiceLoss.valueAndGrad(
        p,
        { data: type.from(target), shape: [1, 1, 64] },
        { smooth: 0 },
      );
      const hit = p.data[0] as number;
      const wanted = (16 * hit) / (8 * hit + 36) ** 2;
      expect(Math.abs((grads.probabilities.data[63] as number) / wanted - 1)).toBeLessThanOrEqual(accuracy);
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
