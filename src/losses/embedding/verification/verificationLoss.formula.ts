import { portable } from "../../../formula/define.ts";
import { share } from "../distances.formula.ts";
import { verificationLoss } from "./verificationLoss.ts";

/**
 * −y log p_1 − (1 − y) log p_0 with p = softmax(W (first − second)² + b): the binary cross entropy of the logits' difference, which
 * is a number even where both are infinite.
 */
export const verificationPortable = portable(verificationLoss, (m, [first, second, same, weight, bias], _, { N }) => {
  const f = m.square(m.sub(first, second));
  const lead = m.sub(m.slice(weight, 0, 1, 1), m.slice(weight, 0, 0, 1));
  const lift = m.sub(m.slice(bias, 0, 1, 1), m.slice(bias, 0, 0, 1));
  const z = m.add(m.reshape(m.matmul(f, m.transpose(lead)), [N as number]), lift);
  const y = share(m, same);
  return m.binaryCrossEntropy(y, m.sub(1, y), z);
});
