import { describe, expect, it } from "vitest";
import { expectClose } from "../../../test/harness/expectClose.ts";
import { type Random, seeded } from "../../../test/harness/random.ts";
import { FrechetInceptionDistance } from "./accumulator.ts";
import { FeatureStatistics } from "./featureStatistics.ts";
import { frechetInceptionDistance } from "./frechetInceptionDistance.ts";

interface Features {
  readonly data: Float32Array;
  readonly shape: readonly [number, number];
}

/** Features far from the origin, where a sum of squares would lose half its digits. */
function features(random: Random, n: number, d: number, scale = 1): Features {
  const data = Float32Array.from({ length: n * d }, (_, i) => 100 + (i % d) + scale * random.normal());
  return { data, shape: [n, d] };
}

const rows = ({ data, shape: [, d] }: Features, from: number, to: number): Features => ({
  data: data.slice(from * d, to * d),
  shape: [to - from, d],
});

/** Cuts samples into random batches. */
function batches(all: Features, random: Random, most: number): Features[] {
  const found: Features[] = [];
  for (let at = 0; at < all.shape[0]; ) {
    const end = Math.min(all.shape[0], at + 1 + random.below(most));
    found.push(rows(all, at, end));
    at = end;
  }
  return found;
}

const of = (parts: readonly Features[]) =>
  parts.reduce((sum, part) => sum.update(part), new FeatureStatistics(parts[0]?.shape[1] ?? 1));

describe("FeatureStatistics", () => {
  it("has the mean and covariance (ddof 1) of all rows, to 1e-12", () => {
    for (const [n, d] of [
      [2, 1],
      [5, 7],
      [700, 9],
      [1500, 130],
    ] as const) {
      const all = features(seeded(n), n, d);
      const { mean, count } = of([all]);
      const covariance = of([all]).covariance();
      expect(count).toBe(n);
      const at = (i: number, k: number) => (all.data[i * d + k] as number) - 100;
      for (let k = 0; k < d; k += 1 + Math.floor(d / 5))
        for (let j = 0; j < d; j += 1 + Math.floor(d / 5)) {
          let [a, b, ab] = [0, 0, 0];
          for (let i = 0; i < n; i++) {
            a += at(i, k) / n;
            b += at(i, j) / n;
          }
          for (let i = 0; i < n; i++) ab += (at(i, k) - a) * (at(i, j) - b);
          expectClose([mean[k] as number], [a + 100], 1e-13);
          expectClose([covariance[k * d + j] as number], [ab / (n - 1)], 1e-12, 0, "", 1);
        }
    }
  });

  it("has the same bits whatever the batch size", () => {
    const all = features(seeded(1), 1400, 5);
    const whole = of([all]).toBytes();
    for (const most of [1, 3, 40, 513, 1399]) expect(of(batches(all, seeded(most), most)).toBytes()).toEqual(whole);
  });

  it("merges shards of any sizes, in any grouping, to 1e-12", () => {
    const random = seeded(2);
    const all = features(random, 1300, 6);
    const whole = of([all]);
    for (let round = 0; round < 20; round++) {
      const parts = batches(all, random, 700).map((part) => of([part]));
      while (parts.length > 1) {
        const i = random.below(parts.length - 1);
        const [a, b] = parts.splice(i, 2) as [FeatureStatistics, FeatureStatistics];
        parts.splice(i, 0, round % 2 ? a.merge(b) : b.merge(a));
      }
      const [merged] = parts as [FeatureStatistics];
      expect(merged.count).toBe(1300);
      expectClose(merged.mean, whole.mean, 1e-14);
      expectClose(merged.covariance(), whole.covariance(), 1e-12, 1);
    }
  });

  it("survives its bytes, in the middle of a stream too, and merging leaves the other as it was", () => {
    const all = features(seeded(3), 900, 4);
    const half = of([rows(all, 0, 450)]);
    const back = FeatureStatistics.fromBytes(half.toBytes());
    expect(back.toBytes()).toEqual(half.toBytes());
    back.update(rows(all, 450, 900));
    expectClose(back.covariance(), of([all]).covariance(), 1e-12, 1);
    const before = half.toBytes();
    new FeatureStatistics(4).merge(half).update(rows(all, 0, 9));
    expect(half.toBytes()).toEqual(before);
    const doubled = half.merge(half);
    expect(doubled.count).toBe(900);
    const empty = FeatureStatistics.fromBytes(new FeatureStatistics(3).toBytes());
    expect([empty.count, empty.dimension, ...empty.mean]).toEqual([0, 3, 0, 0, 0]);
  });

  it("refuses what it cannot take, and is then what it was", () => {
    const statistics = new FeatureStatistics(2).update([
      [1, 2],
      [3, 5],
    ]);
    const before = statistics.toBytes();
    expect(() => statistics.update([[1, Number.NaN]])).toThrow(
      "FeatureStatistics: features[0, 1] is NaN, expected a finite number",
    );
    expect(() => statistics.update([[1, 2, 3]])).toThrow(/^FeatureStatistics: features is \[1, 3\], expected \[1, 2\]/);
    expect(() => statistics.merge(new FeatureStatistics(3))).toThrow("cannot merge dimension 3 into 2");
    expect(() => statistics.merge({} as never)).toThrow(TypeError);
    expect(statistics.toBytes()).toEqual(before);
    for (const wrong of [0, 1.5]) expect(() => new FeatureStatistics(wrong)).toThrow(RangeError);
    expect(() => new FeatureStatistics("2" as never)).toThrow(TypeError);
    expect(() => new FeatureStatistics(1).update([[1]]).covariance()).toThrow(/at least 2 samples, there are 1/);
    const cut = before.slice(0, -1);
    expect(() => FeatureStatistics.fromBytes(cut)).toThrow(/cut short or damaged/);
    expect(() => FeatureStatistics.fromBytes(new Uint8Array(5))).toThrow(/not a saved state of this kind/);
    expect(() => FeatureStatistics.fromBytes("bytes" as never)).toThrow(TypeError);
    const later = before.slice();
    later[30] = 0x40;
    expect(() => FeatureStatistics.fromBytes(later)).toThrow(/version/);
  });
});

