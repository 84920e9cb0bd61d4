import { portable } from "../../../formula/define.ts";
import { told } from "../pair.ts";
import type { MsSsimOptions } from "./levels.ts";
import { msSsimLoss } from "./msSsimLoss.ts";
import { overScales } from "./scales.formula.ts";

/** 1 − Π_j max(0, t_j)^w_j */
export const msSsimLossPortable = portable(told<MsSsimOptions>(msSsimLoss), (m, images, options) =>
  m.sub(1, overScales(m, "msSsimLoss", images, options)),
);
