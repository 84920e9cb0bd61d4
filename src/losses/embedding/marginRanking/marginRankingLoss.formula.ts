import { portable } from "../../../formula/define.ts";
import { marginRankingLoss } from "./marginRankingLoss.ts";

/** max(0, m − y (first − second)) */
export const marginRankingPortable = portable(marginRankingLoss, (m, [first, second, y], { margin }) =>
  m.relu(m.sub(margin, m.mul(y, m.sub(first, second)))),
);
