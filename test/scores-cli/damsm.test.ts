/** `lossary damsm`: the four terms of the library on arrays in files. */
import { expect, it } from "vitest";
import { npyBytes, writeTensors } from "../../src/cli/files/write.ts";
import { damsmLoss, damsmTerms } from "../../src/index.ts";
import { seededRandom } from "../../src/random.ts";
import { file, path } from "../cli/folder.ts";
import { lossary, outcome } from "./program.ts";

const random = seededRandom(5);
const tensor = (...shape: number[]) => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, random.normal),
  shape,
});

it("computes the terms and their sum", async () => {
  const arrays = { regions: tensor(4, 6, 3), words: tensor(4, 5, 3), images: tensor(4, 3), sentences: tensor(4, 3) };
  await writeTensors(path("damsm.npz"), arrays);
  const lengths = [5, 1, 3, 4];
  file("lengths.npy", npyBytes({ data: Float64Array.from(lengths), shape: [4] }));
  const names = Object.keys(arrays).flatMap((name) => [`--${name}`, `${path("damsm.npz")}:${name}`]);
  const args = ["damsm", ...names, "--lengths", path("lengths.npy"), "--gamma1", "3", "--form", "code"];
  const options = { gamma1: 3, form: "code" } as const;
  const { regions, words, images, sentences } = arrays;
  const terms = damsmTerms(regions, words, lengths, images, sentences, options);
  const damsm = damsmLoss(regions, words, lengths, images, sentences, options);
  const result = await outcome(...args);
  expect(result).toEqual({
    ...terms,
    damsm: expect.closeTo(damsm, 12),
    gamma1: 3,
    gamma2: 5,
    gamma3: 10,
    form: "code",
  });
  expect((await lossary(...args)).stdout).toMatch(/^damsm +[\d.]+\nimageToWords +[\d.]+\n/);
  expect((await lossary(...args, "--gamma2", "0")).stderr).toMatch(/is no number greater than 0/);
  expect((await lossary(...args, "--images", path("lengths.npy"))).stderr).toMatch(/damsmTerms: images/);
});
