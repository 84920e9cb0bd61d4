import { describe, expect, it } from "vitest";
import {
  alphaOf,
  type Box,
  boxesOf,
  diouOf,
  drawBox,
  type Format,
  formats,
  giouOf,
  iouOf,
  numbersOf,
  shapeTerm,
  shared,
  union,
} from "../../../../test/harness/boxes.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import type { BoxOptions } from "../boxes.ts";
import { ciouLoss } from "./ciou.ts";
import { diouLoss } from "./diou.ts";
import { giouLoss } from "./giou.ts";
import { type IouLossOptions, iouLoss } from "./iouLoss.ts";

const paired =
  <O extends BoxOptions>(value: (a: Box, b: Box, options: O, i: number) => number) =>
  ([p, t]: readonly Sample[], options: O): number[] => {
    const { format = "xyxy" } = options;
    const others = boxesOf(t as Sample, format);
    return boxesOf(p as Sample, format).map((box, i) => value(box, others[i] as Box, options, i));
  };

const settings = {
  accuracy: { float32: 3e-6, float64: 4e-15, least: 1 },
  gradientAccuracy: { float32: 2e-5, float64: 2e-14, least: 1 },
  draw: { predictions: drawBox, targets: drawBox },
};
const each: BoxOptions[] = formats.map((format) => ({ format }));

describeLoss<IouLossOptions>(iouLoss, {
  reference: paired((a, b, { form = "linear" }) =>
    form === "log" ? Math.log((union(a, b) + 1e-7) / (shared(a, b) + 1e-7)) : 1 - iouOf(a, b),
  ),
  options: [{}, ...each.flatMap((options) => [options, { ...options, form: "log" } as const])],
  ...settings,
});

describeLoss<BoxOptions>(giouLoss, {
  reference: paired((a, b) => 1 - giouOf(a, b)),
  options: [{}, ...each],
  ...settings,
});

describeLoss<BoxOptions>(diouLoss, {
  reference: paired((a, b) => 1 - diouOf(a, b)),
  options: [{}, ...each],
  ...settings,
});

describeLoss<BoxOptions>(ciouLoss, {
  reference: paired((a, b) => 1 - diouOf(a, b) + alphaOf(a, b) * shapeTerm(a, b)),
  frozen: (inputs, options, held) => {
    const alphas = paired((a, b) => alphaOf(a, b))(held, options);
    return paired((a, b, _, i) => 1 - diouOf(a, b) + (alphas[i] as number) * shapeTerm(a, b))(inputs, options);
  },
  options: [{}, ...each],
  ...settings,
});

const all = { iouLoss, giouLoss, diouLoss, ciouLoss };
const random = seeded(21);
const some = (count: number): Box[] =>
  Array.from({ length: count }, () => {
    const side = () => {
      const low = 10 * random.uniform();
      return { low, high: low + 0.5 + 6 * random.uniform() };
    };
    return { x: side(), y: side() };
  });
const [first, second] = [some(40), some(40)];
const listed = (boxes: readonly Box[], format: Format = "xyxy") => boxes.map((box) => numbersOf(box, format));
const none = { reduction: "none" } as const;
const values = (loss: (typeof all)[keyof typeof all], a: readonly Box[], b: readonly Box[]) => [
  ...loss(listed(a), listed(b), none).data,
];
const near = (came: readonly number[], wanted: readonly number[], digits: number) => {
  for (const [i, value] of came.entries()) expect(value).toBeCloseTo(wanted[i] as number, digits);
};
const move = ({ x, y }: Box, by: number, times: number): Box => ({
  x: { low: times * x.low + by, high: times * x.high + by },
  y: { low: times * y.low - by, high: times * y.high - by },
});

