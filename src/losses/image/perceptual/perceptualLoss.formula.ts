import { portable } from "../../../formula/define.ts";
import { common, overLayers } from "./layers.formula.ts";
import { perceptualLoss } from "./perceptualLoss.ts";

/** Σ_j w_j ‖φ_j(ŷ) − φ_j(y)‖² / (C_j H_j W_j) */
export const perceptualPortable = portable(common(perceptualLoss), (m, maps, { weights }) =>
  overLayers(m, perceptualLoss, maps, weights, (x, y) => m.mean(m.square(m.sub(x, y)), [1, 2, 3])),
);
