/** `lossary fid`: the Fréchet inception distance of two sets of samples. */
import { Command } from "commander";
import { frechetDistanceSteps } from "../metrics/fid/frechetDistance.ts";
import { addJsonFlag, addSetFlags, addStateFlags, checkPair, checkSets, SETS, type SetFlags } from "./scores/flags.ts";
import { checkComparable, scoreInSteps } from "./scores/gather.ts";
import { describeSet, type Moments, momentsOf, subjectOf } from "./scores/moments.ts";
import { saveState } from "./scores/outcome.ts";
import { Run } from "./scores/run.ts";
import { printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";

const EXAMPLES = `${SETS} For FID, pytorch-fid's .npz with mu and sigma is a set, too.

A .json file of --preprocess holds any of resize, filter, antialias, round, clip, crop, divide, mean, std and layout, as in
{"resize": [299, 299], "filter": "bicubic", "round": false, "clip": true, "divide": 127.5, "mean": [1, 1, 1]}.

Examples:
  lossary fid real/ generated/ --model inception.onnx --output pool3 --preprocess fid-inception
  lossary fid real/ --model inception.onnx --preprocess fid-inception --save-state real.state
  lossary fid real.state generated.npy --json
  lossary fid generated/ --model inception.onnx --preprocess fid-inception --shard 0/4 --save-state part0.state`;

export function fidCommand(): Command {
  const command = new Command("fid")
    .summary("Fréchet inception distance of two sets of images or features")
    .description("Fréchet distance of the normal distributions of two sets' features; 0 where they agree.")
    .argument("<real>", "a set of samples")
    .argument("[generated]", "the set to compare with it; not needed with --save-state");
  addStateFlags(addSetFlags(command));
  return addJsonFlag(command)
    .addHelpText("after", EXAMPLES)
    .action(async (real: string, generated: string | undefined, flags: SetFlags) => {
      checkPair("fid", generated, flags);
      await checkSets(command, generated === undefined ? [real] : [real, generated]);
      const run = new Run("fid", flags);
      return run.run(() => (generated === undefined ? save(run, real) : compare(run, real, generated)));
    });
}

async function save(run: Run, path: string): Promise<void> {
  await saveState(run, path, "moments");
}

async function compare(run: Run, realPath: string, generatedPath: string): Promise<void> {
  const real = await momentsOf(run, realPath);
  const generated = await momentsOf(run, generatedPath);
  checkComparable(real, generated);
  for (const set of [real, generated]) warnOfFew(run, set);
  const fid = await scoreInSteps(run, frechetDistanceSteps(real.mean, square(real), generated.mean, square(generated)));
  const subject = { real: subjectOf(real), generated: subjectOf(generated) };
  const origin = real.origin ?? generated.origin;
  if (run.flags.json) printJson({ fid, ...subject, network: origin, warnings: run.warnings.list });
  else writeOut(`FID ${fid}\nreal       ${describeSet(real)}\ngenerated  ${describeSet(generated)}\n`);
}

const square = ({ covariance, dimension }: Moments) => ({ data: covariance, shape: [dimension, dimension] });

function warnOfFew({ warnings }: Run, { path, count, dimension }: Moments): void {
  if (count !== null && count <= dimension)
    warnings.add(
      `${path} has ${count} samples for ${dimension} dimensions: its covariance has rank ${count - 1} at most, and FID comes out too large, by more the fewer there are; compare only FIDs of equally many samples, or use lossary kid, which has no such bias`,
    );
}
