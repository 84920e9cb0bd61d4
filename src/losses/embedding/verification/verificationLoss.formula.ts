import { portable } from "../../../formula/define.ts";
import { share } from "../distances.formula.ts";
import { verificationLoss } from "./verificationLoss.ts";

/** −y log p_1 − (1 − y) log p_0 with p = softmax(W (first − second)² + b) */
export const verificationPortable = portable(verificationLoss, (m, [first, second, same, weight, bias], _, { N }) => {
  const f = m.square(m.sub(first, second));
  const logs = m.logSoftmax(m.add(m.matmul(f, m.transpose(weight)), bias), 1);
  const log = (k: 0 | 1) => m.reshape(m.slice(logs, 1, k, 1), [N as number]);
  const y = share(m, same);
  return m.neg(m.add(m.mul(y, log(1)), m.mul(m.sub(1, y), log(0))));
});
