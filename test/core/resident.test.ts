/** Tensors inside kernel memory: their types, their end, their use in calls. */
import { expect, it } from "vitest";
import { memoryUse } from "../../src/kernel/arena.ts";
import { crossEntropy } from "../../src/losses/classification/crossEntropy/crossEntropy.ts";
import { l1Loss } from "../../src/losses/regression/l1/l1.ts";
import { arrayTypes, resident } from "../../src/tensor/tensor.ts";

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
  const use = /^resident tensor \[2\] is used after dispose\(\)$/;
  expect(() => tensor.data).toThrow(use);
  expect(() => tensor.pointer).toThrow(use);
  expect(() => l1Loss(tensor, other)).toThrow(/used after dispose/);
  expect(() => l1Loss.valueAndGrad(other, [1, 2], { out: { predictions: tensor } })).toThrow(TypeError);
  other.dispose();
  expect(memoryUse().resident).toBe(0);
});

it("refuses shapes that are none, and types that do not exist", () => {
  for (const shape of [[0], [2, -1], [1.5], [Number.NaN]])
    expect(() => resident(shape)).toThrow(/^resident: shape is .*whole number ≥ 1/);
  expect(() => resident([2], "float16" as "float32")).toThrow(
    /^resident: dtype is float16, expected float32, float64, int32$/,
  );
  expect(() => resident(4 as unknown as number[])).toThrow(/^resident: shape is 4, expected an array/);
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
