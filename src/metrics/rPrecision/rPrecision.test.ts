import { describe, expect, it } from "vitest";
import { seeded } from "../../../test/harness/random.ts";
import { matchingRPrecision } from "./matchingRPrecision.ts";
import { rPrecision } from "./rPrecision.ts";

describe("rPrecision", () => {
  it("17 of 50 and 7 of 10 give 0.52", () => {
    // Falling scores, so that the top R are the first R; relevant ones beyond make up the number.
    const query = (relevant: number, hits: number) =>
      Array.from({ length: 100 }, (_, i) => Number(i < hits || (i >= relevant && i < 2 * relevant - hits)));
    const scores = Array.from({ length: 100 }, (_, i) => -i);
    expect(rPrecision([scores, scores], [query(50, 17), query(10, 7)])).toBeCloseTo(0.52, 15);
  });

  it("agrees with a count over sorted pairs", () => {
    const random = seeded(1);
    for (let round = 0; round < 50; round++) {
      const [q, d] = [1 + random.below(5), 1 + random.below(12)];
      // Few different scores, so that there are ties.
      const scores = Array.from({ length: q }, () => Array.from({ length: d }, () => random.below(4)));
      const relevant = scores.map((row) => row.map(() => random.below(2)));
      relevant[0] = scores[0]?.map((_, i) => Number(i === 0)) ?? [];
      const each = scores.flatMap((row, i) => {
        const wanted = relevant[i]?.filter((x) => x === 1).length ?? 0;
        // The chance of a document to be among the top: places left by better ones, shared with its equals.
        const chance = row.map((score) => {
          const places = wanted - row.filter((other) => other > score).length;
          return Math.min(1, Math.max(0, places / row.filter((other) => other === score).length));
        });
        return wanted ? [chance.reduce((sum, p, a) => sum + p * (relevant[i]?.[a] as number), 0) / wanted] : [];
      });
      expect(rPrecision(scores, relevant)).toBeCloseTo(each.reduce((a, b) => a + b, 0) / each.length, 14);
    }
  });

  it("equal scores count by their share, wherever they stand; queries without a relevant document are left out", () => {
    expect(rPrecision([[1, 1, 1]], [[1, 0, 0]])).toBeCloseTo(1 / 3, 15);
    expect(rPrecision([[1, 1, 1]], [[0, 0, 1]])).toBeCloseTo(1 / 3, 15);
    expect(rPrecision([[1, 2, 1, 1]], [[1, 1, 0, 0]])).toBeCloseTo((1 + 1 / 3) / 2, 15);
    expect(rPrecision([[2, 2, 1]], [[1, 1, 0]])).toBe(1);
    expect(rPrecision([[0, -0]], [[0, 1]])).toBe(0.5);
    const relevant = { data: BigInt64Array.of(0n, 0n, 0n, 1n), shape: [2, 2] };
    expect(
      rPrecision(
        [
          [3, 2],
          [1, 2],
        ],
        relevant,
      ),
    ).toBe(1);
  });

  it("refuses other labels, shapes that differ and nothing to find; NaN gives NaN", () => {
    expect(() => rPrecision([[1, 2]], [[0, 2]])).toThrow("rPrecision: relevant[0, 1] is 2, expected 0 or 1");
    expect(() => rPrecision([[1, 2]], [[0, 1, 0]])).toThrow(/relevant is \[1, 3\], expected \[1, 2\]/);
    expect(() => rPrecision([[1, 2]], [[0, 0]])).toThrow(/relevant has no 1/);
    expect(rPrecision([[1, Number.NaN]], [[0, 1]])).toBeNaN();
  });
});

