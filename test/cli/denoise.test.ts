/** `lossary denoise` on a small photograph: what is written, and what the losses are like. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { readImage } from "../../src/cli/files/image.ts";
import { folder, path } from "./folder.ts";
import { inside, lossary } from "./program.ts";

const camera = join(resolve(import.meta.dirname, "../../data"), "camera.png");

async function crop(name: string, side: number): Promise<string> {
  await sharp(camera)
    .extract({ left: 180, top: 60, width: side, height: side })
    .toColourspace("b-w")
    .toFile(path(name));
  return path(name);
}

const denoised = async (photo: string, name: string) => {
  const args = ["--noise", "25", "--losses", "l1,l2,ssim,l1+ssim", "--steps", "150", "--seed", "3", "--json"];
  const files = ["--out", path(`${name}.png`), "--report", path(`${name}.html`)];
  const { code, stdout } = await inside("denoise", photo, ...args, ...files);
  expect(code).toBe(0);
  return JSON.parse(stdout) as {
    pictures: { name: string; psnr: number; ssim: number; distance: number | null; msSsim: number | null }[];
    curves: Record<string, { step: number }[]>;
  };
};

it("takes noise away, as much under each loss, and writes pictures and a page that runs nothing", async () => {
  const photo = await crop("photo.png", 96);
  const { pictures, curves } = await denoised(photo, "first");
  const [noisy, ...results] = pictures as [(typeof pictures)[number], ...typeof pictures];
  expect(pictures.map(({ name }) => name)).toEqual(["noisy", "l1", "l2", "ssim", "l1+ssim"]);
  for (const { psnr, ssim, distance, msSsim } of results) {
    expect(psnr).toBeGreaterThan(noisy.psnr + 3);
    expect(ssim).toBeGreaterThan(noisy.ssim + 0.1);
    expect(Math.abs((distance as number) * 255 - 25)).toBeLessThan(1);
    expect(msSsim).toBeNull();
  }
  expect(curves.l1?.at(-1)?.step).toBe(150);
  expect((await readImage(path("first.png"))).shape).toEqual([1, 1, 3 * 104 - 8, 6 * 104 - 8]);
  const page = readFileSync(path("first.html"), "utf8");
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
});

it("gives the same files from the same seed", async () => {
  const photo = await crop("again.png", 40);
  const args = [
    "denoise",
    photo,
    "--losses",
    "ssim",
    "--steps",
    "20",
    "--out",
    path("a.png"),
    "--report",
    path("a.html"),
  ];
  await inside(...args);
  const before = [readFileSync(path("a.png")), readFileSync(path("a.html"))];
  await inside(...args);
  expect([readFileSync(path("a.png")), readFileSync(path("a.html"))]).toEqual(before);
});

it("writes nothing unless asked", async () => {
  const photo = await crop("quiet.png", 40);
  const before = readdirSync(folder);
  const { code, stdout } = await inside("denoise", photo, "--losses", "l2", "--steps", "10");
  expect(code).toBe(0);
  expect(stdout).toContain(
    "No pictures were asked for; --out writes them.\nNo report was asked for; --report writes one",
  );
  expect(readdirSync(folder)).toEqual(before);
});

it("refuses what it cannot do before it begins", async () => {
  const photo = await crop("small.png", 40);
  for (const [args, code, message] of [
    [["--losses", "l3"], 2, /--losses has "l3", expected l1, l2, ssim, msssim or sums/],
    [["--losses", "msssim"], 1, /40 × 40, grey, expected sides of at least 161 pixels \(msssim's five scales\)/],
    [["--noise", "0"], 2, /Expected a number in \[1, 128\)/],
    [["--out", "a.jpg"], 2, /--out "a\.jpg": expected a name that ends in \.png/],
    [["--losses", "l1", "--report", "nowhere/a.html"], 1, /nowhere\/a\.html: there is no such folder/],
  ] as const) {
    const run = lossary("denoise", photo, ...args);
    expect(run.stderr).toMatch(message);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(/^[^\n]*\n$/);
  }
});

it("writes nothing over the photograph", async () => {
  const photo = await crop("kept.png", 40);
  const before = readFileSync(photo);
  const refused = { code: 2, stdout: "" };
  const run = lossary("denoise", photo, "--out", photo);
  expect(run).toMatchObject(refused);
  expect(run.stderr).toMatch(/^lossary: --out is ".*kept\.png", which is read and would be overwritten; [^\n]*\n$/);
  expect(lossary("ssim", photo, photo, "--map", photo)).toMatchObject(refused);
  mkdirSync(path("folder.html"));
  expect(lossary("denoise", photo, "--report", path("folder.html")).stderr).toMatch(/folder\.html: it is a folder/);
  expect(readFileSync(photo)).toEqual(before);
});
