import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { convolve } from "../../examples/parts/convolve.ts";
import { tf } from "../../examples/parts/tfjs.ts";
import { expectClose } from "../harness/expectClose.ts";
import { patient, runExample } from "./example.ts";

it("damsm: pictures of digits never seen find their captions", patient, () => {
  const { before, after, tensors } = runExample<Record<"before" | "after" | "tensors", number>>("damsm", 120);
  // By chance it would be one in a hundred.
  expect(before).toBeLessThan(0.03);
  expect(after).toBeGreaterThan(0.1);
  expect(tensors).toBe(0);
});

it("its convolution has the gradient that the cpu backend gives", async () => {
  const x = tf.randomNormal([3, 6, 5, 2], 0, 1, "float32", 1) as Tensor4D;
  const filters = tf.randomNormal([3, 3, 2, 4], 0, 1, "float32", 2) as Tensor4D;
  const flow = tf.randomNormal([3, 6, 5, 4], 0, 1, "float32", 3);
  const gradients = (f: (x: Tensor, filters: Tensor) => Tensor) =>
    tf
      .grads(f)([x, filters], flow)
      .map((g) => g.dataSync());
  const ours = gradients(convolve);
  await tf.setBackend("cpu");
  const theirs = gradients((a, b) => tf.conv2d(a as Tensor4D, b as Tensor4D, 1, "same"));
  for (const [i, wanted] of theirs.entries()) expectClose(ours[i] as Float32Array, wanted, 1e-5, 0.1);
});
