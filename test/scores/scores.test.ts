/** The scores of features in files: those of the library on the same numbers. */

import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, expect, it } from "vitest";
import { npyBytes, writeTensors } from "../../src/cli/files/write.ts";
import {
  frechetDistance,
  inceptionScore,
  kernelInceptionDistance,
  matchingRPrecision,
  rPrecision,
} from "../../src/index.ts";
import { seededRandom } from "../../src/random.ts";
import { file, path } from "../cli/folder.ts";
import { lossary, outcome } from "./program.ts";

const [N, D] = [40, 4];
const random = seededRandom(3);
const matrix = (shift: number) => ({
  data: Float64Array.from({ length: N * D }, () => random.normal() + shift),
  shape: [N, D],
});
const [real, generated] = [matrix(0), matrix(0.5)];
const { mu, sigma } = statistics(real);
const other = statistics(generated);
const fid = frechetDistance(mu, sigma, other.mu, other.sigma);
const rows = Array.from({ length: N }, (_, i) => [...generated.data.subarray(i * D, (i + 1) * D)]);

beforeAll(async () => {
  file("real.npy", npyBytes(real));
  file("generated.npy", npyBytes(generated));
  await writeTensors(path("both.npz"), { real, generated });
  await writeTensors(path("single.npz"), { generated });
  const columns = Array.from({ length: D }, (_, j) => ({
    name: `f${j}`,
    data: rows.map((row) => row[j] as number),
    type: "DOUBLE" as const,
  }));
  file("columns.parquet", new Uint8Array(parquetWriteBuffer({ columnData: columns })));
  const lists = [{ name: "embedding", data: rows }];
  file("lists.parquet", new Uint8Array(parquetWriteBuffer({ columnData: lists, rowGroupSize: 16 })));
});

it.each([
  "generated.npy",
  "both.npz:generated",
  "single.npz",
  "columns.parquet",
  "lists.parquet:embedding",
  "lists.parquet",
])("reads features of %s", async (name) => {
  const result = await outcome("fid", path("real.npy"), path(name));
  expect(Math.abs(result.fid - fid)).toBeLessThan(1e-10 * fid);
  expect(result.generated).toMatchObject({ count: N, dimension: D });
});

