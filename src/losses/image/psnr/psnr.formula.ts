import { portable } from "../../../formula/define.ts";
import { type RangeOptions, rangeOf, told } from "../pair.ts";
import { psnr } from "./psnr.ts";

/** 10 log10(R² / mean (x − y)²); +Infinity where the images are equal, with gradient 0. */
export const psnrPortable = portable(told<RangeOptions>(psnr), (m, [x, y], { dataRange }) => {
  const image = (name: string) => ({ what: `psnr: ${name}`, bytes: false });
  const range = rangeOf([image("predictions"), image("targets")], dataRange);
  const [images, ...sizes] = m.shapeOf(x) as [number, ...number[]];
  const pixels = sizes.reduce((product, length) => product * length, 1);
  const distance = m.norm(m.reshape(m.sub(x, y), [images, pixels]), 1);
  const equal = m.equal(distance, 0);
  const root = m.log(m.where(equal, 1, distance));
  const decibels = m.mul(m.sub(Math.log(range) + 0.5 * Math.log(pixels), root), 20 / Math.LN10);
  return m.where(equal, Number.POSITIVE_INFINITY, decibels);
});
