import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type DistillationOptions, distillationLoss } from "./distillationLoss.ts";
import { jensenShannonDivergence } from "./jensenShannonDivergence.ts";
import { klDivergence } from "./klDivergence.ts";
import { klDivergenceFromLogits } from "./klDivergenceFromLogits.ts";

const rowsOf = ({ data, shape: [n = 0, c = 0] }: Sample) =>
  Array.from({ length: n }, (_, i) => data.slice(i * c, (i + 1) * c));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const kl = (p: readonly number[], q: readonly number[]) =>
  sum(p.map((a, c) => (a === 0 ? 0 : a * Math.log(a / (q[c] as number)))));
const logSoftmax = (x: readonly number[], tau = 1) => {
  const most = Math.max(...x);
  const z = Math.log(sum(x.map((a) => Math.exp((a - most) / tau))));
  return x.map((a) => (a - most) / tau - z);
};
const pairs = (first: unknown, second: unknown, use: (p: number[], q: number[]) => number) => {
  const other = rowsOf(second as Sample);
  return rowsOf(first as Sample).map((row, i) => use(row, other[i] as number[]));
};

// Terms of either sign cancel in a row, so the error is measured against the largest row's value.
describeLoss(klDivergence, {
  reference: ([p, q]) => pairs(p, q, kl),
  options: [{}],
  accuracy: { float32: 2e-6, float64: 4e-15, floor: 0.5 },
});

describeLoss(jensenShannonDivergence, {
  reference: ([p, q]) =>
    pairs(p, q, (a, b) => {
      const m = a.map((x, c) => (x + (b[c] as number)) / 2);
      return kl(a, m) / 2 + kl(b, m) / 2;
    }),
  options: [{}],
  accuracy: { float32: 2e-6, float64: 4e-15, floor: 0.5 },
});

describeLoss(klDivergenceFromLogits, {
  reference: ([x, t]) =>
    pairs(x, t, (logits, targets) => {
      const log = logSoftmax(logits);
      return sum(targets.map((a, c) => (a === 0 ? 0 : a * (Math.log(a) - (log[c] as number)))));
    }),
  options: [{}],
  accuracy: { float32: 2e-6, float64: 4e-15, floor: 0.5 },
});

describeLoss<DistillationOptions>(distillationLoss, {
  reference: ([x, y], { temperature = 1 }) =>
    pairs(x, y, (student, teacher) => {
      const log = logSoftmax(student, temperature);
      const wanted = logSoftmax(teacher, temperature);
      return temperature ** 2 * sum(wanted.map((a, c) => Math.exp(a) * (a - (log[c] as number))));
    }),
  options: [{}, { temperature: 4 }, { temperature: 0.5 }],
  accuracy: { float32: 4e-6, float64: 8e-15, floor: 0.5 },
});

it("klDivergence: every case of zero", () => {
  const p = [
    [0, 1],
    [0, 1],
    [1, 0],
    [0.5, 0.5],
  ];
  const q = [
    [0, 1],
    [1, 0],
    [0.5, 0.5],
    [1, 0],
  ];
  const { value, grads } = klDivergence.valueAndGrad(p, q, { reduction: "none" });
  expect([...value.data]).toEqual([0, Number.POSITIVE_INFINITY, Math.LN2, Number.POSITIVE_INFINITY]);
  expect([...grads.p.data.slice(0, 4)]).toEqual([0, 1, 0, Number.POSITIVE_INFINITY]);
  expect([...grads.q.data].map((g) => g + 0)).toEqual([0, -1, 0, Number.NEGATIVE_INFINITY, -2, 0, -0.5, -Infinity]);
  expect(klDivergence([[0, 1]], [[Number.NaN, 1]])).toBeNaN();
});

it("klDivergence: quotients beyond the range of f32 keep their logarithm", () => {
  const value = klDivergence(
    { data: Float32Array.of(1), shape: [1, 1] },
    { data: Float32Array.of(1e-42), shape: [1, 1] },
  );
  expect(value).toBeCloseTo(-Math.log(Math.fround(1e-42)), 4);
});

it("jensenShannonDivergence: symmetric, log 2 for disjoint distributions, 0 for equal ones", () => {
  const [p, q] = [[[0.1, 0.2, 0.7]], [[0.6, 0.4, 0]]];
  expect(jensenShannonDivergence(p, q)).toBeCloseTo(jensenShannonDivergence(q, p), 15);
  expect(jensenShannonDivergence([[1, 0]], [[0, 1]])).toBeCloseTo(Math.LN2, 15);
  expect(jensenShannonDivergence(p, p)).toBe(0);
});

it("klDivergenceFromLogits: 0 at the logarithms of the targets; −∞ where the target is 0; a shift changes nothing", () => {
  const t = [[0.2, 0.3, 0.5]];
  const x = [Math.log(0.2), Math.log(0.3), Math.log(0.5)];
  expect(klDivergenceFromLogits([x], t)).toBeCloseTo(0, 15);
  expect(klDivergenceFromLogits([x.map((a) => a + 1000)], t)).toBeCloseTo(0, 12);
  expect(klDivergenceFromLogits([[0, 0, -Infinity]], [[0.5, 0.5, 0]])).toBeCloseTo(0, 15);
  const miss = klDivergenceFromLogits.valueAndGrad([[0, -Infinity]], [[0.5, 0.5]]);
  expect(miss.value).toBe(Number.POSITIVE_INFINITY);
  expect([...miss.grads.logits.data]).toEqual([0.5, -0.5]);
});

it("distillationLoss: 0 for a perfect student; towards half the squared distance of centred logits when hot", () => {
  const teacher = [[1, 2, 6]];
  expect(distillationLoss(teacher, teacher, { temperature: 3 })).toBe(0);
  const student = [[2, 0, 1]];
  const difference = [1, -2, -5];
  const centred = difference.map((d) => d + 2);
  const limit = sum(centred.map((d) => d * d)) / 3 / 2;
  expect(distillationLoss(student, teacher, { temperature: 1e4 })).toBeCloseTo(limit, 2);
});
