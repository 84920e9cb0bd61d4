import { portable } from "../../../formula/define.ts";
import { logisticLoss } from "./logisticLoss.ts";

/** softplus(−y f) */
export const logisticPortable = portable(logisticLoss, (m, [f, y]) => m.softplus(m.neg(m.mul(y, f))));
