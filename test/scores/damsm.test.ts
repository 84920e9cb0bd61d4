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
    samples: 4,
    batches: 1,
  });
  expect((await lossary(...args)).stdout).toMatch(/^damsm +[\d.]+\nimageToWords +[\d.]+\n/);

  const cut = (first: number, end: number) => {
    const part = ({ data, shape: [n, ...rest] }: ReturnType<typeof tensor>) => {
      const width = data.length / (n as number);
      return { data: data.slice(first * width, end * width), shape: [end - first, ...rest] };
    };
    return damsmTerms(part(regions), part(words), lengths.slice(first, end), part(images), part(sentences), options);
  };
  const [three, one] = [cut(0, 3), cut(3, 4)];
  const batched = await outcome(...args, "--batch", "3");
  expect(batched).toMatchObject({ samples: 4, batches: 2 });
  for (const name of Object.keys(terms) as (keyof typeof terms)[])
    expect(batched[name]).toBeCloseTo((3 * three[name] + one[name]) / 4, 12);
  expect((await outcome(...args, "--batch", "9")).damsm).toBe(result.damsm);
  expect((await lossary(...args, "--batch", "3")).stdout).toMatch(/\nmean over 4 samples in 2 batches of up to 3\n$/);
  file("short.npy", npyBytes({ data: Float64Array.of(1, 2), shape: [2] }));
  expect((await lossary(...args, "--batch", "2", "--lengths", path("short.npy"))).stderr).toBe(
    "lossary: --lengths is [2], but --regions is of 4 samples\n",
  );
  expect((await lossary(...args, "--gamma2", "0")).stderr).toMatch(/is not a number greater than 0/);
  expect((await lossary(...args, "--images", path("lengths.npy"))).stderr).toMatch(/damsmTerms: images/);
});
