import { portable } from "../../../engines/define.ts";
import { tdLoss } from "./tdLoss.ts";

/** δ²/2, or Huber's loss of δ, with δ = r + γ (1 − done) v' − v and a target that is a constant. */
export const tdPortable = portable(tdLoss, (m, [values, rewards, nextValues, dones], { discount, huber }) => {
  const target = m.add(rewards, m.mul(m.mul(m.sub(1, dones), discount), nextValues));
  const size = m.abs(m.sub(target, values));
  if (huber === undefined) return m.mul(m.square(size), 0.5);
  const within = m.lessEqual(size, huber);
  const small = m.where(within, size, 0);
  return m.where(within, m.mul(m.square(small), 0.5), m.mul(m.sub(size, huber / 2), huber));
});
