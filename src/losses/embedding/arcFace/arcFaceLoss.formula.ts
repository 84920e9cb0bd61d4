import { portable } from "../../../formula/define.ts";
import { handicapped } from "../margin.formula.ts";
import { arcFaceLoss } from "./arcFaceLoss.ts";

/** Square of the sine of θ, kept off 0. */
const SMALLEST = 1e-12;

/** −log softmax(s (cos θ_j, with cos(θ_y + m) for the own class)) at y; beyond θ_y + m = π it is cos θ_y − m sin m. */
export const arcFacePortable = portable(arcFaceLoss, (m, [x, labels, weight], { margin, scale }) =>
  handicapped(m, x, labels, weight, scale, (cos) => {
    const squared = m.sub(1, m.square(cos));
    const sine = m.sqrt(m.where(m.less(squared, SMALLEST), SMALLEST, squared));
    const turned = m.sub(m.mul(cos, Math.cos(margin)), m.mul(sine, Math.sin(margin)));
    return m.where(m.lessEqual(cos, -Math.cos(margin)), m.sub(cos, margin * Math.sin(margin)), turned);
  }),
);
