/** The commands on images: reading, scoring, folders, errors. */
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { readImage, writePng } from "../../src/cli/files/image.ts";
import { psnr, ssim } from "../../src/index.ts";
import { lossary as program } from "../scores/program.ts";
import { expectFault, file, path } from "./folder.ts";
import { inside, lossary } from "./program.ts";

const data = resolve(import.meta.dirname, "../../data");
const camera = join(data, "camera.png");

/** Writes an image whose pixels are a function of channel, row and column. */
async function image(
  name: string,
  [channels, height, width]: readonly [1 | 2 | 3 | 4, number, number],
  pixel: (c: number, r: number, k: number) => number,
): Promise<string> {
  mkdirSync(dirname(path(name)), { recursive: true });
  const bytes = Buffer.from(
    Array.from({ length: channels * height * width }, (_, i) => {
      const [at, c] = [Math.floor(i / channels), i % channels];
      return pixel(c, Math.floor(at / width), at % width);
    }),
  );
  const raw = sharp(bytes, { raw: { width, height, channels } });
  const grey = channels < 3 ? raw.toColourspace("b-w") : raw;
  await (/jpg$/.test(name) ? grey.jpeg({ quality: 60 }) : grey.png()).toFile(path(name));
  return path(name);
}

const pattern = (c: number, r: number, k: number) => (r * 7 + k * 13 + c * 50 + ((r * k) % 31)) % 256;

it("reads grey as one channel and colour as three planes, and writes what it read", async () => {
  const grey = await readImage(camera);
  expect(grey.shape).toEqual([1, 1, 512, 512]);
  const colour = await readImage(await image("colour.png", [3, 4, 5], pattern));
  expect(colour.shape).toEqual([1, 3, 4, 5]);
  expect(colour.data[(2 * 4 + 3) * 5 + 1]).toBe(pattern(2, 3, 1));
  await writePng(path("again.png"), colour);
  expect(await readImage(path("again.png"))).toEqual(colour);
  await writePng(path("grey.png"), grey);
  expect(await readImage(path("grey.png"))).toEqual(grey);
});

it("drops an opaque alpha channel, refuses transparency, and files that are no images", async () => {
  const opaque = await image("opaque.png", [4, 3, 3], (c, r, k) => (c === 3 ? 255 : pattern(c, r, k)));
  expect((await readImage(opaque)).shape).toEqual([1, 3, 3, 3]);
  await expectFault(readImage(await image("clear.png", [4, 3, 3], () => 100)), /clear\.png: has transparent pixels/);
  await expectFault(readImage(file("text.png", "not an image")), /text\.png: cannot be read as an image/);
  await expectFault(readImage(path("nothing.png")), /nothing\.png: there is no such file/);
});

it("eval reads PNG and JPEG as bytes [1, C, H, W]", async () => {
  const first = await image("a.png", [3, 20, 24], pattern);
  const second = await image("a.jpg", [3, 20, 24], pattern);
  const { code, stdout } = await inside("eval", "ssimLoss", "--predictions", first, "--targets", second, "--json");
  expect(code).toBe(0);
  const [a, b] = [await readImage(first), await readImage(second)];
  expect(JSON.parse(stdout).value).toBeCloseTo(1 - ssim(a, b), 12);
  expect(ssim(a, b)).toBeLessThan(0.9);
});

it("ssim and psnr score two images; --map writes a PNG smaller by the window", async () => {
  const first = await image("p.png", [3, 30, 40], pattern);
  const second = await image("q.png", [3, 30, 40], (c, r, k) => Math.min(255, pattern(c, r, k) + ((r * k) % 9)));
  const [a, b] = [await readImage(first), await readImage(second)];
  const scored = await inside("ssim", first, second, "--json", "--map", path("map.png"));
  expect(JSON.parse(scored.stdout)).toEqual({ ssim: ssim(a, b), first, second, width: 40, height: 30, channels: 3 });
  expect((await readImage(path("map.png"))).shape).toEqual([1, 1, 20, 30]);
  expect(JSON.parse((await inside("psnr", first, second, "--json")).stdout).psnr).toBe(psnr(a, b));
  expect((await inside("ssim", first, second)).stdout).toBe(
    `SSIM    ${ssim(a, b).toFixed(4)}\nimages  40 × 30, colour\n`,
  );
  expect(JSON.parse((await inside("psnr", first, first, "--json")).stdout).psnr).toBe("Infinity");
});

it("images of different size or colour are refused, naming both", async () => {
  const [small, large] = [await image("s.png", [1, 12, 20], pattern), await image("l.png", [1, 13, 20], pattern)];
  const colour = await image("c.png", [3, 12, 20], pattern);
  const different = lossary("ssim", small, large);
  expect(different).toEqual({
    code: 1,
    stdout: "",
    stderr: `lossary: ${small} is 20 × 12, grey, but ${large} is 20 × 13, grey\n`,
  });
  expect(lossary("psnr", small, colour).stderr).toMatch(/20 × 12, grey, but .*20 × 12, colour; grey and colour/);
  const tiny = await image("t.png", [1, 5, 20], pattern);
  expect(lossary("ssim", tiny, tiny).stderr).toMatch(/t\.png: is 20 × 5, grey, expected sides of at least 11 pixels/);
});

