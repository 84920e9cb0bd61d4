/** Users' losses on the arrays of engines. */
import { grad, numpy as np } from "@jax-js/jax";
import { beforeAll, describe, expect, it } from "vitest";
import { onArrays } from "../../src/engines/jax/index.ts";
import { onTensors } from "../../src/engines/tfjs/index.ts";
import { defineFormula, l1Loss } from "../../src/index.ts";
import "../engines/jax.ts";
import { tf } from "../engines/tfjs.ts";
import { centres, type Unfused, unfused } from "./unfused.ts";

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

describe.each(unfused)("$name", ({ loss, inputs, options, differentiable }) => {
  const exact = loss.valueAndGrad(...inputs, options);
  const near = (came: ArrayLike<number>, numbers: ArrayLike<number>, accuracy: number) => {
    const largest = Math.max(...Array.from(numbers, Math.abs));
    for (let i = 0; i < numbers.length; i++)
      expect(Math.abs((came[i] as number) - (numbers[i] as number))).toBeLessThan(accuracy * largest);
  };
  const places = differentiable.map(([place]) => place);

  it.each(["cpu", "wasm"])("is the same on TensorFlow.js, backend %s", async (backend) => {
    await tf.setBackend(backend);
    const own = onTensors(loss) as unknown as (...given: unknown[]) => ReturnType<typeof tf.scalar>;
    const all = inputs.map(({ data, shape, index }) => tf.tensor(data, shape, index ? "int32" : "float32"));
    for (const fused of [true, false]) {
      const run = (...given: (typeof all)[number][]) =>
        own(...all.map((x, place) => given[places.indexOf(place)] ?? x), { ...options, fused });
      const { value, grads } = tf.valueAndGrads(run as never)(places.map((place) => all[place]) as never);
      near(value.dataSync(), [exact.value], 2e-6);
      for (const [i, [, name]] of differentiable.entries())
        near((grads[i] as (typeof all)[number]).dataSync(), exact.grads[name].data, 5e-6);
    }
  });

  it("is the same on jax-js", () => {
    type JaxArray = ReturnType<typeof np.array>;
    const own = onArrays(loss) as unknown as (...given: unknown[]) => JaxArray;
    const arrays = () =>
      inputs.map(({ data, shape, index }) =>
        index
          ? np.array(Int32Array.from(data), { shape, dtype: np.int32 })
          : np.array(Float64Array.from(data), { shape, dtype: np.float64 }),
      );
    near(own(...arrays(), options).dataSync(), [exact.value], 1e-6);
    for (const [place, name] of differentiable) {
      const slope = grad((x: JaxArray) => own(...arrays().map((other, i) => (i === place ? x : other)), options));
      near(slope(arrays()[place] as JaxArray).dataSync(), exact.grads[name].data, 1e-6);
    }
  });
});

describe("a label that is not a class", () => {
  const [x, , c] = (unfused[2] as Unfused).inputs as [Unfused["inputs"][0], unknown, Unfused["inputs"][0]];
  const labels = [0, 1, 7, 3, 2];

  it("makes its value NaN where numbers are not looked at", async () => {
    await tf.setBackend("cpu");
    const each = onTensors(centres)(
      tf.tensor(x.data, x.shape),
      tf.tensor(labels, [5], "int32"),
      tf.tensor(c.data, c.shape),
      {
        ...{ reduction: "none", fused: false, validate: false },
      },
    );
    expect([...each.dataSync()].map(Number.isNaN)).toEqual([false, false, true, false, false]);
    const onJax = onArrays(centres)(
      np.array(Float64Array.from(x.data), { shape: x.shape }),
      np.array(labels, { dtype: np.int32 }),
      np.array(Float64Array.from(c.data), { shape: c.shape }),
      { reduction: "none" },
    );
    expect([...onJax.dataSync()].map(Number.isNaN)).toEqual([false, false, true, false, false]);
  });

  it("is refused where they are", () => {
    const call = () =>
      onTensors(centres)(tf.tensor(x.data, x.shape), tf.tensor(labels, [5], "int32"), tf.tensor(c.data, c.shape));
    expect(call).toThrow("centres: labels[2] is 7, outside 0…3 (c is [4, 3])");
  });
});

it("knows dimensions in the place of ... as one axis, as the core does", () => {
  const middle = defineFormula({
    name: "middle",
    arguments: { x: "N ..." },
    formula: (m, { x }) => m.square(m.sub(x, m.mean(x, 0))),
  });
  const x = { data: Array.from({ length: 12 }, (_, i) => Math.sin(i)), shape: [2, 3, 2] };
  const wanted = middle(x, { reduction: "none" });
  const came = onArrays(middle)(np.array(Float64Array.from(x.data), { shape: x.shape }), { reduction: "none" });
  expect(came.shape).toEqual([2, 3, 2]);
  close(came.dataSync(), [...wanted.data]);
  const rows = defineFormula({ name: "rows", arguments: { x: "N ..." }, formula: (m, { x }) => m.sum(m.square(x), 1) });
  const sums = onArrays(rows)(np.array(Float64Array.from(x.data), { shape: x.shape }), { reduction: "none" });
  close(sums.dataSync(), [...rows(x, { reduction: "none" }).data]);
});

it("is refused where it was not made from a formula", () => {
  expect(() => onTensors(l1Loss as never)).toThrow(
    /onTensors: loss is .*already, as l1Loss; expected a loss of defineFormula/,
  );
  expect(() => onArrays((() => 0) as never)).toThrow(/onArrays: loss is .*; expected a loss of defineFormula/);
});
