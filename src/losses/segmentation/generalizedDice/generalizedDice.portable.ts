import { portable } from "../../../engines/define.ts";
import { generalizedDiceLoss } from "./generalizedDice.ts";

/** Σ_c w_c Σ (p + t − 2 p t) / (Σ_c w_c Σ (p + t) + s); weights and s divided by the largest weight */
export const generalizedDicePortable = portable(
  generalizedDiceLoss,
  (m, [probabilities, targets], { smooth }, { N, C, "...": positions }) => {
    const shape = [N as number, C as number, positions as number];
    const [p, t] = [m.reshape(probabilities, shape), m.reshape(targets, shape)];
    const volume = m.sum(t, 2);
    const absent = m.equal(volume, 0);
    const weight = m.where(absent, 0, m.inverse(m.square(m.where(absent, 1, volume))));
    const most = m.max(weight, 1);
    const nothing = m.equal(most, 0);
    const scale = m.where(nothing, 1, most);
    // A class without target takes the largest weight, unless no class has one.
    const relative = m.where(absent, m.sub(1, m.number(nothing)), m.div(weight, scale));
    const weighed = (x: typeof p) => m.sum(m.mul(relative, m.sum(x, 2)), 1);
    const apart = weighed(m.add(m.mul(p, m.sub(1, t)), m.mul(t, m.sub(1, p))));
    const whole = m.add(weighed(m.add(p, t)), m.reshape(m.div(smooth, scale), [N as number]));
    const empty = m.equal(whole, 0);
    return m.where(empty, 0, m.div(apart, m.where(empty, 1, whole)));
  },
);
