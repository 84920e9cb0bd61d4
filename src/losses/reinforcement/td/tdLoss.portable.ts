import { portable } from "../../../engines/define.ts";
import { huberOf } from "../../regression/huber/huber.portable.ts";
import { tdLoss } from "./tdLoss.ts";

/** δ²/2, or Huber's loss of δ, with δ = r + γ (1 − done) v' − v and a target that is a constant. */
export const tdPortable = portable(tdLoss, (m, [values, rewards, nextValues, dones], { discount, huber }) => {
  const target = m.add(rewards, m.mul(m.mul(m.sub(1, dones), discount), nextValues));
  const size = m.abs(m.sub(target, values));
  return huber === undefined ? m.mul(m.square(size), 0.5) : huberOf(m, size, huber);
});
