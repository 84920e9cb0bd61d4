import { portable } from "../../../formula/define.ts";
import { ssimLoss } from "./ssimLoss.ts";
import { lostSimilarity } from "./structure.formula.ts";

/** 1 − mean S */
export const ssimLossPortable = portable(ssimLoss, (m, images, options) =>
  lostSimilarity(m, "ssimLoss", images, options),
);
