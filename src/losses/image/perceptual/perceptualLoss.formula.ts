import { portable } from "../../../formula/define.ts";
import { common, overLayers } from "./layers.formula.ts";
import { perceptualLoss } from "./perceptualLoss.ts";

/** Σ_j w_j ‖φ_j(ŷ) − φ_j(y)‖² / (C_j H_j W_j) */
export const perceptualPortable = portable(common(perceptualLoss), (m, maps, options) =>
  overLayers(m, perceptualLoss, maps, options, (x, y, size) => m.div(m.sum(m.square(m.sub(x, y)), [1, 2, 3]), size)),
);
