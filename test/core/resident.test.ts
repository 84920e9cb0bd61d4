/** Tensors inside kernel memory: their types, their end, their use in calls. */
import { expect, it } from "vitest";
import { resident } from "../../src/contract/resident.ts";
import { memoryUse } from "../../src/kernel/arena.ts";
import { crossEntropy } from "../../src/losses/classification/crossEntropy/crossEntropy.ts";
import { wassersteinDistance } from "../../src/losses/distribution/wasserstein/wassersteinDistance.ts";
import { l1Loss } from "../../src/losses/regression/l1/l1Loss.ts";
import { l2Loss } from "../../src/losses/regression/l2/l2Loss.ts";
import type { OutBuffer } from "../../src/tensor/gradients.ts";
import { arrayTypes, type FloatInput } from "../../src/tensor/tensor.ts";

it("is zero at first in every type, also where memory is used again", () => {
  for (const dtype of ["float32", "float64", "int32"] as const) {
    {
      using dirty = resident([8], dtype);
      dirty.data.fill(7);
    }
    using tensor = resident([2, 4], dtype);
    expect(tensor.data).toBeInstanceOf(arrayTypes[dtype]);
    expect([...tensor.data]).toEqual(new Array(8).fill(0));
    expect([tensor.dtype, tensor.shape]).toEqual([dtype, [2, 4]]);
  }
  using plain = resident([1]);
  expect(plain.dtype).toBe("float32");
});

it("may be disposed twice, and is refused by every use after", () => {
  const tensor = resident([2]);
  const other = resident([2]);
  tensor.dispose();
  tensor.dispose();
  const use = /^resident: the tensor \[2\] is used after dispose\(\)$/;
  expect(() => tensor.data).toThrow(use);
  expect(() => tensor.pointer).toThrow(use);
  expect([tensor.disposed, other.disposed]).toEqual([true, false]);
  expect(() => l1Loss(tensor, other)).toThrow("l1Loss: predictions is a resident tensor [2] that was disposed");
  expect(() => l1Loss(other, tensor)).toThrow(expect.objectContaining({ function: "l1Loss", argument: "targets" }));
  expect(() => l1Loss.valueAndGrad(other, [1, 2], { out: { predictions: tensor } })).toThrow(TypeError);
  other.dispose();
  expect(memoryUse().resident).toBe(0);
});

it("refuses shapes that are none, and types that do not exist", () => {
  for (const shape of [[0], [2, -1], [1.5], [Number.NaN]])
    expect(() => resident(shape)).toThrow(/^resident: shape is .*whole number ≥ 1/);
  expect(() => resident([3, "2"] as never)).toThrow('resident: shape[1] is "2", expected a whole number ≥ 1');
  expect(() => resident([1e12])).toThrow(expect.objectContaining({ function: "resident", argument: "shape" }));
  expect(() => resident([2], "float16" as "float32")).toThrow(
    /^resident: dtype is "float16", expected "float32" or "float64" or "int32"$/,
  );
  expect(() => resident([2], null as never)).toThrow("resident: dtype is null, expected");
  expect(() => (resident as (...args: unknown[]) => unknown)([2], "float32", {})).toThrow(
    "resident: got 3 arguments, expected resident(shape, dtype?)",
  );
  expect(() => resident(4 as unknown as number[])).toThrow(/^resident: shape is the number 4, expected an array/);
  expect(memoryUse().resident).toBe(0);
});

it("is read in place, and written in place as an out", () => {
  using p = resident([3]);
  using grad = resident([3]);
  p.data.set([1, 2, 3]);
  const { grads } = l1Loss.valueAndGrad(p, new Float32Array(3), { out: { predictions: grad } });
  expect(grads.predictions).toBe(grad);
  expect([...grad.data]).toEqual([1, 1, 1].map((x) => Math.fround(x / 3)));
  expect(() => l1Loss.valueAndGrad(p, new Float32Array(3), { out: { predictions: p } })).toThrow(
    "l1Loss: out.predictions shares memory with predictions; inputs are never written to",
  );
});

