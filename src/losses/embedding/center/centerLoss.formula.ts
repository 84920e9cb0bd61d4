import { portable } from "../../../formula/define.ts";
import { centerLoss } from "./centerLoss.ts";

/** ½ ‖x − c_y‖² */
export const centerPortable = portable(centerLoss, (m, [x, labels, centers], _, { C }) => {
  const own = m.matmul(m.number(m.classes(labels, C as number)), centers);
  return m.ofClasses(labels, C as number, m.mul(m.sum(m.square(m.sub(x, own)), 1), 0.5));
});
