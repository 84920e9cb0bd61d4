import { describe, expect, it } from "vitest";
import { centralDifference } from "../../../../test/harness/differences.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { seededRandom } from "../../../random.ts";
import { perceptualLoss } from "./perceptualLoss.ts";
import { sharesOf } from "./shares.ts";
import { styleLoss } from "./styleLoss.ts";

// Of a 4 × 6 image the right half of the top and a pixel at the left count.
const mask = [
  [
    [0, 0, 0, 1, 1, 1],
    [0, 0, 0, 1, 1, 1],
    [0, 0, 0, 0, 0, 0],
    [1, 0, 0, 0, 0, 0],
  ],
];

it("shares of a mask are parts of areas: cells of whole pixels, of parts of them, and within them", () => {
  const shares = (sides: [number, number]) => [...sharesOf(mask.flat(2), 1, [4, 6], sides)];
  expect(shares([4, 6])).toEqual(mask.flat(2));
  expect(shares([2, 3])).toEqual([0, 0.5, 1, 0.25, 0, 0]);
  expectClose(shares([1, 4]), [1 / 6, 0, 0.5, 0.5], 1e-14, 1);
  expectClose(shares([3, 2]), [0, 1, 0, 0.5, 0.25, 0], 1e-14, 1);
  // Twice the size: each pixel four times.
  expect(shares([8, 12])).toEqual(
    Array.from({ length: 96 }, (_, i) => mask[0]?.[Math.floor(i / 24)]?.[(i % 12) >> 1] as number),
  );
});

const random = seededRandom(6);
const map = (...shape: number[]) => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
  shape,
});
// Shares of the mask for the second layer's 2 × 3 positions.
const layers = [
  { sides: [4, 6], share: mask.flat(2) },
  { sides: [2, 3], share: [0, 0.5, 1, 0.25, 0, 0] },
];
const x = [map(1, 2, 4, 6), map(1, 3, 2, 3)];
const y = [map(1, 2, 4, 6), map(1, 3, 2, 3)];
const total = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0);

const distances = {
  perceptualLoss: (a: ArrayLike<number>, b: ArrayLike<number>, share: readonly number[]) => {
    const channels = a.length / share.length;
    const squares = Array.from(a, (v, i) => (share[i % share.length] as number) * (v - (b[i] as number)) ** 2);
    return total(squares) / (channels * total(share));
  },
  styleLoss: (a: ArrayLike<number>, b: ArrayLike<number>, share: readonly number[]) => {
    const channels = a.length / share.length;
    const gram = (z: ArrayLike<number>, c: number, d: number) =>
      total(share.map((s, p) => s * (z[c * share.length + p] as number) * (z[d * share.length + p] as number))) /
      (channels * total(share));
    return total(
      Array.from({ length: channels ** 2 }, (_, k) => {
        const [c, d] = [Math.floor(k / channels), k % channels];
        return (gram(a, c, d) - gram(b, c, d)) ** 2;
      }),
    );
  },
};

describe.each([perceptualLoss, styleLoss])("the mask of %o", (loss) => {
  const name = loss.spec.name as keyof typeof distances;

  it("weighs positions by the share that counts; what does not, even NaN, reaches nothing", () => {
    const wanted = total(layers.map(({ share }, j) => distances[name](x[j]?.data ?? [], y[j]?.data ?? [], share)));
    for (const own of [mask, [mask]]) expectClose([loss(x, y, { mask: own })], [wanted], 1e-13);
    const broken = x.map(({ data, shape }, j) => ({
      shape,
      data: data.map((v, i) => (layers[j]?.share[i % (layers[j]?.share.length ?? 1)] ? v : Number.NaN)),
    }));
    const { value, grads } = loss.valueAndGrad(broken, y, { mask });
    expectClose([value], [wanted], 1e-13);
    for (const [j, { data, shape }] of x.entries())
      for (let i = 0; i < data.length; i++) {
        const moved = (own: number[]) =>
          loss(
            x.map((m, k) => (k === j ? { data: Float64Array.from(own), shape } : m)),
            y,
            { mask },
          );
        expect(grads.predictions[j]?.data[i]).toBeCloseTo(centralDifference(moved, [...data], i) as number, 7);
        if (!layers[j]?.share[i % (layers[j]?.share.length ?? 1)]) expect(grads.targets[j]?.data[i]).toBe(0);
      }
    const single = (maps: typeof x) => maps.map(({ data, shape }) => ({ data: Float32Array.from(data), shape }));
    expectClose([loss(single(broken), single(y), { mask })], [wanted], 1e-5);
  });

  it("that leaves everything counts nothing out, one that leaves nothing costs 0, and 0.5 is refused", () => {
    const all = mask.map((rows) => rows.map((row) => row.map(() => 1)));
    expectClose([loss(x, y, { mask: all })], [loss(x, y)], 1e-14);
    const none = loss.valueAndGrad(x, y, { mask: all.map((rows) => rows.map((row) => row.map(() => 0))) });
    expect([none.value, ...none.grads.predictions.flatMap(({ data }) => [...data])].every((v) => v === 0)).toBe(true);
    expect(() => loss(x, y, { mask: all.map((rows) => rows.map((row) => row.map(() => 0.5))) })).toThrow(
      `${name}: mask[0, 0, 0] is 0.5, outside {0, 1}`,
    );
  });
});
