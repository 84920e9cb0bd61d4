import { portable } from "../../../formula/define.ts";
import { told } from "../pair.ts";
import { msSsimLoss } from "./msSsimLoss.ts";
import { overScales } from "./scales.formula.ts";
import type { SsimOptions } from "./window.ts";

/** 1 − Π_j max(0, t_j)^w_j */
export const msSsimLossPortable = portable(told<SsimOptions>(msSsimLoss), (m, images, options) =>
  m.sub(1, overScales(m, "msSsimLoss", images, options)),
);
