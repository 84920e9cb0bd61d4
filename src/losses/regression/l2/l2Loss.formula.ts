// Accuracy    3e-7 (f32), 5e-16 (f64) relative. Its kernel is made of this formula.
import { portable } from "../../../formula/define.ts";
import { l2Loss } from "./l2Loss.ts";

/** (p − t)² */
export const l2Portable = portable(l2Loss, (m, [p, t]) => m.square(m.sub(p, t)));
