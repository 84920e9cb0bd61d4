import { portable } from "../../../engines/define.ts";
import { binaryCrossEntropy } from "./binaryCrossEntropy.ts";

/** w t softplus(−x) + (1 − t) softplus(x) */
export const binaryCrossEntropyPortable = portable(binaryCrossEntropy, (m, [x, t], { posWeight }) =>
  m.add(m.mul(m.mul(t, posWeight), m.softplus(m.neg(x))), m.mul(m.sub(1, t), m.softplus(x))),
);
