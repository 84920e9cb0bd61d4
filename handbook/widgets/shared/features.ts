/** A network small enough to read: edges of four directions, rectified, and their means over 4 × 4 and 16 × 16 pixels. */
import { at, type Pixels, SIDE } from "./pictures.ts";

export type Maps = { readonly data: Float64Array; readonly shape: readonly number[] }[];

const RADIUS = 3;
const window = Array.from({ length: 2 * RADIUS + 1 }, (_, i) => i - RADIUS);

/** Slopes of a Gaussian along 0°, 45°, 90° and 135°; each filter's absolute values add up to 1. */
const bank = [0, 1, 2, 3].map((k) => {
  const [cos, sin] = [Math.cos((k * Math.PI) / 4), Math.sin((k * Math.PI) / 4)];
  const filter = window.flatMap((y) => window.map((x) => (x * cos + y * sin) * Math.exp(-(x * x + y * y) / 3.4)));
  const total = filter.reduce((sum, w) => sum + Math.abs(w), 0);
  return filter.map((w) => w / total);
});

const WIDE = SIDE + 2 * RADIUS;

/** A picture with its border repeated around it. */
const padded = (image: Pixels): Float64Array =>
  Float64Array.from({ length: WIDE * WIDE }, (_, i) => at(image, (i % WIDE) - RADIUS, Math.floor(i / WIDE) - RADIUS));

function edges(wide: Float64Array, filter: readonly number[]): number[] {
  return Array.from({ length: SIDE * SIDE }, (_, i) => {
    const corner = Math.floor(i / SIDE) * WIDE + (i % SIDE);
    let sum = 0;
    for (let k = 0; k < filter.length; k++)
      sum +=
        (filter[k] as number) * (wide[corner + Math.floor(k / window.length) * WIDE + (k % window.length)] as number);
    return Math.abs(sum);
  });
}

/** Means over squares. */
function pool(map: readonly number[], square: number): number[] {
  const side = SIDE / square;
  const means: number[] = new Array(side * side).fill(0);
  map.forEach((v, i) => {
    const cell = Math.floor(Math.floor(i / SIDE) / square) * side + Math.floor((i % SIDE) / square);
    means[cell] = (means[cell] as number) + v / square ** 2;
  });
  return means;
}

export function features(image: Pixels): Maps {
  const wide = padded(image);
  const maps = bank.map((filter) => edges(wide, filter));
  return [4, 16].map((square) => ({
    data: Float64Array.from(maps.flatMap((map) => pool(map, square))),
    shape: [1, 4, SIDE / square, SIDE / square],
  }));
}

/** The same in copied code, which has `at`. */
export const featuresCode = `// Edges of four directions, rectified, and their means over 4 x 4 and 16 x 16 pixels.
const offsets = [-3, -2, -1, 0, 1, 2, 3];
const bank = [0, 1, 2, 3].map((k) => {
  const [cos, sin] = [Math.cos((k * Math.PI) / 4), Math.sin((k * Math.PI) / 4)];
  const filter = offsets.flatMap((y) => offsets.map((x) => (x * cos + y * sin) * Math.exp(-(x * x + y * y) / 3.4)));
  const total = filter.reduce((sum, w) => sum + Math.abs(w), 0);
  return filter.map((w) => w / total);
});
const edges = (pixels: number[], filter: number[]) =>
  pixels.map((_, i) => {
    let [sum, k] = [0, 0];
    for (const dy of offsets)
      for (const dx of offsets) sum += filter[k++] * at(pixels, (i % ${SIDE}) + dx, Math.floor(i / ${SIDE}) + dy);
    return Math.abs(sum);
  });
const pool = (map: number[], square: number) => {
  const side = ${SIDE} / square;
  const means = new Array(side * side).fill(0);
  map.forEach((v, i) => {
    means[Math.floor(Math.floor(i / ${SIDE}) / square) * side + Math.floor((i % ${SIDE}) / square)] += v / square ** 2;
  });
  return means;
};
const features = (pixels: number[]) => {
  const maps = bank.map((filter) => edges(pixels, filter));
  return [4, 16].map((square) => ({
    data: Float64Array.from(maps.flatMap((map) => pool(map, square))),
    shape: [1, 4, ${SIDE} / square, ${SIDE} / square],
  }));
};`;
