import { expect, it } from "vitest";
import { describeLoss } from "../../../test/harness/describeLoss.ts";
import { plainCosine, rowsOf } from "../../../test/harness/points.ts";
import { seeded } from "../../../test/harness/random.ts";
import type { Sample } from "../../../test/harness/samples.ts";
import { type ArcFaceOptions, arcFaceLoss } from "./arcFace/arcFace.ts";
import { type CosFaceOptions, cosFaceLoss } from "./arcFace/cosFace.ts";
import { type InfoNceOptions, infoNceLoss } from "./infoNce/infoNce.ts";
import { type NtXentOptions, ntXentLoss } from "./infoNce/ntXent.ts";
import { type SupConOptions, supConLoss } from "./supCon/supCon.ts";

const cosines = (a: readonly number[][], b: readonly number[][]) => a.map((x) => b.map((y) => plainCosine(x, y)));

/** −log of the softmax at `target`. */
function surprise(logits: readonly number[], target: number): number {
  const most = Math.max(...logits);
  return most + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - most), 0)) - (logits[target] as number);
}

const inTen = (scale: number) => ({
  accuracy: { float32: 4e-6, float64: 2e-14, floor: 1, least: scale },
  gradientAccuracy: { float32: 2e-5, float64: 1e-12, least: scale / 10 },
  spreads: true,
});

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

describeLoss<NtXentOptions>(ntXentLoss, {
  reference: ([first, second], { temperature = 0.5 }) => {
    const all = [...rowsOf(first as Sample), ...rowsOf(second as Sample)];
    const n = all.length / 2;
    const each = cosines(all, all).map((row, i) => {
      const logits = row.map((c) => c / temperature);
      logits[i] = Number.NEGATIVE_INFINITY;
      return surprise(logits, (i + n) % (2 * n));
    });
    return each.slice(0, n).map((value, i) => (value + (each[n + i] as number)) / 2);
  },
  options: [{}, { temperature: 1 }],
  ...inTen(2),
});

const positives = ([, y]: readonly Sample[]) =>
  (y as Sample).data.map((label, i) =>
    (y as Sample).data.flatMap((other, j) => (j !== i && other === label ? [j] : [])),
  );

describeLoss<SupConOptions>(supConLoss, {
  reference: ([x, y], { temperature = 0.1 }) => {
    const rows = rowsOf(x as Sample);
    const own = positives([x as Sample, y as Sample]);
    return cosines(rows, rows).map((row, i) => {
      const logits = row.map((c) => c / temperature);
      logits[i] = Number.NEGATIVE_INFINITY;
      const found = own[i] as number[];
      return found.reduce((sum, p) => sum + surprise(logits, p), 0) / Math.max(1, found.length);
    });
  },
  divisor: (inputs) => positives(inputs).filter(({ length }) => length).length,
  options: [{ temperature: 0.5 }, { temperature: 1 }],
  draw: { labels: (random) => random.below(3) },
  ...inTen(2),
});

const withMargin = ([x, y, w]: readonly Sample[], scale: number, move: (c: number) => number) =>
  cosines(rowsOf(x as Sample), rowsOf(w as Sample)).map((row, i) => {
    const own = (y as Sample).data[i] as number;
    return surprise(
      row.map((c, j) => scale * (j === own ? move(c) : c)),
      own,
    );
  });

describeLoss<CosFaceOptions>(cosFaceLoss, {
  reference: (inputs, { margin = 0.35, scale = 64 }) => withMargin(inputs, scale, (c) => c - margin),
  options: [{ scale: 4 }, { scale: 2, margin: 0 }],
  ...inTen(4),
});

describeLoss<ArcFaceOptions>(arcFaceLoss, {
  reference: (inputs, { margin = 0.5, scale = 64 }) =>
    withMargin(inputs, scale, (c) =>
      c > Math.cos(Math.PI - margin)
        ? c * Math.cos(margin) - Math.sqrt(Math.max(1e-12, 1 - c * c)) * Math.sin(margin)
        : c - margin * Math.sin(margin),
    ),
  options: [{ scale: 4 }, { scale: 2, margin: 0.2 }],
  ...inTen(4),
  accuracy: { float32: 4e-4, float64: 1e-6, floor: 1, least: 4 },
  gradientAccuracy: { float32: 4e-3, float64: 1e-6, least: 1 },
});

it("arcFaceLoss and cosFaceLoss: with margin 0 they are one, and labels are checked", () => {
  const [x, y, w] = [
    [
      [1, 2],
      [3, -1],
    ],
    [0, 1],
    [
      [1, 1],
      [0, 2],
      [-1, 0.5],
    ],
  ];
  expect(arcFaceLoss(x, y, w, { margin: 0 })).toBeCloseTo(cosFaceLoss(x, y, w, { margin: 0 }), 12);
  expect(() => arcFaceLoss(x, [0, 3], w)).toThrow("arcFaceLoss: labels[1] is 3, outside 0…2");
});

it("supConLoss: with two samples of each class it is ntXentLoss", () => {
  const random = seeded(3);
  const rows = () => Array.from({ length: 5 }, () => Array.from({ length: 4 }, () => random.normal()));
  const [a, b] = [rows(), rows()];
  const labels = [...Array(10).keys()].map((i) => i % 5);
  expect(supConLoss([...a, ...b], labels, { temperature: 0.5 })).toBeCloseTo(ntXentLoss(a, b), 12);
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
