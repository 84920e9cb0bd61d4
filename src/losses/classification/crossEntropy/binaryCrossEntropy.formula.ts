import { portable } from "../../../formula/define.ts";
import { binaryCrossEntropy } from "./binaryCrossEntropy.ts";

/** w t softplus(−x) + (1 − t) softplus(x) */
export const binaryCrossEntropyPortable = portable(binaryCrossEntropy, (m, [x, t], { posWeight }) =>
  m.binaryCrossEntropy(m.mul(t, posWeight), m.sub(1, t), x),
);
