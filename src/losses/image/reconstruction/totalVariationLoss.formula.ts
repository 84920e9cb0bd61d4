import { portable } from "../../../formula/define.ts";
import { steps } from "./steps.formula.ts";
import { totalVariationLoss } from "./totalVariationLoss.ts";

/** Σ (|x[r, c+1] − x[r, c]| + |x[r+1, c] − x[r, c]|) / (C H W) */
export const totalVariationPortable = portable(totalVariationLoss, (m, [images], _, { C, H, W }) => {
  const along = (axis: number) => {
    const sizes = steps(m, images, axis);
    // Without a step the images still tell where the value is NaN.
    return m.sum(sizes ?? m.mul(images, 0), [1, 2, 3]);
  };
  return m.div(m.add(along(2), along(3)), (C as number) * (H as number) * (W as number));
});
