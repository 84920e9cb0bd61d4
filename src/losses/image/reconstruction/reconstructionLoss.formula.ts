import { portableScalar } from "../../../formula/define.ts";
import { reconstructionLoss } from "./reconstructionLoss.ts";
import { steps } from "./steps.formula.ts";

/** mean |d| + maskWeight · mean |m d| + edgeWeight · (mean |Δx d| + mean |Δy d|) */
export const reconstructionPortable = portableScalar(
  reconstructionLoss,
  (m, [predictions, targets], { mask, maskWeight, edgeWeight }) => {
    const errors = m.sub(predictions, targets);
    const sizes = m.abs(errors);
    let value = m.mean(sizes);
    if (mask) {
      const [n, , h, w] = m.shapeOf(errors) as [number, number, number, number];
      value = m.add(value, m.mul(m.mean(m.mul(m.abs(m.reshape(mask, [n, 1, h, w])), sizes)), maskWeight));
    }
    for (const axis of [2, 3]) {
      const edges = steps(m, errors, axis);
      if (edges) value = m.add(value, m.mul(m.mean(edges), edgeWeight));
    }
    return value;
  },
);
