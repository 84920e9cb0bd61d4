import { portable } from "../../../formula/define.ts";
import { companions, cosines } from "../distances.formula.ts";
import { amongOthers } from "../supCon/supConLoss.formula.ts";
import { ntXentLoss } from "./ntXentLoss.ts";

/** −log softmax over all other views at the other view of the same sample; the mean of a sample's two views. */
export const ntXentPortable = portable(ntXentLoss, (m, [first, second], { temperature }, { N }) => {
  const n = N as number;
  const views = m.concat([first, second], 0);
  const partner = companions(m, m.concat([m.range(n), m.range(n)], 0)).positive;
  const logits = amongOthers(m, m.div(cosines(m, views, views), temperature), 2 * n);
  return m.mean(m.reshape(m.surprisal(partner, logits, 1), [2, n]), 0);
});
