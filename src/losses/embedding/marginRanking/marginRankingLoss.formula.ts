// Accuracy    2e-7 (f32), 4e-16 (f64) relative to max(m, |a|, |b|), for the differences cancel. Its kernel is made of this formula.
import { portable } from "../../../formula/define.ts";
import { marginRankingLoss } from "./marginRankingLoss.ts";

/** max(0, m − y (first − second)) */
export const marginRankingPortable = portable(marginRankingLoss, (m, [first, second, y], { margin }) =>
  m.relu(m.sub(margin, m.mul(y, m.sub(first, second)))),
);
