/** The commands on images: reading, scoring, folders, errors. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { readImage, writePng } from "../../src/cli/files/image.ts";
import { psnr, ssim } from "../../src/index.ts";
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

it("folders: faults of usage and of data", async () => {
  for (const folder of ["empty", "twice"]) mkdirSync(path(folder), { recursive: true });
  await image("twice/z.png", [1, 12, 12], pattern);
  await image("twice/z.jpg", [1, 12, 12], pattern);
  const picture = await image("u.png", [1, 12, 12], pattern);
  for (const [args, code, message] of [
    [["ssim", path("empty"), picture], 2, /is a folder and .* is not/],
    [["ssim", path("empty"), path("empty")], 1, /have no \.png or \.jpg of the same name/],
    [["ssim", path("twice"), path("twice")], 1, /has z\.jpg and z\.png, of which only one/],
    [["ssim", path("empty"), path("empty"), "--map", "m.png"], 2, /--map is for two images/],
    [["ssim", picture, picture, "--map", "m.jpg"], 2, /--map is "m\.jpg", expected a \.png/],
    [["psnr", "a.npy", picture], 1, /a\.npy: there is no such file/],
  ] as const) {
    const run = lossary(...args);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(message);
  }
});
