import { describe, expect, expectTypeOf, it } from "vitest";
import { seeded } from "../../test/harness/random.ts";
import { normalize } from "../activations/normalize/normalize.ts";
import { sigmoid } from "../activations/sigmoid/sigmoid.ts";
import { logSoftmax, softmax } from "../activations/softmax/softmax.ts";
import { resident } from "../contract/resident.ts";
import { crossEntropy } from "../losses/classification/crossEntropy/crossEntropy.ts";
import { totalVariationLoss } from "../losses/image/reconstruction/totalVariationLoss.ts";
import { huberLoss } from "../losses/regression/huber/huberLoss.ts";
import { l1Loss } from "../losses/regression/l1/l1Loss.ts";
import { l2Loss } from "../losses/regression/l2/l2Loss.ts";
import { multiQuantileLoss } from "../losses/regression/quantile/multiQuantileLoss.ts";
import { diceLoss } from "../losses/segmentation/dice/diceLoss.ts";
import type { IndexInput } from "../tensor/tensor.ts";
import { combine } from "./combine.ts";
import { oneHot } from "./oneHot.ts";

const random = seeded(3);
const draw = (shape: readonly number[]) => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 4 * random.uniform() - 2),
  shape,
});
const narrow = ({ data, shape }: ReturnType<typeof draw>) => ({ data: Float32Array.from(data), shape });

const shape = [2, 3, 4, 5];
const logits = draw(shape);
const labels = { data: Int32Array.from({ length: 40 }, () => Math.floor(3 * random.uniform())), shape: [2, 4, 5] };

const segmentation = combine({
  crossEntropy,
  dice: {
    loss: diceLoss,
    weight: 0.5,
    activation: softmax,
    options: { smooth: 0.1 },
    targets: (masks: IndexInput) => [oneHot(masks, 3)],
  },
});

