import { portable } from "../../../formula/define.ts";
import { told } from "../pair.ts";
import { ssimLoss } from "./ssimLoss.ts";
import { lostSimilarity } from "./structure.formula.ts";
import type { SsimOptions } from "./window.ts";

/** 1 − mean S */
export const ssimLossPortable = portable(told<SsimOptions>(ssimLoss), (m, images, options) =>
  lostSimilarity(m, "ssimLoss", images, options),
);
