import { portable } from "../../../formula/define.ts";
import { common, overLayers } from "./layers.formula.ts";
import { styleLoss } from "./styleLoss.ts";

/**
 * Σ_j w_j ‖G_j − G'_j‖²,  G = F Fᵀ / (C H W). With the sum u and the difference v of both maps F Fᵀ − F' F'ᵀ is
 * (u vᵀ + v uᵀ)/2, which keeps its digits where they are nearly equal.
 */
export const stylePortable = portable(common(styleLoss), (m, maps, options) =>
  overLayers(m, styleLoss, maps, options, (x, y, size) => {
    const [n, c, h, w] = m.shapeOf(x) as [number, number, number, number];
    const turned = (z: typeof x) => m.transpose(z, [0, 2, 1]);
    const [u, v] = [m.reshape(m.add(x, y), [n, c, h * w]), m.reshape(m.sub(x, y), [n, c, h * w])];
    const half = m.matmul(u, turned(v));
    const twice = typeof size === "number" ? 2 * size : m.reshape(m.mul(size, 2), [n, 1, 1]);
    const difference = m.div(m.add(half, turned(half)), twice);
    return m.sum(m.square(difference), [1, 2]);
  }),
);
