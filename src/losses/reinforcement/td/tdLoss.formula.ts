import { portable } from "../../../formula/define.ts";
import { huberOf } from "../../regression/huber/huberLoss.formula.ts";
import { tdLoss } from "./tdLoss.ts";

/** δ²/2, or Huber's loss of δ, with δ = r + γ (1 − done) v' − v and a target that is a constant. */
export const tdPortable = portable(tdLoss, (m, [values, rewards, nextValues, dones], { discount, huber }) => {
  const follows = m.mul(m.sub(1, dones), discount);
  // A final step does not look at the next value, be it NaN.
  const target = m.add(rewards, m.where(m.equal(follows, 0), 0, m.mul(follows, nextValues)));
  const size = m.abs(m.sub(target, values));
  return huber === undefined ? m.mul(m.square(size), 0.5) : huberOf(m, size, huber);
});