describe("FrechetInceptionDistance", () => {
  const feed = (fid: FrechetInceptionDistance, parts: readonly Features[], real: boolean) =>
    parts.reduce((sum, part) => sum.update(part, { real }), fid);

  it.each([
    [300, 260, 12],
    [40, 500, 60],
    [500, 40, 60],
    [30, 40, 60],
  ] as const)("is frechetInceptionDistance, however %d and %d samples of %d numbers are split, to 1e-10", (n, m, d) => {
    const random = seeded(n);
    const [x, y] = [features(random, n, d), features(random, m, d, 1.5)];
    const wanted = frechetInceptionDistance(x, y);
    for (let round = 0; round < 4; round++) {
      const shards = [1, 2, 3].map(() => new FrechetInceptionDistance());
      for (const [all, real] of [
        [x, true],
        [y, false],
      ] as const)
        for (const part of batches(all, random, 90)) shards[random.below(3)]?.update(part, { real });
      const [merged, ...others] = shards as [FrechetInceptionDistance, ...FrechetInceptionDistance[]];
      for (const other of others) merged.merge(FrechetInceptionDistance.fromBytes(other.toBytes()));
      expect([merged.real.count, merged.generated.count, merged.dimension]).toEqual([n, m, d]);
      expectClose([merged.compute()], [wanted], 1e-10);
    }
  });

  it("survives its bytes, empty or half fed", () => {
    const random = seeded(5);
    const fid = feed(new FrechetInceptionDistance(), [features(random, 20, 3)], true);
    const back = FrechetInceptionDistance.fromBytes(fid.toBytes());
    expect(() => back.compute()).toThrow("generated has 0 samples, at least 2 are needed");
    const more = [features(random, 30, 3, 2)];
    expect(feed(back, more, false).compute()).toBe(feed(fid, more, false).compute());
    const empty = FrechetInceptionDistance.fromBytes(new FrechetInceptionDistance().toBytes());
    expect(empty.dimension).toBeUndefined();
    expect(empty.merge(fid).compute()).toBe(fid.compute());
    expect(fid.merge(new FrechetInceptionDistance()).compute()).toBe(back.compute());
  });

  it("refuses what it cannot take", () => {
    const fid = new FrechetInceptionDistance(2);
    expect(() => new FrechetInceptionDistance().compute()).toThrow("there are no features yet");
    expect(() => new FrechetInceptionDistance().real).toThrow(RangeError);
    expect(() => fid.update([[1, 2, 3]], { real: true })).toThrow(/expected \[1, 2\]/);
    expect(() => fid.update([[1, 2]], { real: "yes" as never })).toThrow(TypeError);
    expect(() => fid.update([[1, 2]], undefined as never)).toThrow(TypeError);
    expect(() => fid.merge({} as never)).toThrow(TypeError);
    const unfed = new FrechetInceptionDistance();
    expect(() => unfed.update([[Number.NaN, 1]], { real: true })).toThrow(RangeError);
    expect(unfed.dimension).toBeUndefined();
    const bytes = fid.toBytes();
    for (const damaged of [bytes.slice(0, -3), bytes.slice(0, 30), new Uint8Array(200), new Uint8Array(0)])
      expect(() => FrechetInceptionDistance.fromBytes(damaged)).toThrow(RangeError);
  });
});
