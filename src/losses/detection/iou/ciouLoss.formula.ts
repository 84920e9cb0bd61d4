import { portable } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { distanceOfAreas, distanceOfCentres, type Measures, measure, ratio } from "../boxes.formula.ts";
import { ciouLoss } from "./ciouLoss.ts";

/** 1 − I/U + ρ²/c² + α v,  α = v / (1 − I/U + v) held constant */
export const ciouPortable = portable(ciouLoss, (m, [predictions, targets], { format }) => {
  const measures = measure(m, predictions, targets, format);
  const areas = distanceOfAreas(m, measures);
  const v = shapes(m, measures);
  const alpha = m.stop(ratio(m, v, m.add(areas, v), 0));
  return m.add(m.add(areas, distanceOfCentres(m, measures)), m.mul(alpha, v));
});

/** v = 4/π² (atan(w'/h') − atan(w/h))²; the shape of a point differs from none. */
function shapes<X>(m: Maths<X>, { x, y }: Measures<X>): X {
  const turn = m.sub(angle(m, x.other, y.other), angle(m, x.own, y.own));
  const isPoint = (width: X, height: X) => m.and(m.equal(width, 0), m.equal(height, 0));
  const flat = m.where(isPoint(x.own, y.own), 0, m.where(isPoint(x.other, y.other), 0, turn));
  return m.mul(m.square(flat), 4 / Math.PI ** 2);
}

function angle<X>(m: Maths<X>, width: X, height: X): X {
  const none = m.equal(height, 0);
  return m.where(none, Math.PI / 2, m.atan(m.div(width, m.where(none, 1, height))));
}
