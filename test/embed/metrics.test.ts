/** Scores of neighbourhoods, against brute force and scikit-learn's silhouette. */
import { expect, it } from "vitest";
import { rank } from "../../src/cli/embed/metrics.ts";
import { differenceInterval, isTold } from "../../src/cli/embed/noise.ts";
import { seededRandom } from "../../src/random.ts";

const score = (...rows: Parameters<typeof rank>) => rank(...rows).scores;

const distance = (x: Float32Array, d: number, i: number, j: number) =>
  Math.hypot(...Array.from({ length: d }, (_, k) => (x[i * d + k] as number) - (x[j * d + k] as number)));

const mean = (list: readonly number[]) => list.reduce((sum, v) => sum + v, 0) / list.length;

/** From the definitions: a row's rank is one more than the number of rows before it. */
function brute(x: Float32Array, labels: Int32Array, d: number) {
  const rows = [...labels.keys()];
  const others = (i: number) => rows.filter((j) => j !== i && labels[j] === labels[i]);
  const before = (i: number, a: number, b: number) => {
    const [da, db] = [distance(x, d, i, a), distance(x, d, i, b)];
    return da < db || (da === db && a < b);
  };
  const rank = (i: number, j: number) => 1 + rows.filter((o) => o !== i && o !== j && before(i, o, j)).length;
  const asking = rows.filter((i) => others(i).length > 0);
  const ranks = asking.map((i) => others(i).map((j) => rank(i, j)));
  return {
    recallAt1: mean(ranks.map((own) => Number(own.some((r) => r <= 1)))),
    recallAt5: mean(ranks.map((own) => Number(own.some((r) => r <= 5)))),
    rPrecision: mean(ranks.map((own) => own.filter((r) => r <= own.length).length / own.length)),
    meanAveragePrecision: mean(ranks.map((own) => mean(own.map((r) => own.filter((s) => s <= r).length / r)))),
    silhouette: mean(
      rows.map((i) => {
        if (others(i).length === 0) return 0;
        const to = (label: number) =>
          mean(rows.filter((j) => j !== i && labels[j] === label).map((j) => distance(x, d, i, j)));
        const a = to(labels[i] as number);
        const b = Math.min(...[...new Set(labels)].filter((label) => label !== labels[i]).map(to));
        return (b - a) / Math.max(a, b);
      }),
    ),
  };
}

it("agree with their definitions, ties and classes of one row included", () => {
  for (const [n, d, classes, seed] of [
    [12, 2, 3, 1],
    [40, 3, 5, 2],
    [25, 1, 2, 3],
    [30, 4, 12, 4],
  ] as const) {
    const random = seededRandom(seed);
    // Few distinct numbers make many ties.
    const x = Float32Array.from({ length: n * d }, () => (seed === 3 ? random.below(4) : random.normal()));
    const labels = Int32Array.from({ length: n }, (_, i) => (i === 0 ? classes - 1 : random.below(classes - 1)));
    const wanted = brute(x, labels, d);
    const came = score(x, labels, classes + 1, d);
    for (const key of Object.keys(wanted) as (keyof typeof wanted)[])
      expect(came[key], `${key} ${n}`).toBeCloseTo(wanted[key], 10);
  }
});

it("agree with scikit-learn's silhouette_score and with a ranking worked out by hand", () => {
  const x = Float32Array.of(0, 0, 1, 0, 0, 2, 5, 5, 6, 5, 5, 7, 2, 2);
  const labels = Int32Array.of(0, 0, 0, 1, 1, 1, 1);
  const came = score(x, labels, 2, 2);
  expect(came.silhouette).toBeCloseTo(0.48507961247408937, 6);
  // The last row is nearest to all of class 0, and the third finds it level with its second partner.
  expect(came.recallAt1).toBeCloseTo(6 / 7, 12);
  expect(came.recallAt5).toBe(1);
  expect(came.rPrecision).toBeCloseTo(5.5 / 7, 12);
  expect(came.meanAveragePrecision).toBeCloseTo((5 + (1 + 2 / 3) / 2 + (1 / 4 + 2 / 5 + 3 / 6) / 3) / 7, 12);
});

it("are perfect for classes that lie apart, and 0 for recall where neighbours are never of the class", () => {
  const apart = score(Float32Array.of(0, 0.1, 0.2, 9, 9.1, 9.2), Int32Array.of(0, 0, 0, 1, 1, 1), 2, 1);
  expect(apart).toMatchObject({ recallAt1: 1, recallAt5: 1, rPrecision: 1, meanAveragePrecision: 1 });
  expect(apart.silhouette).toBeGreaterThan(0.97);
  const mixed = score(Float32Array.of(0, 0.1, 9, 9.1), Int32Array.of(0, 1, 0, 1), 2, 1);
  expect(mixed).toMatchObject({ recallAt1: 0, recallAt5: 1, rPrecision: 0 });
});

it("the interval of a difference is that of its mean over resampled rows", () => {
  const random = seededRandom(9);
  const first = Float64Array.from({ length: 400 }, () => random.normal());
  const second = first.map((value) => value + 0.2 + random.normal());
  // The standard error of the mean is near 1 / √400; 1.96 of them to either side.
  const differences = first.map((value, i) => value - (second[i] as number));
  const centre = differences.reduce((sum, value) => sum + value / 400, 0);
  const error = Math.sqrt(differences.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 400 / 400);
  const [low, high] = differenceInterval(first, second);
  expect(Math.abs(low - (centre - 1.96 * error))).toBeLessThan(0.25 * error);
  expect(Math.abs(high - (centre + 1.96 * error))).toBeLessThan(0.25 * error);
  expect([
    isTold(first, second),
    isTold(
      first,
      first.map((value) => value + random.normal() / 100),
    ),
    isTold(first, first),
  ]).toEqual([true, false, false]);
});
