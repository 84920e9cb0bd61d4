/** `lossary r-precision`: of a retrieval, or of images and their texts. */
import { Command } from "commander";
import { matchingRPrecision } from "../metrics/rPrecision/matchingRPrecision.ts";
import { rPrecision } from "../metrics/rPrecision/rPrecision.ts";
import type { IndexInput } from "../tensor/tensor.ts";
import { usageError } from "./errors.ts";
import { type ArrayFromFile, arrayReader, readArray } from "./files/array.ts";
import { addJsonFlag, addSetFlags, checkSets, IMAGE_FLAGS, refuseUnused, SETS, type SetFlags } from "./scores/flags.ts";
import { score } from "./scores/gather.ts";
import { describeSet, subjectOf } from "./scores/moments.ts";
import { rowsOf } from "./scores/rows.ts";
import { Run } from "./scores/run.ts";
import { printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { whole } from "./values.ts";

interface Flags extends SetFlags {
  readonly scores?: string;
  readonly relevant?: string;
  readonly images?: string;
  readonly texts?: string;
  readonly candidates: number;
  readonly classes?: string;
  readonly seed: number;
}

const EXAMPLES = `${SETS} Sets are for --images and --texts; the other arguments are arrays.

Examples:
  lossary r-precision --scores run.npz:scores --relevant run.npz:relevant
  lossary r-precision --images images.npy --texts captions.npy --candidates 100 --json`;

const RETRIEVAL = "it goes with --images and --texts";

export function rPrecisionCommand(): Command {
  const command = new Command("r-precision")
    .summary("R-precision of a retrieval, or of images and their texts")
    .description(
      "The share of relevant documents among the top R (--scores, --relevant), or how often an image's own text is the closest of many (--images, --texts).",
    );
  command.optionsGroup("Retrieval:");
  command
    .option("--scores <file>", "scores [Q, D] of D documents for Q queries")
    .option("--relevant <file>", "1 where a document is relevant, 0 elsewhere, [Q, D]");
  command.optionsGroup("Images and texts:");
  command
    .option("--images <set>", "vectors [N, D] of the images, or a folder of images")
    .option("--texts <set>", "vectors [N, D] of their texts, in the same order")
    .option("--candidates <count>", "texts an image chooses from, its own among them", whole(2, 1e6), 100)
    .option("--classes <file>", "class of each pair, [N]: other texts are then of other classes")
    .option("--seed <number>", "seed of the other texts", whole(0, 2 ** 32 - 1), 0);
  return addJsonFlag(addSetFlags(command))
    .addHelpText("after", EXAMPLES)
    .action(async (flags: Flags) => {
      const meaning = chooseMeaning(flags);
      if (meaning === retrieval) refuseUnused(command, [...IMAGE_FLAGS, "candidates", "classes", "seed"], RETRIEVAL);
      else await checkSets(command, [flags.images as string, flags.texts as string]);
      const run = new Run("r-precision", flags);
      return run.run(() => meaning(run, flags));
    });
}

function chooseMeaning({ scores, relevant, images, texts }: Flags) {
  if (scores && relevant && !images && !texts) return retrieval;
  if (images && texts && !scores && !relevant) return matching;
  throw usageError("r-precision takes --scores and --relevant, or --images and --texts");
}

async function retrieval(_: Run, { scores, relevant, json, ...format }: Flags): Promise<void> {
  const read = arrayReader(format);
  const ranking = await read(scores as string);
  const truth = await read(relevant as string);
  const value = score(() => rPrecision(ranking as never, truth as IndexInput));
  const [all = 0, documents = 0] = ranking.shape;
  const queries = queriesWithRelevant(truth, all);
  const without = all - queries;
  if (json) return printJson({ rPrecision: value, queries, withoutRelevant: without, documents });
  const leftOut = without > 0 ? ` (${without} without a relevant one left out)` : "";
  writeOut(`R-precision ${value} of ${queries} queries${leftOut}, ${documents} documents\n`);
}

/** How many rows of relevant documents hold a 1: the mean is over these. */
function queriesWithRelevant({ data, shape }: ArrayFromFile, queries: number): number {
  const documents = shape[1] ?? 0;
  const has = (query: number) => {
    for (let i = query * documents; i < (query + 1) * documents; i++) if (Number(data[i]) === 1) return true;
    return false;
  };
  return Array.from({ length: queries }, (_, query) => has(query)).filter(Boolean).length;
}

async function matching(run: Run, flags: Flags): Promise<void> {
  const { candidates, seed, json } = flags;
  const images = await rowsOf(run, flags.images as string);
  const texts = await rowsOf(run, flags.texts as string);
  const classIds = flags.classes === undefined ? undefined : ((await readArray(flags.classes, flags)) as IndexInput);
  const options = { candidates, seed, ...(classIds && { classIds }) };
  const { mean, std } = score(() => matchingRPrecision(images.rows, texts.rows, options));
  if (json) {
    const subject = { images: subjectOf(images), texts: subjectOf(texts), candidates, seed };
    printJson({ mean, std, ...subject, network: images.origin, warnings: run.warnings.list });
  } else
    writeOut(
      `R-precision ${mean} ± ${std} over ten folds, among ${candidates} texts\nimages  ${describeSet(images)}\ntexts   ${describeSet(texts)}\n`,
    );
}
