import { portable } from "../../../formula/define.ts";
import { handicapped } from "../margin.formula.ts";
import { cosFaceLoss } from "./cosFaceLoss.ts";

/** −log softmax(s (cos θ_j, with cos θ_y − m for the own class)) at y */
export const cosFacePortable = portable(cosFaceLoss, (m, [x, labels, weight], { margin, scale }) =>
  handicapped(m, x, labels, weight, scale, ({ cos }) => m.sub(cos, margin)),
);
