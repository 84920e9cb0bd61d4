import { portable } from "../../../formula/define.ts";
import { msSsimLoss } from "./msSsimLoss.ts";
import { overScales } from "./scales.formula.ts";

/** 1 − Π_j max(0, t_j)^w_j */
export const msSsimLossPortable = portable(msSsimLoss, (m, images, options) =>
  m.sub(1, overScales(m, "msSsimLoss", images, options)),
);
