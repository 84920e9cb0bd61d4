/** SSIM from its definition: every window's weighted moments, taken about its own means. For tests. */

import type { SsimOptions } from "../../src/losses/image/ssim/window.ts";
import type { Sample } from "../harness/samples.ts";

/** The place that a mirror at both ends shows at i. */
export const mirrored = (i: number, n: number): number => (i < 0 ? -i : i < n ? i : 2 * n - 2 - i);

const product = (sides: readonly number[]) => sides.reduce((size, side) => size * side, 1);

/** The places of a block of the given sides, last axis fastest. */
function placesOf(sides: readonly number[]): number[][] {
  return Array.from({ length: product(sides) }, (_, i) => {
    let rest = i;
    return [...sides]
      .reverse()
      .map((side) => {
        const at = rest % side;
        rest = Math.floor(rest / side);
        return at;
      })
      .reverse();
  });
}

/** Where a place lies among all of a block. */
const flat = (place: readonly number[], sides: readonly number[]) =>
  place.reduce((index, at, axis) => index * (sides[axis] as number) + at, 0);

const planesOf = ({ data, shape }: Sample) => {
  const size = product(shape.slice(2));
  return Array.from({ length: data.length / size }, (_, plane) => data.slice(plane * size, (plane + 1) * size));
};

/** Images or volumes extended by what mirrors at their borders show. */
export function extended(images: Sample, window: number): Sample {
  const sides = images.shape.slice(2);
  const all = sides.map((side) => side + window - 1);
  const before = Math.floor((window - 1) / 2);
  const from = placesOf(all).map((place) =>
    flat(
      place.map((at, axis) => mirrored(at - before, sides[axis] as number)),
      sides,
    ),
  );
  const data = planesOf(images).flatMap((plane) => from.map((at) => plane[at] as number));
  return { data, shape: [...images.shape.slice(0, 2), ...all] };
}

/** The map, [N, C, H − window + 1, W − window + 1], or of volumes likewise. */
export function referenceSsim(
  x: Sample,
  y: Sample,
  { dataRange = 1, window = 11, sigma = 1.5, k1 = 0.01, k2 = 0.03 }: SsimOptions,
): Sample {
  const sides = x.shape.slice(2);
  const taps = placesOf(sides.map(() => window)).map((place) => {
    const far = place.reduce((sum, at) => sum + (at - (window - 1) / 2) ** 2, 0);
    return { at: flat(place, sides), weight: Math.exp(-far / (2 * sigma ** 2)) };
  });
  const all = taps.reduce((sum, { weight }) => sum + weight, 0);
  const [c1, c2] = [(k1 * dataRange) ** 2, (k2 * dataRange) ** 2];
  const mapSides = sides.map((side) => side - window + 1);
  const corners = placesOf(mapSides).map((place) => flat(place, sides));
  const others = planesOf(y);
  const data = planesOf(x).flatMap((plane, n) =>
    corners.map((corner) => {
      const points = taps.map(({ at, weight }) => ({
        a: plane[corner + at] as number,
        b: (others[n] as number[])[corner + at] as number,
        w: weight / all,
      }));
      const mean = (f: (p: (typeof points)[number]) => number) => points.reduce((sum, p) => sum + p.w * f(p), 0);
      const [ma, mb] = [mean(({ a }) => a), mean(({ b }) => b)];
      const [va, vb] = [mean(({ a }) => (a - ma) ** 2), mean(({ b }) => (b - mb) ** 2)];
      const cov = mean(({ a, b }) => (a - ma) * (b - mb));
      return ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma ** 2 + mb ** 2 + c1) * (va + vb + c2));
    }),
  );
  return { data, shape: [...x.shape.slice(0, 2), ...mapSides] };
}

const averageOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The image at half the size; what lies last on an odd side stands twice. */
function halved({ data, shape }: Sample): Sample {
  const sides = shape.slice(2);
  const half = sides.map((side) => Math.ceil(side / 2));
  const cell = placesOf(sides.map(() => 2));
  const means = placesOf(half).map((place) =>
    averageOf(
      cell.map((step) => {
        const at = place.map((p, axis) => Math.min(2 * p + (step[axis] as number), (sides[axis] as number) - 1));
        return data[flat(at, sides)] as number;
      }),
    ),
  );
  return { data: means, shape: [1, 1, ...half] };
}

/** The contrast-structure term alone, as the limit of S when C1 drowns the luminance term. */
const contrast = (x: Sample, y: Sample, options: SsimOptions) => referenceSsim(x, y, { ...options, k1: 1e9 });

/** MS-SSIM of each image. */
export function referenceMsSsim(
  x: Sample,
  y: Sample,
  options: SsimOptions,
  weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333],
): number[] {
  const [N, C, ...sides] = x.shape as [number, number, ...number[]];
  const [first, second] = [planesOf(x), planesOf(y)];
  const channel = (plane: number) => {
    const cut = (planes: readonly number[][]) => ({ data: planes[plane] as number[], shape: [1, 1, ...sides] });
    let [a, b]: Sample[] = [cut(first), cut(second)];
    let result = 1;
    for (const [level, weight] of weights.entries()) {
      const map =
        level === weights.length - 1
          ? referenceSsim(a as Sample, b as Sample, options)
          : contrast(a as Sample, b as Sample, options);
      result *= Math.max(0, averageOf(map.data)) ** weight;
      [a, b] = [halved(a as Sample), halved(b as Sample)];
    }
    return result;
  };
  return Array.from({ length: N }, (_, n) => averageOf(Array.from({ length: C }, (_, c) => channel(n * C + c))));
}