describe("combine", () => {
  it("adds up values, weighed, and tells each", () => {
    const ce = crossEntropy(logits, labels);
    const dice = diceLoss(softmax(logits), oneHot(labels, 3), { smooth: 0.1 });
    const { value, parts } = segmentation.valueAndGrad(logits, labels);
    expect(parts).toEqual({ crossEntropy: ce, dice });
    expect(value).toBeCloseTo(ce + 0.5 * dice, 15);
    expect(segmentation(logits, labels)).toBe(value);
  });

  it("has the gradient that central differences say, through activations", () => {
    const { grads } = segmentation.valueAndGrad(logits, labels, { upstream: 3 });
    expect(grads.predictions.shape).toEqual(shape);
    for (let i = 0; i < logits.data.length; i += 7) {
      const at = (step: number) =>
        segmentation({ data: logits.data.map((x, j) => (i === j ? x + step : x)), shape }, labels);
      expect(grads.predictions.data[i]).toBeCloseTo((3 * (at(1e-5) - at(-1e-5))) / 2e-5, 9);
    }
  });

  it("is the sum of gradients taken by hand, of one part, of three, with an activation shared", () => {
    const [p, t] = [narrow(draw([6, 4])), narrow(draw([6, 4]))];
    const byHand = (loss: typeof l1Loss | typeof l2Loss | typeof huberLoss, activation?: typeof sigmoid) => {
      if (!activation) return loss.valueAndGrad(p, t).grads.predictions.data;
      const { grads } = loss.valueAndGrad(activation(p), t);
      return activation.valueAndGrad(p, { upstream: grads.predictions }).grads.inputs.data;
    };
    const cases = [
      [combine({ l1Loss }), [[1, byHand(l1Loss)]]],
      [combine({ one: { loss: l2Loss, activation: sigmoid, weight: -2 } }), [[-2, byHand(l2Loss, sigmoid)]]],
      [
        combine({
          a: { loss: l1Loss, activation: normalize, weight: 0.25 },
          b: huberLoss,
          c: { loss: l2Loss, activation: normalize },
        }),
        [
          [0.25, byHand(l1Loss, normalize)],
          [1, byHand(huberLoss)],
          [1, byHand(l2Loss, normalize)],
        ],
      ],
    ] as const;
    for (const [loss, terms] of cases) {
      const { data } = loss.valueAndGrad(p, t).grads.predictions;
      for (const [i, value] of data.entries())
        expect(value).toBeCloseTo(
          terms.reduce((sum, [weight, grad]) => sum + weight * (grad[i] as number), 0),
          6,
        );
    }
  });

  it("takes losses that take fewer arguments, sums, sample weights, and f64 targets for f32 predictions", () => {
    const [images, targets] = [narrow(draw([2, 1, 4, 4])), draw([2, 1, 4, 4])];
    const smooth = combine({ fit: { loss: l2Loss, options: { reduction: "sum" } }, tv: totalVariationLoss });
    const { parts, grads } = smooth.valueAndGrad(images, targets);
    expect(grads.predictions.data).toBeInstanceOf(Float64Array);
    expect(parts.fit).toBeCloseTo(l2Loss(images, targets, { reduction: "sum" }), 12);
    expect(parts.tv).toBeCloseTo(totalVariationLoss({ data: Float64Array.from(images.data), shape: images.shape }), 14);
    const both = combine({ l1Loss, l2Loss });
    const sampleWeight = [1, 3];
    expect(both([[1], [2]], [[0], [0]], { sampleWeight })).toBeCloseTo(7 / 4 + 13 / 4, 15);
  });

  it("leaves a part of weight 0 out of the value, even where it is infinite", () => {
    const loss = combine({ l1Loss, far: { loss: l2Loss, weight: 0 } });
    const { value, parts } = loss.valueAndGrad([1e200], [0]);
    expect(parts.far).toBe(Number.POSITIVE_INFINITY);
    expect(value).toBe(1e200);
    const { grads } = combine({ far: { loss: l2Loss, weight: 0 }, l1Loss, huberLoss }).valueAndGrad(
      [1e200, -1],
      [0, 0],
    );
    expect([...grads.predictions.data]).toEqual([1, -1]);
    expect([
      ...combine({ far: { loss: l2Loss, weight: 0 } }).valueAndGrad([1e200], [0]).grads.predictions.data,
    ]).toEqual([0]);
  });

  it("lets nothing of a row of weight 0 reach the gradient, through an activation either", () => {
    for (const activation of [softmax, logSoftmax, sigmoid, normalize]) {
      const loss = combine({ l1: { loss: l1Loss, activation }, l2: { loss: l2Loss, activation } });
      const seen = loss.valueAndGrad([[2, 1]], [[0, 0]]);
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const rows = [
          [bad, 1],
          [2, 1],
        ];
        const { value, grads } = loss.valueAndGrad(
          rows,
          [
            [0, 0],
            [0, 0],
          ],
          { sampleWeight: [0, 1] },
        );
        expect(value).toBeCloseTo(seen.value, 15);
        expect([...grads.predictions.data]).toEqual([0, 0, ...seen.grads.predictions.data]);
      }
    }
  });

  it("writes to buffers and resident tensors, and to none where a loss throws", () => {
    using x = resident(shape);
    using dx = resident(shape);
    x.data.set(logits.data);
    segmentation.valueAndGrad(x, labels, { out: { predictions: dx } });
    const plain = segmentation.valueAndGrad(narrow(logits), labels);
    expect(dx.data).toEqual(plain.grads.predictions.data);
    const before = dx.data.slice();
    const bad = { ...labels, data: labels.data.with(39, 3) };
    const order = combine({ l2: { loss: l2Loss, targets: () => [narrow(logits)] }, crossEntropy });
    expect(() => order.valueAndGrad(x, bad, { out: { predictions: dx } })).toThrow("crossEntropy: labels");
    expect(dx.data).toEqual(before);
    expect(() => segmentation.valueAndGrad(x, labels, { out: { predictions: x } })).toThrow("shares memory");
  });

  it("refuses what cannot be combined, by name", () => {
    const make = combine as unknown as (parts: unknown) => unknown;
    expect(() => make({})).toThrow("combine: parts is empty");
    expect(() => make(null)).toThrow("combine: parts is null");
    expect(() => make({ a: 3 })).toThrow("combine: a.loss is the number 3, expected a loss");
    expect(() => make({ a: softmax })).toThrow("expected a loss");
    expect(() => make({ a: { loss: l1Loss, wieght: 2 } })).toThrow(
      'combine: a has the unknown key "wieght"; did you mean "weight"?',
    );
    expect(() => make({ a: { loss: l1Loss, weight: Number.NaN } })).toThrow("combine: a.weight is NaN");
    expect(() => make({ a: { loss: l1Loss, activation: Math.exp } })).toThrow("combine: a.activation is a function");
    expect(() => make({ a: { loss: l1Loss, options: { reduction: "none" } } })).toThrow('has the reduction "none"');
    expect(() => make({ a: { loss: l1Loss, options: { out: {} } } })).toThrow('has the option "out"');
    expect(() => make({ a: { loss: huberLoss, options: { dleta: 2 } } })).toThrow('huberLoss: unknown option "dleta"');
    expect(() => (make as (...args: unknown[]) => unknown)({ l1Loss }, 3)).toThrow("combine: got 2 arguments");
    expect(() => combine({ l1Loss }).valueAndGrad([1], [2], { out: { preds: [] } as never })).toThrow(
      'combine: out has "preds"',
    );
    const call = combine({ l1Loss }) as unknown as (...args: unknown[]) => unknown;
    expect(() => call([1])).toThrow("l1Loss: targets is missing");
    expect(() => call([1], [2], { reduction: "sum" })).toThrow('combine: unknown option "reduction"');
    expect(() => call([1], [2], {}, {})).toThrow("combine: got 4 arguments");
    expect(() => call()).toThrow("combine: predictions");
    const many = combine({
      a: { loss: l1Loss, targets: (t) => [t, t] },
      b: { loss: l1Loss, targets: () => 3 as never },
    });
    expect(() => many([1], [2])).toThrow("combine: a has targets that give 2 arguments, expected 1");
    expect(() => combine({ b: { loss: l1Loss, targets: () => 3 as never } })([1])).toThrow(
      "combine: b has targets that give",
    );
  });
});

