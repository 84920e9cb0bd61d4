import { expect, it } from "vitest";
import { cosines, inTen, surprise } from "../../../../test/harness/contrast.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { centralDifference } from "../../../../test/harness/differences.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { rowsOf } from "../../../../test/harness/points.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type InfoNceOptions, infoNceLoss } from "./infoNceLoss.ts";

describeLoss<InfoNceOptions>(infoNceLoss, {
  reference: ([q, k], { temperature, symmetric }) => {
    const [a, b] = [rowsOf(q as Sample), rowsOf(k as Sample)];
    const each = (x: number[][], y: number[][]) =>
      cosines(x, y).map((row, i) =>
        surprise(
          row.map((c) => c / temperature),
          i,
        ),
      );
    const back = each(b, a);
    return each(a, b).map((value, i) => (symmetric ? (value + (back[i] as number)) / 2 : value));
  },
  options: [{ temperature: 0.5 }, { symmetric: true, temperature: 1 }],
  ...inTen(2),
});

it("infoNceLoss: lengths do not matter, a pair alone costs nothing, a zero vector has gradient 0", () => {
  const q = [
    [1, 2],
    [0.5, -1],
  ];
  const k = [
    [2, 1],
    [1, -3],
  ];
  const scaled = infoNceLoss(
    q.map((row) => row.map((v) => 9 * v)),
    k,
  );
  expect(scaled).toBeCloseTo(infoNceLoss(q, k), 12);
  expect(infoNceLoss([[1, 2]], [[3, -4]])).toBeCloseTo(0, 14);
  expect([
    ...infoNceLoss
      .valueAndGrad(
        [
          [0, 0],
          [1, 2],
        ],
        k,
      )
      .grads.queries.data.slice(0, 2),
  ]).toEqual([0, 0]);
});

it("infoNceLoss: several positives, one, or none, in both directions", () => {
  const random = seeded(4);
  const draw = (n: number) =>
    Array.from({ length: n }, () => Array.from({ length: 3 }, () => Math.fround(random.normal())));
  const [q, k] = [draw(5), draw(5)];
  const positives = [
    [1, 0, 1, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 1, 0, 0],
    [1, 1, 1, 1, 1],
    [0, 1, 0, 1, 0],
  ];
  const values = (x: number[][], y: number[][], mask: number[][]) =>
    cosines(x, y).map((row, i) => {
      const right = (mask[i] as number[]).flatMap((m, j) => (m ? [j] : []));
      const logits = row.map((c) => c / 0.3);
      return right.reduce((sum, j) => sum + surprise(logits, j) / right.length, 0);
    });
  for (const symmetric of [false, true])
    for (const mask of [positives, positives.map((row, i) => (i ? row.map(() => 0) : row))]) {
      const back = mask.map((_, j) => mask.map((row) => row[j] as number));
      const reference = (a: number[][], b: number[][]) => {
        const there = values(a, b, mask);
        return symmetric ? there.map((v, i) => (v + (values(b, a, back)[i] as number)) / 2) : there;
      };
      const wanted = reference(q, k);
      const has = mask.map((row, i) => row.some(Boolean) || (symmetric && (back[i] as number[]).some(Boolean)));
      const mean = (each: number[]) => each.reduce((sum, v) => sum + v, 0) / has.filter(Boolean).length;
      const options = { temperature: 0.3, symmetric, positives: mask };
      expectClose(infoNceLoss(q, k, { ...options, reduction: "none" }).data, wanted, 1e-13, 1e-14);
      const { value, grads } = infoNceLoss.valueAndGrad(q, k, options);
      expect(value).toBeCloseTo(mean(wanted), 12);
      const single = (rows: number[][]) => ({ data: Float32Array.from(rows.flat()), shape: [5, 3] });
      const f32 = infoNceLoss.valueAndGrad(single(q), single(k), options);
      expect(f32.value).toBeCloseTo(value, 4);
      expectClose(f32.grads.keys.data, grads.keys.data, 1e-5, 1);
      for (let i = 0; i < 15; i++) {
        const rows = (flat: number[]) => q.map((_, r) => flat.slice(3 * r, 3 * r + 3));
        const atQuery = centralDifference((flat) => mean(reference(rows(flat), k)), q.flat(), i);
        const atKey = centralDifference((flat) => mean(reference(q, rows(flat))), k.flat(), i);
        expect(grads.queries.data[i]).toBeCloseTo(atQuery as number, 7);
        expect(grads.keys.data[i]).toBeCloseTo(atKey as number, 7);
      }
    }
  const identity = q.map((_, i) => q.map((__, j) => Number(i === j)));
  expect(infoNceLoss(q, k, { positives: identity })).toBeCloseTo(infoNceLoss(q, k), 13);
  expect(() => infoNceLoss(q, k, { positives: q.map(() => q.map(() => 0.5)) })).toThrow(
    "infoNceLoss: positives[0, 0] is 0.5, outside {0, 1}",
  );
  const none = infoNceLoss.valueAndGrad(q, k, { positives: q.map(() => q.map(() => 0)) });
  expect([none.value, ...none.grads.queries.data, ...none.grads.keys.data].every((v) => v === 0)).toBe(true);
});
