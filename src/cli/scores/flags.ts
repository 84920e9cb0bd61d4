/** Options the commands that score sets of samples share. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { presets } from "../../networks/presets.ts";
import { usageError } from "../errors.ts";
import { JSON_HELP } from "../terminal/json.ts";
import type { ModelFlags } from "./model.ts";

export interface Shard {
  readonly index: number;
  readonly of: number;
}

export interface SetFlags extends ModelFlags {
  readonly batch: number;
  readonly skipBroken?: boolean;
  readonly cache: boolean;
  readonly resume?: string | true;
  readonly saveState?: string;
  readonly shard?: Shard;
  readonly json?: boolean;
}

/** A parser of whole numbers in a range. */
export const whole = (low: number, high: number) => (text: string) => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new InvalidArgumentError(`Expected a whole number in ${low}…${high}.`);
};

function readShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match && index < of && of <= 1e6) return { index, of };
  throw new InvalidArgumentError("Expected i/n with i in 0…n − 1, such as 0/4.");
}

export const SETS = `
A set of samples is a folder of images, features [N, D] (a.npy, file.npz:key, table.csv, table.parquet or
table.parquet:column), or a saved state (.state).`;

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
      new Option("--resume [file]", "go on from what an interrupted run left (default: lossary-<command>.partial)"),
    );
  command.optionsGroup("Options:");
  return command;
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

export function checkShard({ saveState, shard }: Pick<SetFlags, "saveState" | "shard">): void {
  if (shard && !saveState) throw usageError("--shard needs --save-state: lossary merge joins the parts");
}
