import { portable } from "../../../formula/define.ts";
import { l1Loss } from "./l1Loss.ts";

/** |p − t| */
export const l1Portable = portable(l1Loss, (m, [p, t]) => m.abs(m.sub(p, t)));
