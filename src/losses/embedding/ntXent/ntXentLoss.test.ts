import { cosines, inTen, surprise } from "../../../../test/harness/contrast.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type NtXentOptions, ntXentLoss } from "./ntXentLoss.ts";

describeLoss<NtXentOptions>(ntXentLoss, {
  reference: ([first, second], { temperature }) => {
    const all = [...rowsOf(first as Sample), ...rowsOf(second as Sample)];
    const n = all.length / 2;
    const each = cosines(all, all).map((row, i) => {
      const logits = row.map((c) => c / temperature);
      logits[i] = Number.NEGATIVE_INFINITY;
      return surprise(logits, (i + n) % (2 * n));
    });
    return each.slice(0, n).map((value, i) => (value + (each[n + i] as number)) / 2);
  },
  options: [{}, { temperature: 1 }],
  ...inTen(2),
});
