/** SSIM from its definition: every window's weighted moments, taken about its own means. For tests. */

import type { SsimOptions } from "../../src/losses/image/ssim/window.ts";
import type { Sample } from "../harness/samples.ts";

/** The place that a mirror at both ends shows at i. */
export const mirrored = (i: number, n: number): number => (i < 0 ? -i : i < n ? i : 2 * n - 2 - i);

/** The images extended by what mirrors at their borders show. */
export function extended({ data, shape }: Sample, window: number): Sample {
  const [N, C, H, W] = shape as [number, number, number, number];
  const [tall, wide] = [H + window - 1, W + window - 1];
  const before = Math.floor((window - 1) / 2);
  const all = Array.from({ length: N * C * tall * wide }, (_, i) => {
    const [plane, r, c] = [Math.floor(i / (tall * wide)), Math.floor(i / wide) % tall, i % wide];
    return data[(plane * H + mirrored(r - before, H)) * W + mirrored(c - before, W)] as number;
  });
  return { data: all, shape: [N, C, tall, wide] };
}

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

const averageOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The plane at half the size; a last odd row or column stands twice. */
function halved({ data, shape }: Sample): Sample {
  const [, , H, W] = shape as [number, number, number, number];
  const [h, w] = [Math.ceil(H / 2), Math.ceil(W / 2)];
  const at = (r: number, c: number) => data[Math.min(r, H - 1) * W + Math.min(c, W - 1)] as number;
  const half = Array.from({ length: h * w }, (_, i) => {
    const [r, c] = [2 * Math.floor(i / w), 2 * (i % w)];
    return averageOf([at(r, c), at(r, c + 1), at(r + 1, c), at(r + 1, c + 1)]);
  });
  return { data: half, shape: [1, 1, h, w] };
}

/** The contrast-structure term alone, as the limit of S when C1 drowns the luminance term. */
const contrast = (x: Sample, y: Sample, options: SsimOptions) => referenceSsim(x, y, { ...options, k1: 1e9 });

/** MS-SSIM of each image. */
export function referenceMsSsim(
  { data: x, shape }: Sample,
  { data: y }: Sample,
  options: SsimOptions,
  weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333],
): number[] {
  const [N, C, H, W] = shape as [number, number, number, number];
  const channel = (plane: number) => {
    const cut = (data: readonly number[]) => ({
      data: data.slice(plane * H * W, (plane + 1) * H * W),
      shape: [1, 1, H, W],
    });
    let [a, b]: Sample[] = [cut(x), cut(y)];
    let product = 1;
    for (const [level, weight] of weights.entries()) {
      const map =
        level === weights.length - 1
          ? referenceSsim(a as Sample, b as Sample, options)
          : contrast(a as Sample, b as Sample, options);
      product *= Math.max(0, averageOf(map.data)) ** weight;
      [a, b] = [halved(a as Sample), halved(b as Sample)];
    }
    return product;
  };
  return Array.from({ length: N }, (_, n) => averageOf(Array.from({ length: C }, (_, c) => channel(n * C + c))));
}
