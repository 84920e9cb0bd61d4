import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import type { Reconstruction } from "../../examples/parts/photograph.ts";
import { misuse, patient, runExample } from "./example.ts";

it.each([
  ["perceptual", 60],
  ["perceptualJax", 25],
])("%s finds a photograph again from what a network sees of it", patient, (name, steps) => {
  const { losses, before, after, tensors = 0 } = runExample<Reconstruction & { tensors?: number }>(name, steps);
  expect(losses.after).toBeLessThan(losses.before / 10);
  expect(before.ssim).toBeLessThan(0.05);
  expect(after.ssim).toBeGreaterThan(0.5);
  expect(after.psnr).toBeGreaterThan(before.psnr + 5);
  expect(tensors).toBe(0);
});

it("writes the pictures where it is told to", patient, async () => {
  const folder = mkdtempSync(join(tmpdir(), "lossary-"));
  try {
    const path = join(folder, "picture.png");
    runExample("perceptual", 1, "--output", path);
    expect(await sharp(path).metadata()).toMatchObject({ width: 768, height: 256 });
    const wrong = join(folder, "nowhere", "picture.png");
    expect(misuse("perceptual", "--steps", "1", "--output", wrong)).toContain(
      `perceptual: there is no folder ${join(folder, "nowhere")}`,
    );
    expect(existsSync(wrong)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
