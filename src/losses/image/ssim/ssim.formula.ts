import { portable } from "../../../formula/define.ts";
import { told } from "../pair.ts";
import { ssim } from "./ssim.ts";
import { lostSimilarity } from "./structure.formula.ts";
import type { SsimOptions } from "./window.ts";

/** mean S; without the map. */
export const ssimPortable = portable(told<SsimOptions>(ssim), (m, images, options) =>
  m.sub(1, lostSimilarity(m, "ssim", images, options)),
);
