/** SSIM from its definition: every window's weighted moments, taken about its own means. For tests. */
import type { Sample } from "../harness/samples.ts";
import type { SsimOptions } from "../../src/losses/image/ssim/window.ts";

/** The map, [N, C, H − window + 1, W − window + 1]. */
export function referenceSsim(
  { data: x, shape }: Sample,
  { data: y }: Sample,
  { dataRange = 1, window = 11, sigma = 1.5, k1 = 0.01, k2 = 0.03 }: SsimOptions,
): Sample {
  const [N, C, H, W] = shape as [number, number, number, number];
  const taps = Array.from({ length: window ** 2 }, (_, t) => {
    const [i, j] = [Math.floor(t / window), t % window];
    const far = (i - (window - 1) / 2) ** 2 + (j - (window - 1) / 2) ** 2;
    return { i, j, weight: Math.exp(-far / (2 * sigma ** 2)) };
  });
  const all = taps.reduce((sum, { weight }) => sum + weight, 0);
  const [c1, c2] = [(k1 * dataRange) ** 2, (k2 * dataRange) ** 2];
  const map: number[] = [];
  for (let plane = 0; plane < N * C; plane++)
    for (let r = 0; r + window <= H; r++)
      for (let c = 0; c + window <= W; c++) {
        const points = taps.map(({ i, j, weight }) => {
          const at = (plane * H + r + i) * W + c + j;
          return { a: x[at] as number, b: y[at] as number, w: weight / all };
        });
        const mean = (f: (p: (typeof points)[number]) => number) => points.reduce((sum, p) => sum + p.w * f(p), 0);
        const [ma, mb] = [mean(({ a }) => a), mean(({ b }) => b)];
        const [va, vb] = [mean(({ a }) => (a - ma) ** 2), mean(({ b }) => (b - mb) ** 2)];
        const cov = mean(({ a, b }) => (a - ma) * (b - mb));
        map.push(((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma ** 2 + mb ** 2 + c1) * (va + vb + c2)));
      }
  return { data: map, shape: [N, C, H - window + 1, W - window + 1] };
}