/** One beside, within, around, touching, far from the other; without extent; turned inside out. */
const kindsOfBoxes = [
  [0, 0, 1, 1],
  [1, 0, 2, 1],
  [1, 1, 2, 2],
  [0.2, 0.2, 0.4, 0.4],
  [5, 5, 6, 6],
  [0, 0, 0, 0],
  [1, 1, 1, 1],
  [0, 0, 0, 2],
  [0, 0, 2, 0],
  [2, 2, 1, 1],
  [2, 0, 1, 1],
  [-1, -1, -2, -2],
  [-3, -3, -1, -1],
];
const coordinates = [
  { array: Float32Array, sizes: [0, 1, 3, 1e-45, 1e-38, 1e-20, 1e-7, 1e7, 1e19, 1e30, 3.4e38] },
  { array: Float64Array, sizes: [0, 1, 3, 5e-324, 1e-308, 1e-160, 1e-20, 1e20, 1e150, 1e300, 1.7e308] },
] as const;

for (const [name, loss] of Object.entries(all))
  describe(`${name} as a law`, () => {
    it("is the same in every format, with the gradient of each by the chain rule", () => {
      const wanted = loss.valueAndGrad(listed(first), listed(second), none);
      for (const format of formats) {
        const options = { ...none, format };
        const came = loss.valueAndGrad(listed(first, format), listed(second, format), options);
        near([...came.value.data], [...wanted.value.data], 13);
        const g = came.grads.predictions.data;
        for (let at = 0; at < g.length; at += 4)
          for (const axis of [at, at + 1]) {
            const [a, b] = [wanted.grads.predictions.data[axis], wanted.grads.predictions.data[axis + 2]] as [
              number,
              number,
            ];
            const chain = { xyxy: [a, b], xywh: [a + b, b], cxcywh: [a + b, (b - a) / 2], ltrb: [-a, b] }[format];
            near([g[axis], g[axis + 2]] as number[], chain, 12);
          }
      }
    });

    it("does not change when both boxes move and scale alike; a power of two changes no bit", () => {
      const wanted = values(loss, first, second);
      const moved = (by: number, times: number) =>
        values(
          loss,
          first.map((box) => move(box, by, times)),
          second.map((box) => move(box, by, times)),
        );
      near(moved(7, 1), wanted, 12);
      near(moved(-300, 3), wanted, 10);
      for (const power of [2 ** 40, 2 ** -300]) expect(moved(0, power)).toEqual(wanted);
    });

    it("gives a perfect box 0 with gradient exactly 0, in every format and float type", () => {
      for (const format of formats)
        for (const array of [Float32Array, Float64Array]) {
          const boxes = { data: array.from(listed(first, format).flat()), shape: [40, 4] };
          const { value, grads } = loss.valueAndGrad(boxes, { ...boxes, data: boxes.data.slice() }, { format });
          expect(value).toBe(0);
          expect([...grads.predictions.data].every((g) => g === 0)).toBe(true);
        }
    });

    it("is finite with finite gradients for degenerate, touching, nested, disjoint and inverted boxes", () => {
      const pairs = kindsOfBoxes.flatMap((a) => kindsOfBoxes.map((b) => [a, b] as const));
      for (const format of formats)
        for (const array of [Float32Array, Float64Array]) {
          const side = (k: 0 | 1) => ({
            data: new array(pairs.flatMap((pair) => pair[k] as number[])),
            shape: [pairs.length, 4],
          });
          const { value, grads } = loss.valueAndGrad(side(0), side(1), { ...none, format });
          for (const number of [...value.data, ...grads.predictions.data]) expect(Number.isFinite(number)).toBe(true);
        }
    });

    it("gives no NaN at any finite coordinate, huge, tiny or mixed", () => {
      const count = 20_000;
      for (const { array, sizes } of coordinates) {
        const numbers = sizes.flatMap((size) => [size, -size]);
        const draw = () => ({
          data: new array(Array.from({ length: 4 * count }, () => numbers[random.below(numbers.length)] as number)),
          shape: [count, 4],
        });
        const [p, t] = [draw(), draw()];
        for (const format of formats)
          for (const form of loss === iouLoss ? (["linear", "log"] as const) : [undefined]) {
            const { value, grads } = loss.valueAndGrad(p, t, { ...none, format, ...(form && { form }) });
            expect(value.data.findIndex((v) => !Number.isFinite(v))).toBe(-1);
            expect(grads.predictions.data.findIndex((g) => Number.isNaN(g))).toBe(-1);
          }
      }
    });
  });

