/** `lossary is`: the Inception score of one set of samples. */
import { Command } from "commander";
import { inceptionScore } from "../metrics/inceptionScore/inceptionScore.ts";
import type { FloatArray, Tensor } from "../tensor/tensor.ts";
import {
  addJsonFlag,
  addSetFlags,
  addStateFlags,
  checkSets,
  checkShard,
  refuseUnused,
  SAVING,
  SETS,
  type SetFlags,
} from "./scores/flags.ts";
import { score } from "./scores/gather.ts";
import { describeSet, subjectOf } from "./scores/moments.ts";
import { saveState } from "./scores/outcome.ts";
import { rowsOf } from "./scores/rows.ts";
import { Run } from "./scores/run.ts";
import { printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { whole } from "./values.ts";

interface Flags extends SetFlags {
  readonly splits: number;
  readonly logits?: boolean;
}

const EXAMPLES = `${SETS} Its rows are a classifier's probabilities.

Examples:
  lossary is generated/ --model inception.onnx --output logits --logits --preprocess torchvision-inception
  lossary is probabilities.npy --splits 5 --json`;

export function isCommand(): Command {
  const command = new Command("is")
    .summary("Inception score of a set of images or class probabilities")
    .description("Inception score: 1 at worst, the number of classes at best; mean and deviation over splits.")
    .argument("<generated>", "a set of samples")
    .option("--splits <count>", "parts the set is cut into, in its order", whole(1, 1e6), 10)
    .option("--logits", "the rows are logits: take their softmax first");
  addStateFlags(addSetFlags(command));
  return addJsonFlag(command)
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, flags: Flags) => {
      checkShard(flags);
      await checkSets(command, [path]);
      if (flags.saveState) refuseUnused(command, ["splits", "logits"], SAVING);
      const run = new Run("is", flags);
      return run.run(() => (flags.saveState ? saveState(run, path, "rows") : compute(run, path, flags)));
    });
}

async function compute(run: Run, path: string, { splits, logits, json }: Flags): Promise<void> {
  const set = await rowsOf(run, path);
  const probabilities = logits ? softmax(set.rows) : set.rows;
  const { mean, std } = score(() => inceptionScore(probabilities, { splits }));
  const subject = { generated: subjectOf(set), splits };
  if (json) printJson({ mean, std, ...subject, network: set.origin, warnings: run.warnings.list });
  else writeOut(`IS ${mean} ± ${std} over ${splits} splits\ngenerated  ${describeSet(set)}\n`);
}

/** In f64, so that rows sum to 1 whatever the number of classes. */
function softmax({ data, shape }: Tensor): Tensor {
  const classes = shape[1] as number;
  const out = new Float64Array(data.length);
  for (let at = 0; at < data.length; at += classes) softmaxRow(data.subarray(at, at + classes), out.subarray(at));
  return { data: out, shape };
}

function softmaxRow(row: FloatArray, out: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of row) largest = Math.max(largest, value);
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += out[k] = Math.exp((row[k] as number) - largest);
  for (let k = 0; k < row.length; k++) out[k] = (out[k] as number) / sum;
}
