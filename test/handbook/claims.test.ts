/** Numbers that pages state in prose, computed. Those that code on a page prints are tested with that code. */
import { describe, expect, it } from "vitest";
import fid from "../../handbook/widgets/fid.ts";
import focal from "../../handbook/widgets/focal.ts";
import { generatedOf, realOf } from "../../handbook/widgets/shared/modes.ts";
import {
  binaryCrossEntropy,
  focalLoss,
  frechetInceptionDistance,
  kernelInceptionDistance,
  psnr,
} from "../../src/index.ts";

const cloud = (shift: number, size: number) =>
  Array.from({ length: 200 }, (_, i) => [size * (Math.cos(i) + shift), size * Math.sin(3 * i)]);

it("KID: features twice as large make it 64 times as large", () => {
  const kid = (size: number) => kernelInceptionDistance(cloud(0, size), cloud(1, size), { subsets: 1 }).mean;
  expect(kid(2000) / kid(1000)).toBeCloseTo(64, 3);
});

it("PSNR: half the squared error is 3.01 dB, half the error 6.02", () => {
  const at = (error: number) =>
    psnr(
      { data: Float64Array.of(error), shape: [1, 1, 1, 1] },
      { data: Float64Array.of(0), shape: [1, 1, 1, 1] },
      { dataRange: 1 },
    );
  expect(at(0.1 / Math.SQRT2) - at(0.1)).toBeCloseTo(3.0103, 4);
  expect(at(0.05) - at(0.1)).toBeCloseTo(6.0206, 4);
});

it("FID: the Gaussian generator is as near as the true one", () => {
  const value = (kind: string) => {
    const state = { samples: 1000, third: 1, kind, seed: fid.initial.seed as number };
    return frechetInceptionDistance(realOf(state), generatedOf(state)).toFixed(2);
  };
  expect([value("gaussian"), value("modes")]).toEqual(["0.21", "0.22"]);
});

describe("focal loss", () => {
  it("leaves an example at p = 0.9 a four-hundredth of its loss on screen, a hundredth without α", () => {
    const sure = [Math.log(9)];
    const share = (alpha: number | null) => focalLoss(sure, [1], { alpha }) / binaryCrossEntropy(sure, [1]);
    expect(share(focal.initial.alpha as number)).toBeCloseTo(1 / 400, 12);
    expect(share(null)).toBeCloseTo(1 / 100, 12);
  });
  it("predicts a true probability of 0.9 as 0.69", () => {
    const p = Float64Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);
    const logits = p.map((q) => Math.log(q / (1 - q)));
    const each = (target: number) =>
      focalLoss(logits, new Float64Array(p.length).fill(target), { alpha: null, gamma: 2, reduction: "none" }).data;
    const [yes, no] = [each(1), each(0)];
    const risk = Array.from(yes, (loss, i) => 0.9 * loss + 0.1 * (no[i] as number));
    expect((risk.indexOf(Math.min(...risk)) + 1) / 1000).toBeCloseTo(0.694, 3);
  });
});

it("float32 sums: the mean of 0.1 lies above it at 2²⁰ copies, below at 2²²", () => {
  const mean = (copies: number) => {
    let sum = 0;
    for (let i = 0; i < copies; i++) sum = Math.fround(sum + Math.fround(0.1));
    return (sum / copies).toFixed(5);
  };
  expect([mean(2 ** 20), mean(2 ** 22)]).toEqual(["0.10099", "0.09602"]);
});
