/** `lossary kid`: the kernel inception distance of two sets of samples. */
import { Command } from "commander";
import { kernelInceptionDistanceSteps } from "../metrics/kid/kernelInceptionDistance.ts";
import {
  addJsonFlag,
  addSetFlags,
  addStateFlags,
  checkPair,
  checkSets,
  refuseUnused,
  SAVING,
  SETS,
  type SetFlags,
} from "./scores/flags.ts";
import { checkComparable, scoreInSteps } from "./scores/gather.ts";
import { describeSet, subjectOf } from "./scores/moments.ts";
import { saveState } from "./scores/outcome.ts";
import { rowsOf } from "./scores/rows.ts";
import { Run } from "./scores/run.ts";
import { printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { whole } from "./values.ts";

interface Flags extends SetFlags {
  readonly degree: number;
  readonly subsets: number;
  readonly subsetSize: number;
  readonly seed: number;
}

const EXAMPLES = `${SETS} Where --subset-size is no smaller than either set, KID is computed once, of the whole
sets, and has no deviation.

Examples:
  lossary kid real/ generated/ --model inception.onnx --output pool3 --preprocess fid-inception
  lossary kid real.npy generated.parquet:embedding --subset-size 500 --json`;

export function kidCommand(): Command {
  const command = new Command("kid")
    .summary("kernel inception distance of two sets of images or features")
    .description("Squared maximum mean discrepancy under a polynomial kernel; unbiased at any number of samples.")
    .argument("<real>", "a set of samples")
    .argument("[generated]", "the set to compare with it; not needed with --save-state")
    .option("--degree <number>", "degree of the kernel", whole(1, 100), 3)
    .option("--subsets <count>", "random subsets", whole(1, 1e6), 100)
    .option("--subset-size <count>", "samples of each set in a subset", whole(2, 1e6), 1000)
    .option("--seed <number>", "seed of the subsets", whole(0, 2 ** 32 - 1), 0);
  addStateFlags(addSetFlags(command));
  return addJsonFlag(command)
    .addHelpText("after", EXAMPLES)
    .action(async (real: string, generated: string | undefined, flags: Flags) => {
      checkPair("kid", generated, flags);
      await checkSets(command, generated === undefined ? [real] : [real, generated]);
      if (flags.saveState) refuseUnused(command, ["degree", "subsets", "subsetSize", "seed"], SAVING);
      const run = new Run("kid", flags);
      return run.run(() =>
        generated === undefined ? saveState(run, real, "rows") : compare(run, real, generated, flags),
      );
    });
}

async function compare(run: Run, realPath: string, generatedPath: string, flags: Flags): Promise<void> {
  const { degree, seed, json } = flags;
  const real = await rowsOf(run, realPath);
  const generated = await rowsOf(run, generatedPath);
  checkComparable(real, generated);
  const [fewest, most] = real.count < generated.count ? [real, generated] : [generated, real];
  const subsetSize = Math.min(flags.subsetSize, fewest.count);
  // Of whole sets there is one subset, and nothing deviates.
  const whole = most.count === subsetSize;
  const subsets = whole ? 1 : flags.subsets;
  if (fewest.count < flags.subsetSize && !whole)
    run.warnings.add(
      `${fewest.path} has ${fewest.count} samples, fewer than --subset-size ${flags.subsetSize}: every subset holds them all, and the deviation is only that of ${most.path}`,
    );
  const options = { degree, subsets, subsetSize, seed };
  const steps = kernelInceptionDistanceSteps(real.rows, generated.rows, options);
  const { mean, std } = await scoreInSteps(run, steps, subsets, " subsets");
  const subject = { real: subjectOf(real), generated: subjectOf(generated), ...options };
  const origin = real.origin ?? generated.origin;
  if (json)
    return printJson({ mean, std: whole ? null : std, ...subject, network: origin, warnings: run.warnings.list });
  const value = whole ? `KID ${mean} of the whole sets` : `KID ${mean} ± ${std} over ${subsets} subsets`;
  writeOut(`${value}\nreal       ${describeSet(real)}\ngenerated  ${describeSet(generated)}\n`);
}
