/** SSIM's terms of two images, window by window: what its definitions share. */

import type { StagedOptions } from "../../../contract/loss.ts";
import type { ArrayOptions } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { sizeOf } from "../../../tensor/tensor.ts";
import {
  borderOf,
  checkSides,
  type Setting,
  type SsimOptions,
  settingOf,
  shortestSide,
  type WindowOptions,
  weightsOf,
} from "./window.ts";

type SettingOptions = StagedOptions<WindowOptions>;

/** The constants and the window of a call, checked against images. */
export function settingFor<X>(m: Maths<X>, name: string, images: X, options: SettingOptions): Setting {
  const image = (argument: string) => ({ what: `${name}: ${argument}`, bytes: false, shape: m.shapeOf(images) });
  const inputs = [image("predictions"), image("targets")] as const;
  return settingOf(inputs, options);
}

/** Throws where images have a side shorter than `least`. */
export const checkImageSides = <X>(m: Maths<X>, name: string, images: X, least: number, why: string): void =>
  checkSides({ what: `${name}: predictions`, shape: m.shapeOf(images) }, least, why);

/**
 * The loss of contrast and structure q = 1 − (2 σxy + C2)/(σx² + σy² + C2), and that of luminance l = 1 − (2 μx μy + C1)/(μx²
 * + μy² + C1), in every window of planes [planes, H, W] or volumes [volumes, D, H, W]. With the sum u and the difference v of the images: U, V their means
 * and P, Q their variances under the window,
 *
 *     q = Q/B2,  l = V²/B1,  B1 = (U² + V²)/2 + C1,  B2 = (P + Q)/2 + C2
 */
export function lostTerms<X>(m: Maths<X>, x: X, y: X, setting: Setting, border = NONE): { structure: X; luminance: X } {
  const [planes, ...sides] = m.shapeOf(x) as [number, ...number[]];
  const weights = weightsOf(setting);
  const bands = sides.map((side) => band(m, weights, side, border));
  const under = (images: X) => weigh(m, images, bands);

  const sum = m.add(x, y);
  // The variance of numbers far from 0 keeps its digits when something amid them is subtracted first.
  const axes = sides.map((_, axis) => axis + 1);
  const middle = m.stop(m.div(m.sum(sum, axes, true), sizeOf(sides)));
  const [u, v] = [m.sub(sum, middle), m.sub(x, y)];
  const [meanU, meanV] = [under(u), under(v)];
  const spread = (z: X, mean: X) => m.sub(under(m.square(z)), m.square(mean));
  const [p, q] = [spread(u, meanU), spread(v, meanV)];
  const lit = m.add(meanU, m.reshape(middle, [planes, ...sides.map(() => 1)]));
  const b1 = m.add(m.mul(m.add(m.square(lit), m.square(meanV)), 0.5), setting.c1);
  const b2 = m.add(m.mul(m.add(p, q), 0.5), setting.c2);
  return { structure: m.div(q, b2), luminance: m.div(m.square(meanV), b1) };
}

/** 1 − S in every window, S = (1 − q)(1 − l). */
export function dissimilarity<X>(m: Maths<X>, x: X, y: X, setting: Setting, border = NONE): X {
  const { structure, luminance } = lostTerms(m, x, y, setting, border);
  return m.add(structure, m.mul(luminance, m.sub(1, structure)));
}

/** Pixels that mirroring adds before and after each row and column. */
const NONE = { before: 0, after: 0 };

/** 1 − mean S of every image of [N, C, H, W], or volume of [N, C, D, H, W], over the windows that the mask leaves. */
export function lostSimilarity<X>(
  m: Maths<X>,
  name: string,
  images: readonly [X, X],
  options: ArrayOptions<SsimOptions, X>,
): X {
  const { mask, padding } = options;
  const setting = settingFor(m, name, images[0], options as SettingOptions);
  const window = { window: setting.window, padding };
  checkImageSides(m, name, images[0], ...shortestSide(window));
  const border = borderOf(window);
  const [n, c, ...sides] = m.shapeOf(images[0]) as [number, number, ...number[]];
  const held = mask && m.reshape(m.equal(mask, 0), [n, 1, ...sides]);
  const [x, y] = images.map((image) => m.reshape(held ? m.where(held, 0, image) : image, [n * c, ...sides])) as [X, X];
  const lost = dissimilarity(m, x, y, setting, border);
  const windows = sizeOf(m.shapeOf(lost)) / (n * c);
  const each = m.reshape(lost, [n, c, windows]);
  if (!held) return m.mean(each, [1, 2]);
  const ones = new Float64Array(setting.window).fill(1);
  const bands = sides.map((side) => band(m, ones, side, border));
  const missing = weigh(m, m.reshape(m.number(held), [n, ...sides]), bands);
  const kept = m.reshape(m.less(missing, 0.5), [n, 1, windows]);
  const count = m.mul(m.count(kept, [1, 2]), c);
  return m.div(m.sumWhere(kept, each, [1, 2]), m.where(m.equal(count, 0), 1, count));
}

/** Planes or volumes of half the sides: means of 2 × 2 (× 2), in which what lies last on an odd side counts twice. */
export const halve = <X>(m: Maths<X>, images: X): X =>
  weigh(
    m,
    images,
    m
      .shapeOf(images)
      .slice(1)
      .map((side) => pairs(m, side)),
  );

/** Every axis after the first, multiplied by its matrix. */
function weigh<X>(m: Maths<X>, images: X, matrices: readonly X[]): X {
  const axes = matrices.length;
  const lastFirst = [0, axes, ...Array.from({ length: axes - 1 }, (_, i) => i + 1)];
  return matrices.reduceRight((x, matrix) => {
    const shape = m.shapeOf(x);
    const [rows, side] = [shape.slice(0, -1), shape.at(-1) as number];
    const product = m.matmul(m.reshape(x, [sizeOf(rows), side]), matrix);
    return m.transpose(m.reshape(product, [...rows, m.shapeOf(matrix)[1] as number]), lastFirst);
  }, images);
}

/** Column j has the window's weights from row j − before on; those beyond the border are added to the rows they mirror. */
const band = <X>(m: Maths<X>, weights: Float64Array, length: number, { before, after }: typeof NONE): X =>
  matrix(m, length, length + before + after - weights.length + 1, (row, column) => {
    let sum = 0;
    for (const place of new Set([row, -row, 2 * length - 2 - row])) sum += weights[place - column + before] ?? 0;
    return sum;
  });

/** Column j takes the mean of rows 2j and 2j + 1. */
const pairs = <X>(m: Maths<X>, length: number): X =>
  matrix(m, length, Math.ceil(length / 2), (row, column) => {
    if (row >> 1 !== column) return 0;
    return row === length - 1 && length % 2 === 1 ? 1 : 0.5;
  });

function matrix<X>(m: Maths<X>, rows: number, columns: number, entry: (row: number, column: number) => number): X {
  const data = Array.from({ length: rows * columns }, (_, i) => entry(Math.floor(i / columns), i % columns));
  return m.constant(data, [rows, columns]);
}
