import { portable } from "../../../engines/define.ts";
import { rangeOf } from "../pair.ts";
import { psnr } from "./psnr.ts";

/** 10 log10(R² / mean (x − y)²); +Infinity where the images are equal, with gradient 0. */
export const psnrPortable = portable(psnr, (m, [x, y], { dataRange }) => {
  const image = (name: string) => ({ what: `psnr: ${name}`, bytes: false });
  const range = rangeOf([image("predictions"), image("targets")], dataRange);
  const error = m.mean(m.square(m.sub(x, y)), [1, 2, 3]);
  const equal = m.equal(error, 0);
  const decibels = m.mul(m.sub(2 * Math.log(range), m.log(m.where(equal, 1, error))), 10 / Math.LN10);
  return m.where(equal, Number.POSITIVE_INFINITY, decibels);
});
