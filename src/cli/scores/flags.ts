/** Options the commands that score sets of samples share. */
import { stat } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { presets } from "../../networks/presets.ts";
import { dataError, usageError } from "../errors.ts";
import { splitSpec } from "../files/array.ts";
import { addCsvFlags, type CsvFormat } from "../files/csv/format.ts";
import { openFile } from "../files/open.ts";
import { JSON_HELP } from "../terminal/json.ts";
import { whole } from "../values.ts";
import { imageFiles } from "./images.ts";
import type { ModelFlags } from "./model.ts";

export interface Shard {
  readonly index: number;
  readonly of: number;
}

export interface SetFlags extends ModelFlags, CsvFormat {
  readonly batch: number;
  readonly skipBroken?: boolean;
  readonly cache: boolean;
  readonly resume?: string | true;
  readonly saveState?: string;
  readonly shard?: Shard;
  readonly json?: boolean;
}

/** Names of the options that say how images become features. */
export const IMAGE_FLAGS: readonly string[] = [
  "model",
  "output",
  "preprocess",
  "batch",
  "skipBroken",
  "cache",
  "resume",
];

function readShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match && index < of && of <= 1e6) return { index, of };
  throw new InvalidArgumentError("Expected i/n with i in 0…n − 1, such as 0/4.");
}

export const SETS = `
A set of samples is a folder of images, features [N, D] (a.npy, file.npz:key, table.csv, table.parquet or
table.parquet:column), or a saved state (.state).`;

/** Why options of a score have no effect. */
export const SAVING = "--save-state keeps the set without scoring it";

/** The options that turn sets into features. */
export function addSetFlags(command: Command): Command {
  command.optionsGroup("Folders of images:");
  command
    .option("--model <file|name>", "the ONNX network that turns images into features")
    .option("--output <name>", "its output to read; needed where it has several")
    .option(
      "--preprocess <preset|file>",
      `how it wants its images: ${Object.keys(presets).join(", ")}, or steps in a .json file`,
    )
    .option("--batch <count>", "images the network takes at once", whole(1, 4096), 32)
    .option("--skip-broken", "leave out images that cannot be read, and say how many")
    .option("--no-cache", "neither read nor keep features between runs")
    .addOption(
      new Option(
        "--resume [file]",
        "go on from what an interrupted run left, if it did, to the same result (default: lossary-<command>.partial)",
      ),
    );
  return addCsvFlags(command);
}

export function addStateFlags(command: Command): Command {
  return command
    .option(
      "--save-state <file>",
      "keep what is known of one set, for later runs and lossary merge, instead of scoring it",
    )
    .option("--shard <i/n>", "only the i-th of n equal parts of the set, i from 0; needs --save-state", readShard);
}

export const addJsonFlag = (command: Command): Command => command.option("--json", JSON_HELP);

/** Two sets are compared, or one is kept. */
export function checkPair(command: string, generated: string | undefined, { saveState, shard }: SetFlags): void {
  if (generated === undefined && !saveState)
    throw usageError(`${command} compares two sets; name both, or --save-state for one`);
  if (generated !== undefined && saveState) throw usageError("--save-state keeps one set, but two are named");
  checkShard({ saveState, shard });
}

/** Throws where options were given that would have no effect. */
export function refuseUnused(command: Command, names: readonly string[], reason: string): void {
  const unused = command.options.filter((option) => {
    const name = option.attributeName();
    return names.includes(name) && command.getOptionValueSource(name) === "cli";
  });
  if (unused.length === 0) return;
  const flags = unused.map(({ long }) => long).join(", ");
  throw usageError(`${flags} ${unused.length === 1 ? "has" : "have"} no effect: ${reason}`);
}

/**
 * Checks the sets before any work is done on the first: they are there, and folders hold images. Throws, too, where
 * options for folders of images were given and none of the sets is one.
 */
export async function checkSets(command: Command, paths: readonly string[]): Promise<void> {
  let folders = 0;
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) {
      await imageFiles(path);
      folders++;
    } else if (!found && isArrayName(path)) await openFile(splitSpec(path).file);
    else if (!found) throw dataError(`${path}: there is no such file or folder`);
  }
  if (folders > 0) return;
  const subject = paths.length === 1 ? `${paths[0]} is not a folder` : `neither ${paths.join(" nor ")} is a folder`;
  refuseUnused(command, IMAGE_FLAGS, `${subject} of images`);
}

/** Whether a name is that of an array in a file, `file.npz:key` among them. */
const isArrayName = (path: string): boolean => /\.(npy|npz|csv|tsv|parquet)(:|$)/i.test(path);

export function checkShard({ saveState, shard }: Pick<SetFlags, "saveState" | "shard">): void {
  if (shard && !saveState) throw usageError("--shard needs --save-state: lossary merge joins the parts");
}
