import { portable } from "../../../formula/define.ts";
import { companions, cosines, isKept, keptRows } from "../distances.formula.ts";
import { amongOthers } from "../supCon/supConLoss.formula.ts";
import { ntXentLoss } from "./ntXentLoss.ts";

/** −log softmax over all other views at the other view of the same sample; the mean of a sample's two views. */
export const ntXentPortable = portable(
  ntXentLoss,
  (m, [first, second], { temperature, mask }, { N }) => {
    const n = N as number;
    const both = mask && m.concat([mask, mask], 0);
    const views = keptRows(m, m.concat([first, second], 0), both);
    const partner = companions(m, m.concat([m.range(n), m.range(n)], 0), undefined).positive;
    const logits = amongOthers(m, m.div(cosines(m, views, views), temperature), 2 * n, both);
    const each = m.mean(m.reshape(m.surprisal(partner, logits, 1), [2, n]), 0);
    return mask === undefined ? each : m.where(isKept(m, mask), each, 0);
  },
  (m, _inputs, { mask }, total) => (mask === undefined ? null : total(m.number(isKept(m, mask)))),
);
