import { portable } from "../../../engines/define.ts";
import { ssimLoss } from "./ssimLoss.ts";
import { lostSimilarity } from "./structure.portable.ts";

/** 1 − mean S */
export const ssimLossPortable = portable(ssimLoss, (m, images, options) =>
  lostSimilarity(m, "ssimLoss", images, options),
);
