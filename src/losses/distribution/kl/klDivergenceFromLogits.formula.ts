import { portable } from "../../../formula/define.ts";
import { klDivergenceFromLogits } from "./klDivergenceFromLogits.ts";

/** Σ t (log t − log softmax(x)) */
export const klFromLogitsPortable = portable(klDivergenceFromLogits, (m, [x, t]) =>
  m.add(m.sum(m.timesLog(t, t), 1), m.crossEntropy(t, x, 1)),
);
