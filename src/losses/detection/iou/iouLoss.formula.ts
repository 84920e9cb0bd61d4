import { portable } from "../../../formula/define.ts";
import { distanceOfAreas, measure } from "../boxes.formula.ts";
import { iouLoss } from "./iouLoss.ts";

/** 1 − I/U, or log((U + ε) / (I + ε)) */
export const iouPortable = portable(iouLoss, (m, [predictions, targets], { format, form }) => {
  const measures = measure(m, predictions, targets, format);
  if (form === "linear") return distanceOfAreas(m, measures);
  const steadied = (area: typeof predictions) => m.add(area, 1e-7);
  return m.log(m.div(steadied(measures.union), steadied(measures.shared)));
});
