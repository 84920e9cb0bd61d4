/** What the tests of the losses on paired boxes share: references, boxes, and the laws that all of them keep. */
import { describe, expect, it } from "vitest";
import type { Loss } from "../../src/contract/loss.ts";
import type { Boxes, BoxesGrads, BoxOptions } from "../../src/losses/detection/boxes.ts";
import { type Box, boxesOf, drawBox, type Format, formats, numbersOf } from "./boxes.ts";
import { seeded } from "./random.ts";
import type { Sample } from "./samples.ts";

type BoxLoss = Loss<Boxes, BoxOptions, BoxesGrads>;

/** A formula of two boxes as the reference of a loss. */
export const paired =
  <O extends BoxOptions>(value: (a: Box, b: Box, options: O, i: number) => number) =>
  ([p, t]: readonly Sample[], options: O): number[] => {
    const { format = "xyxy" } = options;
    const others = boxesOf(t as Sample, format);
    return boxesOf(p as Sample, format).map((box, i) => value(box, others[i] as Box, options, i));
  };

export const settings = {
  accuracy: { float32: 1e-6, float64: 2e-15, least: 1 },
  gradientAccuracy: { float32: 2e-5, float64: 2e-14, least: 1 },
  draw: { predictions: drawBox, targets: drawBox },
};
export const each: BoxOptions[] = formats.map((format) => ({ format }));

const random = seeded(21);
const some = (count: number): Box[] =>
  Array.from({ length: count }, () => {
    const side = () => {
      const low = 10 * random.uniform();
      return { low, high: low + 0.5 + 6 * random.uniform() };
    };
    return { x: side(), y: side() };
  });
export const [first, second] = [some(40), some(40)];
export const listed = (boxes: readonly Box[], format: Format = "xyxy") => boxes.map((box) => numbersOf(box, format));
const none = { reduction: "none" } as const;
export const values = (loss: BoxLoss, a: readonly Box[], b: readonly Box[]) => [
  ...loss(listed(a), listed(b), none).data,
];
export const near = (came: readonly number[], wanted: readonly number[], digits: number) => {
  for (const [i, value] of came.entries()) expect(value).toBeCloseTo(wanted[i] as number, digits);
};
export const move = ({ x, y }: Box, by: number, times: number): Box => ({
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

/** The laws that all of them keep; further options are tried where they change the formula. */
export function describeBoxLaws(loss: BoxLoss, options: readonly object[] = [{}]): void {
  describe(`${loss.spec.name} as a law`, () => {
    const random = seeded(22);

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

    it("of no boxes has the sum and the mean 0, with an empty gradient", () => {
      for (const array of [Float32Array, Float64Array]) {
        const nothing = () => ({ data: new array(0), shape: [0, 4] });
        for (const reduction of ["sum", "mean"] as const) {
          const { value, grads } = loss.valueAndGrad(nothing(), nothing(), { reduction });
          expect(value).toBe(0);
          expect(grads.predictions).toEqual({ data: new array(0), shape: [0, 4] });
        }
        expect(loss(nothing(), nothing(), { reduction: "none" })).toEqual({ data: new array(0), shape: [0] });
        expect(
          loss.valueAndGrad(nothing(), nothing(), { reduction: "none", upstream: new array(0) }).value.shape,
        ).toEqual([0]);
      }
      expect(() => loss({ data: [], shape: [0, 4] }, [[0, 0, 1, 1]])).toThrow(/targets is \[1, 4\], expected \[0, 4\]/);
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

    it("keeps both edges of a negative extent together, where rounding parts the numbers they come from", () => {
      const predictions = { data: Float32Array.of(-1e19, -1e-20, -1, -3), shape: [1, 4] };
      const targets = { data: Float32Array.of(-1e19, -1e-7, -1, -3), shape: [1, 4] };
      expect(loss(predictions, targets, { format: "xywh" })).toBeLessThanOrEqual(3);
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
          for (const more of options) {
            const { value, grads } = loss.valueAndGrad(p, t, { ...none, format, ...more });
            expect(value.data.findIndex((v) => !Number.isFinite(v))).toBe(-1);
            expect(grads.predictions.data.findIndex((g) => Number.isNaN(g))).toBe(-1);
          }
      }
    });
  });
}
