import { portableScalar } from "../../formula/define.ts";
import { chamferDistance } from "./chamferDistance.ts";

/** mean over i of min_j ‖x_i − y_j‖² + mean over j of min_i ‖x_i − y_j‖² */
export const chamferPortable = portableScalar(chamferDistance, (m, [x, y]) => {
  const squares = m.sum(m.square(m.sub(m.expand(x, 1), m.expand(y, 0))), 2);
  return m.add(m.mean(m.smallest(squares, 1)), m.mean(m.smallest(squares, 0)));
});
