import { portable } from "../../../engines/define.ts";
import { l2Loss } from "./l2.ts";

/** (p − t)² */
export const l2Portable = portable(l2Loss, (m, [p, t]) => m.square(m.sub(p, t)));
