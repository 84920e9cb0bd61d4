import { portable } from "../../../engines/define.ts";
import { tdLoss } from "./tdLoss.ts";

/** δ²/2, or Huber's loss of δ, with δ = r + γ (1 − done) v' − v and a target that is a constant. */
export const tdPortable = portable(tdLoss, (m, [values, rewards, nextValues, dones], { discount, huber }) => {
  const target = m.add(rewards, m.mul(m.mul(m.sub(1, dones), discount), nextValues));
  const size = m.abs(m.sub(target, values));
  if (huber === undefined) return m.mul(m.square(size), 0.5);
  const q = m.where(m.lessEqual(size, huber), size, huber);
  return m.add(m.mul(m.square(q), 0.5), m.mul(m.sub(size, q), huber));
});
