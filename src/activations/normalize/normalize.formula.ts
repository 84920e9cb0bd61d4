import { portable } from "../../formula/define.ts";
import { asLoss } from "../activation.ts";
import { normalize } from "./normalize.ts";

/** Along the last axis, where directions are taken, and back. */
export const normalizePortable = portable(asLoss(normalize), (m, [x]) => {
  const axes = m.shapeOf(x).map((_, axis) => axis);
  if (axes.length === 2) return m.directions(x);
  const last = [0, ...axes.slice(2), 1];
  return m.transpose(m.directions(m.transpose(x, last)), [0, axes.length - 1, ...axes.slice(1, -1)]);
});
