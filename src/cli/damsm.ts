/** `lossary damsm`: the DAMSM loss of images and captions, term by term. */
import { Command, Option } from "commander";
import { batchedTerms } from "./damsm/batches.ts";
import { usageError } from "./errors.ts";
import { arrayReader } from "./files/array.ts";
import { addCsvFlags, type CsvFormat } from "./files/csv/format.ts";
import { addJsonFlag } from "./scores/flags.ts";
import { printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { alignedTable } from "./terminal/text.ts";
import { whole } from "./values.ts";

interface Flags extends CsvFormat {
  readonly regions: string;
  readonly words: string;
  readonly lengths: string;
  readonly images: string;
  readonly sentences: string;
  readonly gamma1: number;
  readonly gamma2: number;
  readonly gamma3: number;
  readonly classes?: string;
  readonly form: "paper" | "code";
  readonly batch?: number;
  readonly json?: boolean;
}

const positive = (text: string) => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw usageError(`"${text}" is not a number greater than 0`);
};

const EXAMPLES = `
Arrays are named as a.npy, file.npz:key, table.csv or table.parquet. All samples make one batch, and a
sample's rivals are all others, unless --batch cuts them in their order into batches as a training would see them.
lossary eval damsmLoss gives the gradients, too.

Example:
  lossary damsm --regions run.npz:regions --words run.npz:words --lengths run.npz:lengths \\
    --images run.npz:images --sentences run.npz:sentences`;

export function damsmCommand(): Command {
  const command = new Command("damsm")
    .summary("DAMSM loss of images and captions, term by term")
    .description("How well the images and captions of a batch find each other: four cross entropies and their sum.")
    .requiredOption("--regions <file>", "vectors of image regions, [N, R, D]")
    .requiredOption("--words <file>", "vectors of the captions' words, [N, T, D]")
    .requiredOption("--lengths <file>", "words of each caption, [N]")
    .requiredOption("--images <file>", "vectors of whole images, [N, D]")
    .requiredOption("--sentences <file>", "vectors of whole captions, [N, D]")
    .option("--gamma1 <number>", "sharpness of the attention over regions", positive, 4)
    .option("--gamma2 <number>", "how much the best matching words count", positive, 5)
    .option("--gamma3 <number>", "factor on the similarities", positive, 10)
    .option("--classes <file>", "class of each sample, [N]: others of its class are not its rivals")
    .option(
      "--batch <count>",
      "samples of a batch (default: all); the terms are then means over all samples",
      whole(1, 1e6),
    )
    .addOption(
      new Option("--form <form>", "divide the log of the words' sum by gamma2, or not, as the public code")
        .choices(["paper", "code"])
        .default("paper"),
    );
  return addJsonFlag(addCsvFlags(command)).addHelpText("after", EXAMPLES).action(damsm);
}

async function damsm({ gamma1, gamma2, gamma3, form, batch, json, ...files }: Flags): Promise<void> {
  const readArray = arrayReader(files);
  const arrays = {
    regions: await readArray(files.regions),
    words: await readArray(files.words),
    lengths: await readArray(files.lengths),
    images: await readArray(files.images),
    sentences: await readArray(files.sentences),
    ...(files.classes !== undefined && { classes: await readArray(files.classes) }),
  };
  const options = { gamma1, gamma2, gamma3, form };
  const { terms, samples, batches } = batchedTerms(arrays, batch, options);
  const { imageToWords, wordsToImage, imageToSentence, sentenceToImage } = terms;
  const damsm = imageToWords + wordsToImage + imageToSentence + sentenceToImage;
  if (json) printJson({ damsm, ...terms, ...options, samples, batches });
  else {
    const rows = Object.entries({ damsm, ...terms }).map(([name, value]) => [name, String(value)]);
    writeOut(`${alignedTable(rows)}\n`);
    if (batch !== undefined) writeOut(`mean over ${samples} samples in ${batches} batches of up to ${batch}\n`);
  }
}
