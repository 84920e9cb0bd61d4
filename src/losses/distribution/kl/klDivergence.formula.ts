import { portable } from "../../../formula/define.ts";
import { klDivergence } from "./klDivergence.ts";

/** Σ p (log p − log q); gradient 0 where p is 0. */
export const klDivergencePortable = portable(klDivergence, (m, [p, q]) =>
  m.sum(m.sub(m.timesLog(p, p), m.timesLog(p, q)), 1),
);
