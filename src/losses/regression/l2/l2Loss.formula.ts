import { portable } from "../../../formula/define.ts";
import { l2Loss } from "./l2Loss.ts";

/** (p − t)² */
export const l2Portable = portable(l2Loss, (m, [p, t]) => m.square(m.sub(p, t)));
