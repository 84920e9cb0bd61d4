import { portableScalar } from "../../../formula/define.ts";
import { massOf, onLines } from "./line.formula.ts";
import { wassersteinDistance } from "./wassersteinDistance.ts";

/**
 * (Σ_ij P_ij |u_i − v_j|ᵖ)^(1/p), where P_ij is how much of the intervals that u_i and v_j take on the axis of the
 * quantiles overlaps. Numbers are ordered by comparing each with each, equal ones by index: nothing is sorted.
 */
export const wassersteinDistancePortable = portableScalar(wassersteinDistance, (m, [u, v], { p, uWeights, vWeights }) =>
  onLines(m, m.expand(u, 0), m.expand(v, 0), p, massOf(m, u, uWeights), massOf(m, v, vWeights)),
);
