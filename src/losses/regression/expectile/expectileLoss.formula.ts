import { portable } from "../../../formula/define.ts";
import { expectileLoss } from "./expectileLoss.ts";

/** τ e² where e = t − p is above 0, (1 − τ) e² elsewhere. */
export const expectilePortable = portable(expectileLoss, (m, [p, t], { expectile: tau }) => {
  const e = m.sub(t, p);
  return m.mul(m.square(e), m.where(m.lessEqual(e, 0), 1 - tau, tau));
});
