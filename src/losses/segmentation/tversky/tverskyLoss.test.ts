import { describe, expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { eachGroup, groupsWeight, someEmpty } from "../../../../test/harness/masks.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { diceLoss } from "../dice/diceLoss.ts";
import { generalizedDiceLoss } from "../generalizedDice/generalizedDiceLoss.ts";
import { jaccardLoss } from "./jaccardLoss.ts";
import { type TverskyOptions, tverskyLoss } from "./tverskyLoss.ts";

const reference = (inputs: readonly Sample[], options: Required<TverskyOptions>) => {
  const { alpha, beta, smooth, gamma } = options;
  return eachGroup(inputs, options, (p, t) => {
    let [hit, alarm, miss] = [smooth, 0, 0];
    for (const [i, x] of p.entries()) {
      const y = t[i] as number;
      hit += x * y;
      alarm += x * (1 - y);
      miss += (1 - x) * y;
    }
    const wrong = alpha * alarm + beta * miss;
    return (wrong / (hit + wrong)) ** (1 / gamma);
  });
};

const accuracies = {
  accuracy: { float32: 4e-7, float64: 4e-15 },
  gradientAccuracy: { float32: 2e-5, float64: 4e-14 },
};

describeLoss<TverskyOptions>(tverskyLoss, {
  reference,
  divisor: groupsWeight,
  options: [
    {},
    { alpha: 0.3, beta: 0.7 },
    { alpha: 1, beta: 0, smooth: 0.5 },
    { gamma: 4 / 3 },
    { gamma: 0.5, perBatch: true, ignoreEmpty: true },
  ],
  ...accuracies,
});

describe("with weights", () => {
  describeLoss<TverskyOptions>(withLengths(tverskyLoss, { C: 4 }), {
    reference,
    divisor: groupsWeight,
    options: [{ weight: [0.5, 2, 1, 0.25], perBatch: true, ignoreEmpty: true }],
    draw: { targets: someEmpty },
    ...accuracies,
  });
});

it("tverskyLoss: known values of one hit, one false alarm and two misses", () => {
  const [p, t] = [[[[1, 1, 0, 0]]], [[[1, 0, 1, 1]]]];
  expect(tverskyLoss(p, t, { smooth: 0 })).toBeCloseTo(1.5 / 2.5, 15);
  expect(tverskyLoss(p, t, { alpha: 1, beta: 0, smooth: 0 })).toBeCloseTo(1 / 2, 15);
  expect(tverskyLoss(p, t, { alpha: 0, beta: 1, smooth: 0 })).toBeCloseTo(2 / 3, 15);
});

it("tverskyLoss: a perfect mask gives 0, and so does an empty one, without NaN when nothing smooths", () => {
  expect(tverskyLoss([[[1, 0, 1]]], [[[1, 0, 1]]])).toBe(0);
  const { value, grads } = tverskyLoss.valueAndGrad([[[0, 0, 0]]], [[[0, 0, 0]]], { smooth: 0 });
  expect([value, ...grads.probabilities.data]).toEqual([0, 0, 0, 0]);
  expect(tverskyLoss([[[0, 0.5, 0]]], [[[0, 0, 0]]], { smooth: 0 })).toBe(1);
});

it("tverskyLoss: the mean of 2^20 copies of 0.1f keeps every digit", () => {
  const shape = [1, 1, 2 ** 20];
  const [p, t] = [0.1, 1].map((x) => ({ data: new Float32Array(2 ** 20).fill(x), shape })) as [
    { data: Float32Array; shape: number[] },
    { data: Float32Array; shape: number[] },
  ];
  const tenth = Math.fround(0.1);
  expect(tverskyLoss(p, t, { alpha: 0, beta: 1, smooth: 0 })).toBeCloseTo(1 - tenth, 6);
});

it("tverskyLoss: gamma raises to 1/γ, as the paper of focal Tversky does; an exact mask has gradient 0", () => {
  const [p, t] = [[[[1, 1, 0, 0]]], [[[1, 0, 1, 1]]]];
  expect(tverskyLoss(p, t, { smooth: 0, gamma: 4 / 3 })).toBeCloseTo(0.6 ** 0.75, 15);
  for (const gamma of [0.5, 4 / 3]) {
    const { value, grads } = tverskyLoss.valueAndGrad([[[1, 0]]], [[[1, 0]]], { gamma });
    expect([value, ...[...grads.probabilities.data].map((g) => g + 0)]).toEqual([0, 0, 0]);
  }
});

describe.each([diceLoss, tverskyLoss, jaccardLoss, generalizedDiceLoss])("%o: positions left out", (loss) => {
  const name = loss.spec.name;
  it.each([Float32Array, Float64Array])(
    `${name}: are as if they were not there, even where they hold NaN (%o)`,
    (type) => {
      const [N, C, positions, counted] = [3, 2, 9, 6];
      const numbers = (n: number, period: number) =>
        type.from(
          Array.from({ length: N * C * n }, (_, i) => (((i % n) * 7 + Math.floor(i / n) * 5) % period) / period),
        );
      const mask = new Uint8Array(N * positions).map((_, i) => Number(i % positions < counted));
      const whole = (period: number) => {
        const data = new type(N * C * positions).fill(Number.NaN);
        const part = numbers(counted, period);
        for (let i = 0; i < part.length; i++)
          data[Math.floor(i / counted) * positions + (i % counted)] = part[i] as number;
        return { data, shape: [N, C, 3, 3] };
      };
      const part = (period: number) => ({ data: numbers(counted, period), shape: [N, C, 2, 3] });
      const options = { mask: { data: mask, shape: [N, 3, 3] } };
      const came = loss.valueAndGrad(whole(11), whole(4), options);
      const wanted = loss.valueAndGrad(part(11), part(4));
      const digits = type === Float32Array ? 6 : 14;
      expect(came.value).toBeCloseTo(wanted.value, digits);
      for (const [i, g] of came.grads.probabilities.data.entries()) {
        const at = Math.floor(i / positions) * counted + (i % positions);
        if (i % positions < counted) expect(g).toBeCloseTo(wanted.grads.probabilities.data[at] as number, digits);
        else expect(g).toBe(0);
      }
    },
  );

  it(`${name}: are told by 0 and 1, and all of them make 0`, () => {
    const [p, t] = [[[[0.5, 0.25]]], [[[1, 0]]]];
    const { value, grads } = loss.valueAndGrad(p, t, { mask: [[0, 0]] });
    expect([value, ...grads.probabilities.data]).toEqual([0, 0, 0]);
    expect(() => loss(p, t, { mask: [[0.5, 1]] })).toThrow(`${name}: mask[0, 0] is 0.5, outside {0, 1}`);
    expect(() => loss(p, t, { mask: [[[1], [1]]] })).toThrow("mask is [1, 2, 1], expected [1, 1, 2]");
    expect(() => loss(p, t, { mask: [1, 1] })).toThrow("mask is [2], expected [1, 2]");
    expect(loss(p, t, { mask: [[[1, 0]]] })).toBe(loss(p, t, { mask: [[1, 0]] }));
  });
});
