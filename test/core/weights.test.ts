/** Sample weights where calls are large, so that rows are worked on in blocks, and where weights are at the ends of a type. */
import { describe, expect, it } from "vitest";
import { crossEntropy, l1Loss, l2Loss, resident, ssimLoss, tripletLoss } from "../../src/index.ts";
import type { Dtype, FloatArray, Tensor } from "../../src/tensor/tensor.ts";
import type { AnyLoss } from "../harness/calls.ts";
import { expectClose } from "../harness/expectClose.ts";
import { seeded } from "../harness/random.ts";
import { dtypes } from "../harness/values.ts";

/** Numbers of a type, each from its place. */
const floats = (dtype: Dtype, count: number, at: (i: number) => number): FloatArray => {
  const numbers = Array.from({ length: count }, (_, i) => at(i));
  return dtype === "float32" ? Float32Array.from(numbers) : Float64Array.from(numbers);
};

describe.each(dtypes)("large calls in %s", (dtype) => {
  const random = seeded(3);
  const draw = (...shape: number[]) => {
    const size = shape.reduce((product, length) => product * length);
    return { data: floats(dtype, size, () => random.normal()), shape };
  };
  const close = dtype === "float64" ? 1e-13 : 1e-6;
  const cases: [string, AnyLoss, number, unknown[], object][] = [
    ["tripletLoss", tripletLoss, 1500, [draw(1500, 64), draw(1500, 64), draw(1500, 64)], {}],
    ["crossEntropy", crossEntropy, 701, [draw(701, 500), Int32Array.from({ length: 701 }, (_, i) => i % 500)], {}],
    ["ssimLoss", ssimLoss, 5, [draw(5, 2, 90, 91), draw(5, 2, 90, 91)], { dataRange: 4 }],
  ];

  it.each(cases)("%s, block by block, is weighed as in one piece", (_, loss, rows, inputs, options) => {
    const [first, ...rest] = inputs as [ReturnType<typeof draw>, ...unknown[]];
    const weights = floats(dtype, rows, (i) => (i % 4 === 2 ? 0 : (1 + (i % 7)) / 4));
    const none = { ...options, reduction: "none" } as const;
    const own = { ...options, sampleWeight: weights };
    const plain = loss.valueAndGrad(...inputs, { ...none, upstream: weights }) as { value: Tensor; grads: Grads };
    const values = [...plain.value.data].map((value, i) => value * (weights[i] as number));
    const sum = values.reduce((all, value) => all + value, 0);
    const total = [...weights].reduce((all, weight) => all + weight, 0);
    // What weighs nothing is spoiled.
    const each = first.data.length / rows;
    const spoiled = {
      ...first,
      data: first.data.map((x, i) => (weights[Math.floor(i / each)] === 0 ? Number.NaN : x)),
    };
    for (const data of [first, spoiled]) {
      const summed = loss.valueAndGrad(data, ...rest, { ...own, reduction: "sum" }) as { value: number; grads: Grads };
      expect(Math.abs(summed.value - sum)).toBeLessThan(close * 10 * Math.abs(sum));
      for (const [name, { data: wanted }] of Object.entries(plain.grads))
        expectClose((summed.grads[name] as Tensor).data, wanted, close, 1e-2, name);
      const mean = loss(data, ...rest, own) as number;
      expect(Math.abs(mean - sum / total)).toBeLessThan((close * 10 * Math.abs(sum)) / total);
      expectClose((loss(data, ...rest, { ...own, reduction: "none" }) as Tensor).data, values, close);
    }
  });
});

type Grads = Readonly<Record<string, Tensor>>;

it("takes weights whose sum leaves float32, tiny ones, and an axis of them", () => {
  const [p, t] = [Float32Array.of(1, 2, 3, 4, 5, 6), new Float32Array(6)];
  const quarter = new Float32Array(32).fill(0.25);
  expect(l1Loss(quarter, new Float32Array(32), { sampleWeight: new Float64Array(32).fill(1e38) })).toBeCloseTo(0.25, 6);
  expect(l1Loss(p, t, { sampleWeight: new Float64Array(6).fill(1e-30) })).toBeCloseTo(3.5, 5);
  const [x, y] = [
    { data: p, shape: [3, 2] },
    { data: t, shape: [3, 2] },
  ];
  // (1 · (1 + 2) + 3 · (5 + 6)) / (2 · 1 + 2 · 3)
  expect(l1Loss(x, y, { sampleWeight: [1, 0, 3] })).toBe(36 / 8);
  expect([...l2Loss(x, y, { sampleWeight: [1, 0, 3], reduction: "none" }).data]).toEqual([1, 4, 0, 0, 75, 108]);
});

it("leaves resident weights, and a call that fails leaves the caller's buffers", () => {
  using held = resident([3]);
  held.data.set([1, -2, 3]);
  const out = new Float32Array(3).fill(7);
  const call = () =>
    l1Loss.valueAndGrad(Float32Array.of(1, 2, 3), new Float32Array(3), {
      sampleWeight: held,
      out: { predictions: out },
    });
  expect(call).toThrow("l1Loss: sampleWeight[1] is -2, outside [0, ∞)");
  expect([...out]).toEqual([7, 7, 7]);
  held.data.set([1, 0, 3]);
  call();
  expect([...out]).toEqual([1 / 4, 0, 3 / 4]);
  expect([...held.data]).toEqual([1, 0, 3]);
});

it("takes only the ratios of weights in a mean, however far they are from 1", () => {
  // (1 + 3 · 4) / 4, and 2 w x / Σ w
  const expected = [13 / 4, 1 / 2, 3];
  const of = ({ value, grads }: { value: number; grads: { predictions: { data: Float32Array | Float64Array } } }) =>
    [value, ...grads.predictions.data].map((x) => Number(x.toPrecision(6)));
  for (const weight of [1e-310, 1e307])
    expect(of(l2Loss.valueAndGrad([1, 2], [0, 0], { sampleWeight: [weight, 3 * weight] }))).toEqual(expected);
  for (const weight of [1e-46, 1e-39, 1e38, 1e300])
    expect(
      of(l2Loss.valueAndGrad(Float32Array.of(1, 2), new Float32Array(2), { sampleWeight: [weight, 3 * weight] })),
    ).toEqual(expected);
});