it("says which columns a .parquet file has, and that a file is none", async () => {
  const fid = (name: string) => lossary("fid", path("real.npy"), path(name));
  expect((await fid("columns.parquet:f9")).stderr).toMatch(/has no column "f9"/);
  file("text.parquet", "text");
  expect((await fid("text.parquet")).stderr).toMatch(/text\.parquet: is not a sound \.parquet file \(/);
});

/** Mean and covariance, written from their definitions. */
function statistics({ data }: typeof real) {
  const mu = Array.from({ length: D }, (_, j) => data.reduce((s, x, i) => (i % D === j ? s + x / N : s), 0));
  const at = (i: number, j: number) => (data[i * D + j] as number) - (mu[j] as number);
  const sigma = Array.from({ length: D * D }, (_, k) => {
    const products = Array.from({ length: N }, (_, i) => at(i, Math.floor(k / D)) * at(i, k % D));
    return products.reduce((a, b) => a + b) / (N - 1);
  });
  return {
    mu: { data: Float64Array.from(mu), shape: [D] },
    sigma: { data: Float64Array.from(sigma), shape: [D, D] },
  };
}

it("reads pytorch-fid's statistics", async () => {
  await writeTensors(path("statistics.npz"), { mu, sigma });
  const result = await outcome("fid", path("statistics.npz"), path("generated.npy"));
  expect(Math.abs(result.fid - fid)).toBeLessThan(1e-9 * fid);
  expect(result.real.count).toBeNull();
});

it("computes KID", async () => {
  const options = { degree: 2, subsets: 5, subsetSize: 20, seed: 4 };
  const flags = Object.entries({ degree: 2, subsets: 5, "subset-size": 20, seed: 4 });
  const result = await outcome(
    "kid",
    path("real.npy"),
    path("generated.npy"),
    ...flags.flatMap(([k, v]) => [`--${k}`, `${v}`]),
  );
  expect(result).toMatchObject({ ...kernelInceptionDistance(real, generated, options), ...options });
});

it("computes the Inception score of probabilities and of logits", async () => {
  const softmax = new Float64Array(N * D);
  for (const [i, row] of rows.entries()) {
    const sum = row.reduce((total, value) => total + Math.exp(value), 0);
    for (const [j, value] of row.entries()) softmax[i * D + j] = Math.exp(value) / sum;
  }
  const expected = inceptionScore({ data: softmax, shape: [N, D] }, { splits: 3 });
  file("softmax.npy", npyBytes({ data: softmax, shape: [N, D] }));
  for (const args of [["softmax.npy"], ["generated.npy", "--logits"]]) {
    const result = await outcome("is", path(args[0] as string), ...args.slice(1), "--splits", "3", "--no-shuffle");
    expect(result).toMatchObject({ shuffled: false, seed: null });
    expect(Math.abs(result.mean - expected.mean)).toBeLessThan(1e-12);
    expect(Math.abs(result.std - expected.std)).toBeLessThan(1e-12);
  }
});

it("shuffles before it cuts: a set sorted by class scores as one in any order", async () => {
  const [classes, per] = [10, 100];
  const sorted = Float64Array.from({ length: classes * per * classes }, (_, i) => {
    const [row, k] = [Math.floor(i / classes), i % classes];
    return Math.floor(row / per) === k ? 0.991 : 0.001;
  });
  const set = file("sorted.npy", npyBytes({ data: sorted, shape: [classes * per, classes] }));
  // In class order each split holds one class. All together: exp(0.991 log 9.91 + 9 · 0.001 log 0.01) = 9.3154.
  const exact = Math.exp(0.991 * Math.log(9.91) + 0.009 * Math.log(0.01));
  expect((await outcome("is", set, "--no-shuffle")).mean).toBeCloseTo(1, 6);
  expect((await outcome("is", set, "--splits", "1")).mean).toBeCloseTo(exact, 9);
  const first = await outcome("is", set);
  expect(first).toMatchObject({ shuffled: true, seed: 0, splits: 10 });
  // A hundred draws of ten classes do not quite meet them all equally often.
  expect(first.mean).toBeGreaterThan(0.92 * exact);
  expect(first.mean).toBeLessThan(exact);
  expect(await outcome("is", set, "--seed", "0")).toEqual(first);
  expect((await outcome("is", set, "--seed", "7")).mean).not.toBe(first.mean);
  expect((await lossary("is", set, "--seed", "7")).stdout).toMatch(/ over 10 splits, shuffled with seed 7\n/);
  expect((await lossary("is", set, "--no-shuffle")).stdout).toMatch(/ over 10 splits in the set's order\n/);
  expect((await lossary("is", set, "--no-shuffle", "--seed", "7")).stderr).toMatch(
    /--seed has no effect: --no-shuffle/,
  );
  // Shards that are joined have the order of the set.
  const parts = [0, 1, 2].map((i) => path(`sorted-${i}.state`));
  for (const [i, part] of parts.entries()) await outcome("is", set, "--shard", `${i}/3`, "--save-state", part);
  await outcome("merge", ...[2, 0, 1].map((i) => parts[i] as string), "--save-state", path("sorted.state"));
  const joined = await outcome("is", path("sorted.state"));
  expect([joined.mean, joined.std]).toEqual([first.mean, first.std]);
  // A fault is told of the row it is in, not of where that was shuffled to.
  const wrong = file("wrong.npy", npyBytes({ data: sorted.map((p, i) => (i === 57 ? 2 : p)), shape: [1000, 10] }));
  expect((await lossary("is", wrong)).stderr).toMatch(/probabilities\[5, 7\] is 2/);
});

it("computes R-precision in both meanings", async () => {
  const relevant = { data: Float64Array.from(real.data, (_, i) => (i % 3 === 0 ? 1 : 0)), shape: [N, D] };
  file("relevant.npy", npyBytes(relevant));
  const retrieval = await outcome("r-precision", "--scores", path("real.npy"), "--relevant", path("relevant.npy"));
  expect(retrieval).toEqual({ rPrecision: rPrecision(real, relevant), queries: N, withoutRelevant: 0, documents: D });
  // A query without a relevant document has no R-precision: the mean is over the others.
  const partial = { data: relevant.data.map((x, i) => (i < 2 * D ? 0 : x)), shape: [N, D] };
  file("partial.npy", npyBytes(partial));
  const args38 = ["r-precision", "--scores", path("real.npy"), "--relevant", path("partial.npy")];
  expect(await outcome(...args38)).toMatchObject({ queries: N - 2, withoutRelevant: 2 });
  expect((await lossary(...args38)).stdout).toMatch(
    /^R-precision [\d.]+ of 38 queries \(2 without a relevant one left out\), 4 documents\n$/,
  );
  const args = ["--images", path("real.npy"), "--texts", path("generated.npy"), "--candidates", "9"];
  expect(await outcome("r-precision", ...args)).toMatchObject(matchingRPrecision(real, generated, { candidates: 9 }));
});

it("says the same in words", async () => {
  const { stdout } = await lossary("fid", path("real.npy"), path("generated.npy"));
  expect(stdout).toMatch(
    /^FID [\d.]+\nreal +\S+real\.npy: 40 samples, 4 features\ngenerated +\S+: 40 samples, 4 features\n$/,
  );
});
