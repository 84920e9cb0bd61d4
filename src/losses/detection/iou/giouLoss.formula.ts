import { portable } from "../../../formula/define.ts";
import { distanceOfAreas, measure, ratio } from "../boxes.formula.ts";
import { giouLoss } from "./giouLoss.ts";

/** 1 − I/U + (C − U)/C */
export const giouPortable = portable(giouLoss, (m, [predictions, targets], { format }) => {
  const measures = measure(m, predictions, targets, format);
  const hull = m.mul(measures.x.hull, measures.y.hull);
  return m.add(distanceOfAreas(m, measures), ratio(m, m.sub(hull, measures.union), hull, 0));
});
