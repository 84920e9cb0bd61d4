import { portableScalar } from "../../../formula/define.ts";
import { earthMoverDistance } from "./earthMoverDistance.ts";
import { transportPlan } from "./transportPlan.ts";

/** Σ P_ij c(x_i, y_j) along the optimal plan P, which is solved for outside the engine and is a constant. */
export const earthMoverPortable = portableScalar(
  earthMoverDistance,
  (m, [x, y], { cost, xWeights, yWeights }, { N, M }) => {
    const read = (a: typeof x) => ({ data: m.numbers(a), shape: m.shapeOf(a) });
    const weights = { xWeights: xWeights && read(xWeights), yWeights: yWeights && read(yWeights) };
    const { data } = transportPlan(read(x), read(y), { cost, ...weights });
    const apart = m.sub(m.expand(x, 1), m.expand(y, 0));
    const costs =
      cost === "euclidean" ? m.norm(apart, 2) : m.sum(cost === "squared" ? m.square(apart) : m.abs(apart), 2);
    return m.sum(m.mul(m.constant(data, [N as number, M as number]), costs));
  },
);