it("iouLoss, giouLoss and diouLoss do not care which box is the prediction", () => {
  for (const loss of [iouLoss, giouLoss, diouLoss]) near(values(loss, first, second), values(loss, second, first), 13);
});

it("giouLoss and diouLoss lie in [0, 2] and are iouLoss for nested boxes of one centre", () => {
  for (const loss of [giouLoss, diouLoss])
    for (const value of values(loss, first, second)) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(2);
    }
  const inner = first.map(
    ({ x, y }): Box => ({
      x: { low: x.low + 0.1, high: x.high - 0.1 },
      y: { low: y.low + 0.2, high: y.high - 0.2 },
    }),
  );
  const wanted = values(iouLoss, inner, first);
  near(values(giouLoss, inner, first), wanted, 14);
  near(values(diouLoss, inner, first), wanted, 14);
  // Far apart the hull is empty and the centres are as far as its corners.
  const far = first.map((box) => move(box, 1e9, 1));
  near(values(giouLoss, first, far), new Array(40).fill(2), 7);
  near(values(diouLoss, first, far), new Array(40).fill(2), 7);
});

it("ciouLoss is diouLoss where the shapes agree, and more where they do not", () => {
  const grown = first.map((box) => move(box, 1, 2));
  near(values(ciouLoss, first, grown), values(diouLoss, first, grown), 13);
  const [c, d] = [values(ciouLoss, first, second), values(diouLoss, first, second)];
  for (const [i, value] of c.entries()) expect(value).toBeGreaterThan(d[i] as number);
});

it("known values: a quarter, a touch, a gap, the handbook's negative overlap", () => {
  const unit = [[0, 0, 2, 2]];
  expect(iouLoss([[1, 1, 3, 3]], unit)).toBeCloseTo(1 - 1 / 7, 15);
  expect(giouLoss([[1, 1, 3, 3]], unit)).toBeCloseTo(1 - 1 / 7 + 2 / 9, 15);
  expect(diouLoss([[1, 1, 3, 3]], unit)).toBeCloseTo(1 - 1 / 7 + 2 / 18, 15);
  expect(iouLoss([[2, 0, 4, 2]], unit)).toBe(1);
  expect(giouLoss([[4, 0, 6, 2]], unit)).toBeCloseTo(1 + 1 / 3, 15);
  expect(iouLoss([[1, 1, -3, -3]], [[-3, -3, 1, 1]], { format: "ltrb" })).toBe(1);
  expect(ciouLoss([[0, 0, 2, 1]], [[0, 0, 2, 1]])).toBe(0);
  expect(iouLoss([[1, 1, 1, 1]], [[1, 1, 1, 1]])).toBe(1);
});

it("iouLoss: the log form far below and above its ε", () => {
  const form = "log";
  expect(iouLoss([[0, 0, 2, 2]], [[0, 0, 1, 1]], { form })).toBeCloseTo(Math.log(4), 6);
  expect(iouLoss([[0, 0, 1, 1]], [[5, 5, 6, 6]], { form })).toBeCloseTo(Math.log(2e7 + 1), 12);
  expect(iouLoss([[0, 0, 0, 0]], [[0, 0, 0, 0]], { form })).toBe(0);
  expect(iouLoss([[0, 0, 1e-200, 1e-200]], [[0, 0, 2e-200, 1e-200]], { form })).toBeCloseTo(0, 12);
  expect(iouLoss([[0, 0, 1e200, 1e200]], [[0, 0, 2e200, 1e200]], { form })).toBeCloseTo(Math.log(2), 12);
});

it("two disjoint boxes are driven together by giouLoss, diouLoss and ciouLoss", () => {
  for (const loss of [giouLoss, diouLoss, ciouLoss]) {
    const box = [0, 0, 1, 1];
    const start = loss([box], [[5, 4, 7, 6]]);
    for (let i = 0; i < 3000; i++) {
      const { grads } = loss.valueAndGrad([box], [[5, 4, 7, 6]]);
      for (const [k, g] of grads.predictions.data.entries()) box[k] = (box[k] as number) - 0.2 * g;
    }
    expect(loss([box], [[5, 4, 7, 6]])).toBeLessThan(0.1 * start);
  }
});
