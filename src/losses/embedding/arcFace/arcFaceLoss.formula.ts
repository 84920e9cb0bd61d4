import { portable } from "../../../formula/define.ts";
import { handicapped } from "../margin.formula.ts";
import { arcFaceLoss } from "./arcFaceLoss.ts";

/** Square of the sine of θ, kept off 0. */
const SMALLEST = 1e-12;

/** From here on a cosine is taken for 1 − gap. */
const CLOSE = 0.5;

/** −log softmax(s (cos θ_j, with cos(θ_y + m) for the own class)) at y; beyond θ_y + m = π it is cos θ_y − m sin m. */
export const arcFacePortable = portable(arcFaceLoss, (m, [x, labels, weight], { margin, scale }) =>
  handicapped(m, x, labels, weight, scale, ({ cos, gap }) => {
    // 1 − cos² is gap (2 − gap).
    const apart = m.where(m.less(CLOSE, cos), gap(), m.sub(1, cos));
    const squared = m.mul(apart, m.sub(2, apart));
    const sine = m.sqrt(m.where(m.less(squared, SMALLEST), SMALLEST, squared));
    const turned = m.sub(m.mul(cos, Math.cos(margin)), m.mul(sine, Math.sin(margin)));
    return m.where(m.lessEqual(cos, -Math.cos(margin)), m.sub(cos, margin * Math.sin(margin)), turned);
  }),
);
