/** The losses that tie a picture to its noisy original, and sums of them. */
import { l1Loss, l2Loss, msSsimLoss, type ResidentTensor, ssimLoss } from "../../index.ts";
import { usageError } from "../errors.ts";

type Images = ResidentTensor<"float32">;

/** Returns the loss of `picture` against `noisy`, and writes its gradient. */
export type DataTerm = (picture: Images, noisy: Images, gradient: Images) => number;

const range = { dataRange: 1 };
const wrt = ["predictions"] as const;

const terms: Readonly<Record<string, DataTerm>> = {
  l1: (x, y, predictions) => l1Loss.valueAndGrad(x, y, { wrt, out: { predictions } }).value,
  l2: (x, y, predictions) => l2Loss.valueAndGrad(x, y, { wrt, out: { predictions } }).value,
  ssim: (x, y, predictions) => ssimLoss.valueAndGrad(x, y, { ...range, wrt, out: { predictions } }).value,
  msssim: (x, y, predictions) => msSsimLoss.valueAndGrad(x, y, { ...range, wrt, out: { predictions } }).value,
};

export const termNames = Object.keys(terms);

/** The losses of a name such as "l1+ssim": a sum with equal weights. */
export function partsOf(name: string): DataTerm[] {
  return name.split("+").map((part) => {
    const term = terms[part];
    if (!term)
      throw usageError(`--losses has "${part}", expected ${termNames.join(", ")} or sums of them, such as l1+ssim`);
    return term;
  });
}
