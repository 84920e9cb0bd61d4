import { portableScalar } from "../../../formula/define.ts";
import { wassersteinCriticLoss } from "./wassersteinCriticLoss.ts";

/** mean(fake) − mean(real) */
export const wassersteinCriticPortable = portableScalar(wassersteinCriticLoss, (m, [real, fake]) =>
  m.sub(m.mean(m.marked(fake)), m.mean(m.marked(real))),
);
