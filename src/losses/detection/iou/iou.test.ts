import { expect, it } from "vitest";
import { boxesOf, drawBox, formats, iouOf } from "../../../../test/harness/boxes.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { seeded } from "../../../../test/harness/random.ts";
import { memoryUse } from "../../../kernel/arena.ts";
import { iou } from "./iou.ts";
import { iouLoss } from "./iouLoss.ts";

const random = seeded(31);
const draw = (count: number) =>
  Array.from({ length: 4 * count }, (_, i) => Math.fround(drawBox(random, { rest: [] }, i)));
const rows = (data: readonly number[]) => ({ data: Float64Array.from(data), shape: [data.length / 4, 4] });

for (const [dtype, array, accuracy] of [
  ["float32", Float32Array, 6e-7],
  ["float64", Float64Array, 1e-15],
] as const)
  it(`iou: ${dtype} agrees with the formula to ${accuracy} for all lengths and formats`, () => {
    for (const format of formats)
      for (let m = 1; m <= 19; m++) {
        const [a, b] = [draw(1 + (m % 3)), draw(m)];
        const wanted = boxesOf({ data: a }, format).flatMap((box) =>
          boxesOf({ data: b }, format).map((other) => iouOf(box, other)),
        );
        const typed = (data: number[]) => ({ ...rows(data), data: new array(data) });
        const came = iou(typed(a), typed(b), { format });
        expect(came.shape).toEqual([1 + (m % 3), m]);
        expect(came.data).toBeInstanceOf(array);
        expectClose(came.data, wanted, accuracy, 0, `${format} ${m}`, 1);
      }
  });

it("iou: the diagonal is 1 − iouLoss, and 1 for boxes with themselves; it is symmetric", () => {
  const [a, b] = [draw(7), draw(7)];
  const loss = iouLoss(rows(a), rows(b), { reduction: "none", format: "xywh" });
  const forth = iou(rows(a), rows(b), { format: "xywh" });
  const back = iou(rows(b), rows(a), { format: "xywh" });
  for (let i = 0; i < 7; i++) {
    expect(forth.data[8 * i]).toBeCloseTo(1 - (loss.data[i] as number), 14);
    for (let j = 0; j < 7; j++) expect(forth.data[7 * i + j]).toBeCloseTo(back.data[7 * j + i] as number, 14);
  }
  expect([...iou([[1, 2, 3, 4]], [[1, 2, 3, 4]]).data]).toEqual([1]);
});

it("iou: no NaN for boxes without area, inverted, huge or tiny; NaN stays in its row", () => {
  const odd = [
    [0, 0, 0, 0],
    [2, 2, 1, 1],
    [-1e308, -1e308, 1e308, 1e308],
    [0, 0, 1e-320, 1e-320],
    [1, 1, 1, 5],
  ];
  for (const format of formats)
    for (const value of iou(odd, odd, { format }).data) expect(Number.isFinite(value)).toBe(true);
  const { data } = iou(
    [
      [0, 0, Number.NaN, 1],
      [0, 0, 1, 1],
    ],
    [
      [0, 0, 1, 1],
      [0, 0, 2, 1],
    ],
  );
  expect([...data]).toEqual([Number.NaN, Number.NaN, 1, 0.5]);
});

it("iou: refuses what it cannot read, and leaves no memory behind", () => {
  expect(() => iou([[1, 2, 3]], [[1, 2, 3, 4]])).toThrow(/^iou: boxes1 is \[1, 3\], expected \[1, 4\]/);
  expect(() => iou([[1, 2, 3, 4]], new Float64Array(0))).toThrow(RangeError);
  expect(() => iou([[1, 2, 3, 4]], [[1, 2, 3, 4]], { format: "yxyx" as "xyxy" })).toThrow(/^iou: format is "yxyx"/);
  expect(() => iou([[1, 2, 3, 4]], [[1, 2, 3, 4]], { formt: "xyxy" } as object)).toThrow(/format/);
  const before = memoryUse();
  for (let i = 0; i < 1000; i++) iou([[0, 0, 1, 1]], [[0, 0, 2, 2]]);
  expect(memoryUse()).toEqual(before);
});

it("iou: no boxes on a side give a matrix without rows or columns", () => {
  const none = { data: new Float32Array(0), shape: [0, 4] };
  const one = { data: Float32Array.of(0, 0, 1, 1), shape: [1, 4] };
  expect(iou(none, one).shape).toEqual([0, 1]);
  expect(iou(one, none).shape).toEqual([1, 0]);
  expect(iou(none, none)).toEqual({ data: new Float32Array(0), shape: [0, 0] });
  expect(() => iou({ data: [], shape: [0, 3] }, one)).toThrow("iou: boxes1 is [0, 3], expected [0, 4]");
});
