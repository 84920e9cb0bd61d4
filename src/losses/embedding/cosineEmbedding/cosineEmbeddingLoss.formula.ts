import { portable } from "../../../formula/define.ts";
import { cosineEmbeddingLoss } from "./cosineEmbeddingLoss.ts";

/** 1 − c for a target of 1, max(0, c − m) for −1 */
export const cosineEmbeddingPortable = portable(cosineEmbeddingLoss, (m, [first, second, targets], { margin }) => {
  const c = m.cosine(first, second);
  return m.where(m.equal(targets, 1), m.sub(1, c), m.relu(m.sub(c, margin)));
});