describe("matchingRPrecision", () => {
  const draw = (n: number, d: number, seed: number) => {
    const random = seeded(seed);
    return { data: Float64Array.from({ length: n * d }, () => random.normal()), shape: [n, d] };
  };

  it("is 1 for texts that are their images, at any length of the vectors", () => {
    const images = draw(150, 8, 1);
    const texts = { ...images, data: images.data.map((x, i) => x * 10 ** ((Math.floor(i / 8) % 600) - 75)) };
    expect(matchingRPrecision(images, texts)).toEqual({ mean: 1, std: 0 });
  });

  it("is about 1 in 100 for unrelated vectors, and 1 in 5 among five", () => {
    for (const [candidates, share] of [
      [100, 0.01],
      [5, 0.2],
    ] as const) {
      const { mean } = matchingRPrecision(draw(3000, 4, 2), draw(3000, 4, 3), { candidates });
      expect(Math.abs(mean - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 3000));
    }
  });

  it("is the share of pairs that beat all others where every text is a candidate", () => {
    const random = seeded(4);
    const images = Array.from({ length: 12 }, () => [random.normal(), random.normal()]);
    const texts = images.map((row) => row.map((x) => x + random.normal()));
    const cosine = (a: number[], b: number[]) =>
      a.reduce((sum, x, k) => sum + x * (b[k] as number), 0) / Math.hypot(...a) / Math.hypot(...b);
    const hits = images.map((image, i) =>
      Number(texts.every((text, j) => j === i || cosine(image, text) < cosine(image, texts[i] as number[]))),
    );
    // Ten folds of twelve pairs: ⌊12 i / 10⌋.
    const folds = Array.from({ length: 10 }, (_, i) => hits.slice(Math.floor(1.2 * i), Math.floor(1.2 * (i + 1))));
    const shares = folds.map((fold) => fold.reduce((a, b) => a + b, 0) / fold.length);
    const mean = shares.reduce((a, b) => a + b, 0) / 10;
    const came = matchingRPrecision(images, texts, { candidates: 12 });
    expect(came.mean).toBeCloseTo(mean, 14);
    expect(came.std).toBeCloseTo(Math.sqrt(shares.reduce((sum, s) => sum + (s - mean) ** 2, 0) / 10), 14);
  });

  it("counts a tie as a miss, leaves other texts of a class out, and draws by the seed", () => {
    const same = { data: new Float64Array(40).fill(1), shape: [20, 2] };
    expect(matchingRPrecision(same, same, { candidates: 5 }).mean).toBe(0);
    // Two directions, ten texts each: only texts of the other class can be told apart.
    const two = Array.from({ length: 20 }, (_, i) => (i % 2 ? [1, 0] : [0, 1]));
    const classIds = two.map((_, i) => i % 2);
    expect(matchingRPrecision(two, two, { candidates: 11, classIds }).mean).toBe(1);
    const broken = classIds.map((id, i) => (i === 3 ? Number.NaN : id));
    expect(() => matchingRPrecision(two, two, { candidates: 11, classIds: broken })).toThrow(
      "matchingRPrecision: classIds[3] is NaN, outside (−∞, ∞)",
    );
    expect(matchingRPrecision(two, two, { candidates: 11 }).mean).toBe(0);
    const [images, texts] = [draw(300, 3, 5), draw(300, 3, 6)];
    const one = matchingRPrecision(images, texts, { candidates: 3 });
    expect(matchingRPrecision(images, texts, { candidates: 3, seed: 0 })).toEqual(one);
    expect(matchingRPrecision(images, texts, { candidates: 3, seed: 9 })).not.toEqual(one);
  });

  it("refuses too few texts and shapes that differ; NaN gives NaN", () => {
    const few = draw(50, 2, 7);
    expect(() => matchingRPrecision(few, few)).toThrow(
      "matchingRPrecision: 100 candidates need 99 other texts, there are 49; give fewer candidates",
    );
    const classIds = Array.from({ length: 50 }, (_, i) => (i < 45 ? 3 : i));
    expect(() => matchingRPrecision(few, few, { candidates: 10, classIds })).toThrow(
      /of other classes than 3, there are 5/,
    );
    expect(() => matchingRPrecision(few, draw(50, 3, 8))).toThrow(/texts is \[50, 3\], expected \[50, 2\]/);
    expect(() => matchingRPrecision(few, few, { candidates: 1 })).toThrow(RangeError);
    const spoilt = { ...few, data: few.data.map((x, i) => (i === 7 ? Number.NaN : x)) };
    expect(matchingRPrecision(spoilt, few, { candidates: 2 }).mean).toBeNaN();
  });
});