it("is converted where the computation is in the other type, and serves as class indices", () => {
  using single = resident([2]);
  single.data.set([1, 3]);
  expect(l1Loss(single, new Float64Array(2))).toBe(2);
  using labels = resident([2], "int32");
  labels.data.set([0, 1]);
  const logits = [
    [1, 2],
    [3, 5],
  ];
  expect(crossEntropy(logits, labels)).toBe(crossEntropy(logits, [0, 1]));
});

it("two gradients never share a buffer", () => {
  using grad = resident([2], "float64");
  const array = new Float64Array(3);
  for (const [predictions, targets] of [
    [grad, grad],
    [array.subarray(0, 2), array.subarray(1)],
  ] as const)
    expect(() => l1Loss.valueAndGrad([1, 2], [0, 0], { out: { predictions, targets } })).toThrow(
      "l1Loss: out has two buffers that share memory; every gradient needs its own",
    );
  using other = resident([2], "float64");
  const { grads } = l1Loss.valueAndGrad([1, 2], [0, 0], { out: { predictions: grad, targets: other } });
  expect([...grads.predictions.data, ...grads.targets.data]).toEqual([0.5, 0.5, -0.5, -0.5]);
});

it("as an out over the cotangents gives the gradient of the cotangents that were", () => {
  const call = (upstream: FloatInput, out: OutBuffer) =>
    l2Loss.valueAndGrad(Float32Array.of(1, 2, 3), new Float32Array(3), {
      reduction: "none",
      upstream,
      out: { predictions: out },
    });
  using u = resident([3]);
  for (const upstream of [u, "its view"]) {
    u.data.set([10, 20, 30]);
    const { grads } = call(upstream === u ? u : u.data, u);
    expect([...grads.predictions.data]).toEqual([20, 80, 180]);
    expect([...grads.targets.data]).toEqual([-20, -80, -180]);
  }
  const array = Float32Array.of(10, 20, 30);
  expect([...call(array, array).grads.targets.data]).toEqual([-20, -80, -180]);
  expect([...array]).toEqual([20, 80, 180]);
});

it("is never overwritten as an option or by way of its view", () => {
  using weights = resident([3], "float64");
  weights.data.set([1, 2, 3]);
  const call = (uWeights: FloatInput) => () =>
    wassersteinDistance.valueAndGrad([0, 5, 2], [1, 1], { uWeights, out: { u: weights } });
  for (const given of [weights, weights.data, { data: weights.data, dims: [3] }])
    expect(call(given)).toThrow("wassersteinDistance: out.u shares memory with uWeights; inputs are never written to");
  expect(() => l1Loss.valueAndGrad(weights.data, [0, 0, 0], { out: { predictions: weights } })).toThrow(
    "l1Loss: out.predictions shares memory with predictions",
  );
  expect([...weights.data]).toEqual([1, 2, 3]);
  const { grads } = wassersteinDistance.valueAndGrad([0, 5, 2], [1, 1], { uWeights: weights });
  for (const [i, right] of [-1 / 6, 1 / 3, 1 / 2].entries()) expect(grads.u.data[i]).toBeCloseTo(right, 15);
});

it("buffers may say dims instead of shape, and must say one", () => {
  const data = new Float64Array(2);
  const call = (out: unknown) =>
    l1Loss.valueAndGrad([[1], [2]], [[0], [0]], { out: { predictions: out as OutBuffer } });
  expect(call({ data, dims: [2, 1] }).grads.predictions.data).toBe(data);
  expect([...data]).toEqual([0.5, 0.5]);
  expect(() => call({ data })).toThrow("l1Loss: out.predictions has shape undefined; expected an array");
  expect(() => call({ data, dims: [2] })).toThrow("l1Loss: out.predictions is [2], expected [2, 1]");
});
