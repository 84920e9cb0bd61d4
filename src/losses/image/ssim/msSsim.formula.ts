import { portable } from "../../../formula/define.ts";
import { told } from "../pair.ts";
import type { MsSsimOptions } from "./levels.ts";
import { msSsim } from "./msSsim.ts";
import { overScales } from "./scales.formula.ts";

/** Π_j max(0, t_j)^w_j */
export const msSsimPortable = portable(told<MsSsimOptions>(msSsim), (m, images, options) =>
  overScales(m, "msSsim", images, options),
);
