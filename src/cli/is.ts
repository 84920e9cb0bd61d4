/** `lossary is`: the Inception score of one set of samples. */
import { Command } from "commander";
import { checkProbabilities, inceptionScore } from "../metrics/inceptionScore/inceptionScore.ts";
import { seededRandom, shuffle } from "../random.ts";
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
  readonly shuffle: boolean;
  readonly seed: number;
}

const EXAMPLES = `${SETS} Its rows are a classifier's probabilities.

The score depends on which samples share a split: in a set that is sorted by class every split looks uniform, and scores
about 1. So the rows of the whole set are shuffled first, and --seed gives the same splits again. The set's order is that
of its file names or rows; shards that lossary merge joined have it, too, so that they score as one run does.

Examples:
  lossary is generated/ --model inception.onnx --output logits --logits --preprocess torchvision-inception
  lossary is probabilities.npy --splits 5 --json`;

export function isCommand(): Command {
  const command = new Command("is")
    .summary("Inception score of a set of images or class probabilities")
    .description("Inception score: 1 at worst, the number of classes at best; mean and deviation over splits.")
    .argument("<generated>", "a set of samples")
    .option("--splits <count>", "parts the shuffled set is cut into", whole(1, 1e6), 10)
    .option("--seed <number>", "seed of the shuffling", whole(0, 2 ** 32 - 1), 0)
    .option("--no-shuffle", "cut the set in its own order")
    .option("--logits", "the rows are logits: take their softmax first");
  addStateFlags(addSetFlags(command));
  return addJsonFlag(command)
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, flags: Flags) => {
      checkShard(flags);
      await checkSets(command, [path]);
      if (flags.saveState) refuseUnused(command, ["splits", "logits", "shuffle", "seed"], SAVING);
      if (!flags.shuffle) refuseUnused(command, ["seed"], "--no-shuffle leaves the set in its order");
      const run = new Run("is", flags);
      return run.run(() => (flags.saveState ? saveState(run, path, "rows") : compute(run, path, flags)));
    });
}

async function compute(run: Run, path: string, flags: Flags): Promise<void> {
  const { splits, logits, json } = flags;
  const set = await rowsOf(run, path);
  const rows = logits ? softmax(set.rows) : set.rows;
  const { mean, std } = score(() => {
    // Before they are shuffled, so that a fault is told of the row it is in.
    checkProbabilities(rows);
    return inceptionScore(flags.shuffle ? shuffled(rows, flags.seed) : rows, { splits });
  });
  const seed = flags.shuffle ? flags.seed : null;
  const subject = { generated: subjectOf(set), splits, shuffled: flags.shuffle, seed };
  if (json) return printJson({ mean, std, ...subject, network: set.origin, warnings: run.warnings.list });
  const order = flags.shuffle ? `, shuffled with seed ${seed}` : " in the set's order";
  writeOut(`IS ${mean} ± ${std} over ${splits} splits${order}\ngenerated  ${describeSet(set)}\n`);
}

function shuffled({ data, shape }: Tensor, seed: number): Tensor {
  const [count, classes] = shape as [number, number];
  const order = shuffle(
    Int32Array.from({ length: count }, (_, i) => i),
    seededRandom(seed),
  );
  const out = data.slice();
  for (const [to, from] of order.entries()) out.set(data.subarray(from * classes, (from + 1) * classes), to * classes);
  return { data: out, shape };
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
