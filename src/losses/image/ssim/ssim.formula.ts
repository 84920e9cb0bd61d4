import type { Loss } from "../../../contract/loss.ts";
import { portable } from "../../../formula/define.ts";
import type { Images, ImagesGrads } from "../pair.ts";
import { ssim } from "./ssim.ts";
import { lostSimilarity } from "./structure.formula.ts";
import type { SsimOptions } from "./window.ts";

/** mean S; without the map. */
export const ssimPortable = portable(ssim as Loss<Images, SsimOptions, ImagesGrads>, (m, images, options) =>
  m.sub(1, lostSimilarity(m, "ssim", images, options)),
);
