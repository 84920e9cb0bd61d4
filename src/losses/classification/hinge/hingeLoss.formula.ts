import { portable } from "../../../formula/define.ts";
import { hingeLoss, squaredHingeLoss } from "./hingeLoss.ts";

/** max(0, 1 − y f) */
export const hingePortable = portable(hingeLoss, (m, [f, y]) => m.relu(m.sub(1, m.mul(y, f))));

/** max(0, 1 − y f)² */
export const squaredHingePortable = portable(squaredHingeLoss, (m, [f, y]) => m.square(m.relu(m.sub(1, m.mul(y, f)))));
