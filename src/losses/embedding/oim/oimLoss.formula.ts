import { portable } from "../../../formula/define.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import { checkMemory } from "./memory.ts";
import { oimLoss } from "./oimLoss.ts";

/** −log softmax(s [V; U] x) at the label; 0 for labels −1 and −2. */
export const oimPortable = portable(
  oimLoss,
  (m, [features, labels, memory], { scale, normalize }, { D }) => {
    checkMemory("oimLoss", memory);
    const { table, queue } = memory;
    if (table.shape[1] !== D)
      throw new LossaryRangeError("oimLoss: memory", `has dimension ${table.shape[1]}, but the features have ${D}`);
    const rows = table.shape[0] + queue.shape[0];
    const keys = m.constant([...table.data, ...queue.data], [rows, D]);
    const x = normalize ? m.directions(features) : features;
    const logits = m.mul(m.matmul(x, m.transpose(keys)), scale);
    const lost = m.surprisal(m.classes(labels, rows), logits, 1);
    const unlabelled = m.and(m.whole(labels), m.and(m.less(labels, 0), m.lessEqual(-2, labels)));
    // From −2 on, so that no gradient of NaN comes to rows without a label.
    return m.ofClasses(m.add(labels, 2), table.shape[0] + 2, m.where(unlabelled, 0, lost));
  },
  (m, [, labels], _, total) => total(m.number(m.not(m.less(labels, 0)))),
);
