import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { drawDistribution, eachRow, logSoftmax, plainSum } from "../../../../test/harness/distributions.ts";
import { absentAtInfinity } from "../../../../test/harness/infinity.ts";
import { seeded } from "../../../../test/harness/random.ts";
import { softCrossEntropy } from "../../classification/crossEntropy/softCrossEntropy.ts";
import { klDivergenceFromLogits } from "./klDivergenceFromLogits.ts";

describeLoss(klDivergenceFromLogits, {
  atInfinity: absentAtInfinity(({ sample, row, column }) => {
    const { data, shape } = sample("targets");
    return data[row * (shape[1] as number) + column] as number;
  }),
  reference: (samples) =>
    eachRow(samples, (logits, targets) => {
      const log = logSoftmax(logits);
      return plainSum(targets.map((a, c) => (a === 0 ? 0 : a * (Math.log(a) - (log[c] as number)))));
    }),
  options: [{}],
  accuracy: { float32: 2e-6, float64: 4e-15, floor: 0.5 },
});

it("klDivergenceFromLogits: 0 at the logarithms of the targets; a shift changes nothing", () => {
  const t = [[0.2, 0.3, 0.5]];
  const x = [Math.log(0.2), Math.log(0.3), Math.log(0.5)];
  expect(klDivergenceFromLogits([x], t)).toBeCloseTo(0, 15);
  expect(klDivergenceFromLogits([x.map((a) => a + 1000)], t)).toBeCloseTo(0, 12);
});

it("klDivergenceFromLogits: every case of zero", () => {
  expect(klDivergenceFromLogits([[0, 0, -Infinity]], [[0.5, 0.5, 0]])).toBeCloseTo(0, 15);
  expect(klDivergenceFromLogits([[3, 1, 3]], [[0, 1, 0]])).toBeCloseTo(Math.log(1 + 2 * Math.E ** 2), 14);
  const miss = klDivergenceFromLogits.valueAndGrad([[0, -Infinity]], [[0.5, 0.5]]);
  expect(miss.value).toBe(Number.POSITIVE_INFINITY);
  expect([...miss.grads.logits.data]).toEqual([0.5, -0.5]);
  const nothing = klDivergenceFromLogits.valueAndGrad([[1, 2]], [[0, 0]]);
  expect(nothing.value).toBe(0);
  expect([...nothing.grads.logits.data].map((g) => g + 0)).toEqual([0, 0]);
});

it("klDivergenceFromLogits: subnormal targets weigh nothing and break nothing, in both types", () => {
  for (const [array, least] of [
    [Float32Array, 1e-42],
    [Float64Array, 1e-312],
  ] as const) {
    const logits = { data: array.of(0.5, 0, -1, 2, 1), shape: [1, 5] };
    const with0 = { data: array.of(0.25, 0, 0, 0.5, 0.25), shape: [1, 5] };
    const withLeast = { data: array.of(0.25, least, least, 0.5, 0.25), shape: [1, 5] };
    expect(klDivergenceFromLogits(logits, withLeast)).toBe(klDivergenceFromLogits(logits, with0));
  }
});

it("klDivergenceFromLogits: the cross entropy less the entropy of the targets", () => {
  const random = seeded(13);
  const [t, x] = [drawDistribution(random, 50), Array.from({ length: 50 }, () => 3 * random.normal())];
  const entropy = -plainSum(t.map((a) => a * Math.log(a)));
  expect(klDivergenceFromLogits([x], [t])).toBeCloseTo(softCrossEntropy([x], [t]) - entropy, 13);
});