it("knows in its types what comes after the predictions", () => {
  const labelled = combine({ crossEntropy, dice: { loss: diceLoss, targets: (labels) => [oneHot(labels, 3)] } });
  expectTypeOf<Parameters<typeof labelled>[1]>().not.toBeAny();
  const plain = combine({ l1Loss, l2: { loss: l2Loss, weight: 2 } });
  expectTypeOf(plain.valueAndGrad([1], [2]).parts).toEqualTypeOf<{ readonly l1Loss: number; readonly l2: number }>();
  // @ts-expect-error: both losses need targets
  expect(() => plain([1])).toThrow();
});

it("knows in its types the options of each part", () => {
  combine({
    a: { loss: huberLoss, options: { delta: 2, reduction: "sum", checkFinite: true } },
    b: { loss: multiQuantileLoss, options: { quantiles: [0.1, 0.9] }, targets: (y) => [y] },
    c: { loss: totalVariationLoss, options: {} },
  });
  expect(() =>
    combine({
      // @ts-expect-error: misspelt
      a: { loss: huberLoss, options: { dleta: 2 } },
    }),
  ).toThrow("dleta");
  expect(() =>
    combine({
      // @ts-expect-error: a combination adds up numbers
      a: { loss: huberLoss, options: { reduction: "none" } },
    }),
  ).toThrow("none");
  // @ts-expect-error: a number
  expect(() => combine({ a: { loss: huberLoss, options: { delta: "2" } } })).toThrow("expected a number");
});

it("reads nested arrays once", () => {
  let reads = 0;
  const counted = (rows: number[][]) =>
    new Proxy(rows, {
      get: (target, key, receiver) => {
        if (key === "1") reads++;
        return Reflect.get(target, key, receiver);
      },
    });
  const [x, y] = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 0],
      [0, 4],
    ],
  ];
  l1Loss.valueAndGrad(counted(x), counted(y));
  const once = reads;
  reads = 0;
  // Predictions once for all, targets once for each loss.
  const { parts } = combine({ l1Loss, l2Loss }).valueAndGrad(counted(x), counted(y));
  expect(reads).toBe((3 * once) / 2);
  expect(parts).toEqual({ l1Loss: l1Loss(x, y), l2Loss: l2Loss(x, y) });
});

describe("oneHot", () => {
  it("puts a 1 at the class, along axis 1", () => {
    expect(oneHot([2, 0], 3)).toEqual({ data: Float32Array.of(0, 0, 1, 1, 0, 0), shape: [2, 3] });
    expect([...oneHot([[0, 1, -100]], 2).data]).toEqual([1, 0, 0, 0, 1, 0]);
    expect([...oneHot([1, 0], 2, { ignoreIndex: 0 }).data]).toEqual([0, 1, 0, 0]);
  });

  it("refuses what is not a class", () => {
    expect(() => oneHot([0, 3], 3)).toThrow("oneHot: labels[1] is 3, expected 0…2 or -100");
    expect(() => oneHot([0], 1e12)).toThrow("oneHot: classes takes 1000000000000 numbers, more than there is room for");
    expect(() => oneHot([0.5], 3)).toThrow("oneHot: labels[0] is 0.5");
    expect(() => oneHot([0], 0)).toThrow("oneHot: classes");
  });
});
