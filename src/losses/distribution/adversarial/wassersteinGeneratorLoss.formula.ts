import { portable } from "../../../formula/define.ts";
import { wassersteinGeneratorLoss } from "./wassersteinGeneratorLoss.ts";

/** −fake */
export const wassersteinGeneratorPortable = portable(wassersteinGeneratorLoss, (m, [fake]) => m.neg(m.marked(fake)));
