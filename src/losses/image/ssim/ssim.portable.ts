import { portable } from "../../../engines/define.ts";
import type { Loss } from "../../../loss.ts";
import type { Images, ImagesGrads } from "../pair.ts";
import { ssim } from "./ssim.ts";
import { lostSimilarity } from "./structure.portable.ts";
import type { SsimOptions } from "./window.ts";

/** mean S; without the map. */
export const ssimPortable = portable(ssim as Loss<Images, SsimOptions, ImagesGrads>, (m, images, options) =>
  m.sub(1, lostSimilarity(m, "ssim", images, options)),
);
