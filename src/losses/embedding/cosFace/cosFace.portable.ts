import { portable } from "../../../engines/define.ts";
import { handicapped } from "../margin.portable.ts";
import { cosFaceLoss } from "./cosFace.ts";

/** −log softmax(s (cos θ_j, with cos θ_y − m for the own class)) at y */
export const cosFacePortable = portable(cosFaceLoss, (m, [x, labels, weight], { margin, scale }) =>
  handicapped(m, x, labels, weight, scale, (cos) => m.sub(cos, margin)),
);
