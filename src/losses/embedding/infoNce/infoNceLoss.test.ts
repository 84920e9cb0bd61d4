import { expect, it } from "vitest";
import { cosines, inTen, surprise } from "../../../../test/harness/contrast.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type InfoNceOptions, infoNceLoss } from "./infoNceLoss.ts";

describeLoss<InfoNceOptions>(infoNceLoss, {
  reference: ([q, k], { temperature = 0.1, symmetric = false }) => {
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
