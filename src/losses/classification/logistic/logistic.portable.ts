import { portable } from "../../../engines/define.ts";
import { logisticLoss } from "./logistic.ts";

/** softplus(−y f) */
export const logisticPortable = portable(logisticLoss, (m, [f, y]) => m.softplus(m.neg(m.mul(y, f))));
