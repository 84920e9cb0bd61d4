import { portable } from "../../../formula/define.ts";
import { distanceOfAreas, distanceOfCentres, measure } from "../boxes.formula.ts";
import { diouLoss } from "./diouLoss.ts";

/** 1 − I/U + ρ²/c² */
export const diouPortable = portable(diouLoss, (m, [predictions, targets], { format }) => {
  const measures = measure(m, predictions, targets, format);
  return m.add(distanceOfAreas(m, measures), distanceOfCentres(m, measures));
});
