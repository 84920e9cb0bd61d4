// Accuracy    8e-7 (f32), 2e-15 (f64) relative to max(m², f²) of the squared loss, whose kernel is made of its formula.
import { portable } from "../../../formula/define.ts";
import { hingeLoss, squaredHingeLoss } from "./hingeLoss.ts";

/** max(0, margin − y f) */
export const hingePortable = portable(hingeLoss, (m, [f, y], { margin }) => m.relu(m.sub(margin, m.mul(y, f))));

/** max(0, margin − y f)² */
export const squaredHingePortable = portable(squaredHingeLoss, (m, [f, y], { margin }) =>
  m.square(m.relu(m.sub(margin, m.mul(y, f)))),
);
