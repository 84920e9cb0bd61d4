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
    const result = await outcome("is", path(args[0] as string), ...args.slice(1), "--splits", "3");
    expect(Math.abs(result.mean - expected.mean)).toBeLessThan(1e-12);
    expect(Math.abs(result.std - expected.std)).toBeLessThan(1e-12);
  }
});

it("computes R-precision in both meanings", async () => {
  const relevant = { data: Float64Array.from(real.data, (_, i) => (i % 3 === 0 ? 1 : 0)), shape: [N, D] };
  file("relevant.npy", npyBytes(relevant));
  const retrieval = await outcome("r-precision", "--scores", path("real.npy"), "--relevant", path("relevant.npy"));
  expect(retrieval).toEqual({ rPrecision: rPrecision(real, relevant), queries: N, documents: D });
  const args = ["--images", path("real.npy"), "--texts", path("generated.npy"), "--candidates", "9"];
  expect(await outcome("r-precision", ...args)).toMatchObject(matchingRPrecision(real, generated, { candidates: 9 }));
});

it("says the same in words", async () => {
  const { stdout } = await lossary("fid", path("real.npy"), path("generated.npy"));
  expect(stdout).toMatch(
    /^FID [\d.]+\nreal +\S+real\.npy: 40 samples, 4 features\ngenerated +\S+: 40 samples, 4 features\n$/,
  );
});