it("scores folders: pairs by name, mean and deviation, and who has no partner", async () => {
  for (const folder of ["one", "two"]) mkdirSync(path(folder), { recursive: true });
  for (const name of ["x", "y"]) {
    await image(`one/${name}.png`, [1, 16, 16], pattern);
    await image(`two/${name}.jpg`, [1, 16, 16], (c, r, k) => (pattern(c, r, k) + (name === "x" ? 20 : 60)) % 256);
  }
  await image("one/alone.png", [1, 16, 16], pattern);
  await image("two/other.png", [1, 16, 16], pattern);
  const { stdout } = await inside("ssim", path("one"), path("two"), "--json");
  const result = JSON.parse(stdout);
  const scores = result.pairs.map((pair: { ssim: number }) => pair.ssim) as [number, number];
  expect(result.pairs.map((pair: { name: string }) => pair.name)).toEqual(["x", "y"]);
  expect(result.mean).toBeCloseTo((scores[0] + scores[1]) / 2, 14);
  expect(result.standardDeviation).toBeCloseTo(Math.abs(scores[0] - scores[1]) / Math.SQRT2, 14);
  expect([result.onlyFirst, result.onlySecond]).toEqual([["alone.png"], ["other.png"]]);
  const text = (await inside("ssim", path("one"), path("two"))).stdout;
  expect(text).toMatch(
    /^image +SSIM\nx +0\.\d{4}\ny +-?0\.\d{4}\n\nmean -?0\.\d{4}, standard deviation 0\.\d{4}, 2 pairs\n/,
  );
  expect(text).toMatch(/only in .*one: alone\.png\nonly in .*two: other\.png\n$/);
});

it("shows enough digits that images which are not equal do not look so", async () => {
  const first = await image("near-a.png", [1, 40, 40], pattern);
  const second = await image("near-b.png", [1, 40, 40], (c, r, k) => pattern(c, r, k) + (r === 9 && k === 9 ? 1 : 0));
  const value = ssim(await readImage(first), await readImage(second));
  expect(value).toBeGreaterThan(0.99995);
  expect((await inside("ssim", first, second)).stdout).toMatch(/^SSIM +0\.9999\d+\n/);
  expect((await inside("ssim", first, first)).stdout).toMatch(/^SSIM +1\.0000\n/);
});

it("psnr of folders takes its mean over the pairs that differ", async () => {
  for (const [name, shift] of [
    ["a", 0],
    ["b", 1],
    ["c", 10],
  ] as const)
    for (const [folder, by] of [
      ["before", 0],
      ["after", shift],
    ] as const)
      await image(`${folder}/${name}.png`, [1, 8, 8], (_, r, k) => 8 * r + k + by);
  await image("equal/a.png", [1, 8, 8], (_, r, k) => 8 * r + k);
  // 10 log10(255² / 1) and 10 log10(255² / 100): 20 dB apart.
  const far = 20 * Math.log10(255) - 20;
  const result = JSON.parse((await inside("psnr", path("before"), path("after"), "--json")).stdout);
  expect(result).toMatchObject({ identical: 1, warnings: [] });
  expect(result.mean).toBeCloseTo(far + 10, 9);
  expect(result.standardDeviation).toBeCloseTo(20 / Math.SQRT2, 9);
  expect((await inside("psnr", path("before"), path("after"))).stdout).toMatch(
    /\nmean 38\.13, standard deviation 14\.14, 2 pairs \(1 pair of equal images left out\)\n$/,
  );
  expect((await inside("psnr", path("equal"), path("equal"))).stdout).toMatch(
    /\nmean Infinity, standard deviation 0\.00, 1 pair\n$/,
  );
});

it("reads WebP, TIFF, GIF and AVIF, and the folders inside a folder", async () => {
  const png = await image("kinds/deep/x.png", [3, 24, 24], pattern);
  for (const kind of ["webp", "tiff"] as const) {
    const options = kind === "webp" ? { lossless: true } : { compression: "lzw" as const };
    mkdirSync(path(`${kind}/deep`), { recursive: true });
    await sharp(png)
      .toFormat(kind, options)
      .toFile(path(`${kind}/deep/x.${kind}`));
    const { pairs } = JSON.parse((await inside("ssim", path("kinds"), path(kind), "--json")).stdout);
    expect(pairs).toMatchObject([{ name: "deep/x", ssim: 1 }]);
    expect((await inside("psnr", png, path(`${kind}/deep/x.${kind}`))).stdout).toMatch(/Infinity/);
  }
  for (const kind of ["gif", "avif"] as const) {
    await sharp(png)
      .toFormat(kind)
      .toFile(path(`x.${kind}`));
    const { stdout } = await inside("psnr", png, path(`x.${kind}`), "--json");
    expect(Number(JSON.parse(stdout).psnr)).toBeGreaterThan(15);
  }
});

it("folders: faults of usage and of data", async () => {
  for (const folder of ["empty", "twice"]) mkdirSync(path(folder), { recursive: true });
  await image("twice/z.png", [1, 12, 12], pattern);
  await image("twice/z.jpg", [1, 12, 12], pattern);
  for (const name of ["one", "two"]) {
    await image(`twice-${name}/${name}.png`, [1, 12, 12], pattern);
  }
  const picture = await image("u.png", [1, 12, 12], pattern);
  for (const [args, code, message] of [
    [["ssim", path("empty"), picture], 2, /is a folder and .* is not/],
    [["ssim", path("empty"), path("empty")], 1, /empty: holds no images \(it is empty\)/],
    [["ssim", path("twice-one"), path("twice-two")], 1, /\(1 image\) and .*\(1 image\) have no image of the same name/],
    [["ssim", path("twice"), path("twice")], 1, /has z\.jpg and z\.png, of which only one/],
    [["ssim", path("empty"), path("empty"), "--map", "m.png"], 2, /--map is for two images/],
    [["ssim", picture, picture, "--map", "m.jpg"], 2, /--map is "m\.jpg", expected a \.png/],
    [["psnr", "a.npy", picture], 1, /a\.npy: there is no such file/],
  ] as const) {
    const run = await program(...args);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(message);
  }
});
