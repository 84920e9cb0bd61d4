import { expect, it } from "vitest";
import { cosines, inTen, surprise } from "../../../../test/harness/contrast.ts";
import { countedWeight, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { rowsOf } from "../../../../test/harness/points.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { ntXentLoss } from "../ntXent/ntXentLoss.ts";
import { type SupConOptions, supConLoss } from "./supConLoss.ts";

const positives = ([, y]: readonly Sample[]) =>
  (y as Sample).data.map((label, i) =>
    (y as Sample).data.flatMap((other, j) => (j !== i && other === label ? [j] : [])),
  );

describeLoss<SupConOptions>(supConLoss, {
  reference: ([x, y], { temperature }) => {
    const rows = rowsOf(x as Sample);
    const own = positives([x as Sample, y as Sample]);
    return cosines(rows, rows).map((row, i) => {
      const logits = row.map((c) => c / temperature);
      logits[i] = Number.NEGATIVE_INFINITY;
      const found = own[i] as number[];
      return found.reduce((sum, p) => sum + surprise(logits, p), 0) / Math.max(1, found.length);
    });
  },
  divisor: (inputs, _, weights) =>
    countedWeight(
      weights,
      positives(inputs).map(({ length }) => length > 0),
    ),
  options: [{ temperature: 0.5 }, { temperature: 1 }],
  draw: { labels: (random) => random.below(3) },
  ...inTen(2),
});

it("supConLoss: with two samples of each class it is ntXentLoss", () => {
  const random = seeded(3);
  const rows = () => Array.from({ length: 5 }, () => Array.from({ length: 4 }, () => random.normal()));
  const [a, b] = [rows(), rows()];
  const labels = [...Array(10).keys()].map((i) => i % 5);
  expect(supConLoss([...a, ...b], labels, { temperature: 0.5 })).toBeCloseTo(ntXentLoss(a, b), 12);
});
