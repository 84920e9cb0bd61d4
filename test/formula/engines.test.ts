/** Users' losses on the arrays of engines. */
import { grad, numpy as np } from "@jax-js/jax";
import { beforeAll, describe, expect, it } from "vitest";
import { onArrays } from "../../src/engines/jax/index.ts";
import { onTensors } from "../../src/engines/tfjs/index.ts";
import { defineFormula, l1Loss } from "../../src/index.ts";
import { tf } from "../engines/tfjs.ts";

// Named as one of the package's own, which it is not to be taken for.
const huber = defineFormula({
  name: "huberLoss",
  arguments: { predictions: "N C", targets: { shape: "N C", differentiable: false } },
  options: { delta: { default: 1, range: "(0, ∞)" } },
  divisor: (m, { targets }) => m.sum(m.number(m.less(0, targets)), 1),
  formula: (m, { predictions, targets }, { delta }) => {
    const size = m.abs(m.sub(predictions, targets));
    const near = m.where(m.lessEqual(size, delta), size, delta);
    return m.sum(m.mul(near, m.sub(size, m.mul(near, 0.5))), 1);
  },
});

const p = [
  [1, 2.5, -3],
  [0.2, -0.1, 4],
];
const t = [
  [1, 1, 1],
  [-1, 0.5, 2],
];
const wanted = huber.valueAndGrad(p, t, { delta: 0.7, sampleWeight: [2, 1] });
const gradient = [...wanted.grads.predictions.data];
const close = (came: ArrayLike<number>, numbers: readonly number[]) => {
  for (const [i, number] of numbers.entries()) expect(came[i]).toBeCloseTo(number, 6);
};

it("means what its definition says", () => {
  const losses = p.map((row, i) =>
    row.reduce((sum, x, j) => {
      const r = Math.abs(x - ((t[i] as number[])[j] as number));
      return sum + (r <= 0.7 ? (r * r) / 2 : 0.7 * (r - 0.35));
    }, 0),
  ) as [number, number];
  expect(wanted.value).toBeCloseTo((2 * losses[0] + losses[1]) / (2 * 3 + 2), 12);
});

describe.each(["cpu", "wasm"])("on TensorFlow.js, backend %s", (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it.each([true, false])("gives the same (fused %s)", (fused) => {
    const loss = onTensors(huber);
    const [x, y] = [tf.tensor2d(p), tf.tensor2d(t)];
    const options = { delta: 0.7, sampleWeight: [2, 1], fused };
    const slope = tf.grad((own) => loss(own, y, options))(x);
    expect(loss(x, y, options).dataSync()[0]).toBeCloseTo(wanted.value, 6);
    close(slope.dataSync(), gradient);
    tf.dispose([x, y, slope]);
  });
});

it("gives the same on jax-js", () => {
  const loss = onArrays(huber);
  const options = { delta: 0.7, sampleWeight: np.array([2, 1]) };
  const slope = grad((x: ReturnType<typeof np.array>) => loss(x, np.array(t), options))(np.array(p));
  close(slope.dataSync(), gradient);
});

it("is refused where it was not made from a formula", () => {
  expect(() => onTensors(l1Loss as never)).toThrow(
    /onTensors: loss is .*already, as l1Loss; expected a loss of defineFormula/,
  );
  expect(() => onArrays((() => 0) as never)).toThrow(/onArrays: loss is .*; expected a loss of defineFormula/);
});
