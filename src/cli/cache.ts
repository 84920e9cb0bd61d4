/** `lossary cache`: features kept between runs, how much room they take, and how to be rid of them. */
import { Command } from "commander";
import { type ResolvedPreprocessing, resolvePreprocessing } from "../networks/preprocess.ts";
import type { Preprocessing } from "../networks/preprocessing.ts";
import { type PresetName, presets } from "../networks/presets.ts";
import { dataError } from "./errors.ts";
import { showBytes } from "./files/limits.ts";
import { cacheFolder } from "./scores/cacheFolder.ts";
import { addJsonFlag } from "./scores/flags.ts";
import { cacheLimit, type Features, keptFeatures, pruneFeatures } from "./scores/prune.ts";
import { printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { alignedTable } from "./terminal/text.ts";

const HELP = `
Features of images lie in $LOSSARY_CACHE/features, else in the user's cache folder. They may take $LOSSARY_CACHE_SIZE
megabytes (4000 unless it is set); those that were longest of no use go first. --no-cache does without. Models are kept
beside them, without a limit: lossary models list.

Examples:
  lossary cache list
  lossary cache clear 3f2a91c04e77
  lossary cache clear`;

export function cacheCommand(): Command {
  const command = new Command("cache")
    .summary("show or remove features kept between runs")
    .description("Shows or removes the features of images that the scores keep between runs.")
    .addHelpText("after", HELP);
  addJsonFlag(command.command("list").description("what is kept of which network and preprocessing")).action(list);
  const clearing = command
    .command("clear")
    .description("remove all features, or those of one line of the list")
    .argument("[key]", "the first letters of its key");
  addJsonFlag(clearing).action(clear);
  return command;
}

const bytesOf = ({ files }: Features) => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** "clean-fid", or the steps that are not the defaults. */
function describeSteps(steps: ResolvedPreprocessing): string {
  const same = (a: object, b: object) => JSON.stringify(a) === JSON.stringify(b);
  const resolve = (given: Preprocessing | PresetName) => resolvePreprocessing("preprocessing", given);
  const preset = (Object.keys(presets) as PresetName[]).find((name) => same(resolve(name), steps));
  if (preset) return preset;
  const defaults: object = resolve({});
  const own = Object.entries(steps).filter(([name, value]) => !same([value], [defaults[name as keyof object]]));
  return own.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(" ") || "as they are";
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const folder = cacheFolder("features");
  const limit = cacheLimit();
  const entries = (await keptFeatures()).map(({ key, about, files }) => ({
    key,
    about,
    bytes: bytesOf({ key, about, files }),
    used: new Date(Math.max(...files.map(({ used }) => used))).toISOString(),
  }));
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (json) {
    const networks = entries.map(({ about, ...entry }) => ({ ...entry, ...(about ?? { damaged: true }) }));
    return printJson({ folder, bytes, limit, networks });
  }
  if (entries.length > 0) {
    const rows = entries.map(({ key, about, bytes: size, used }) => [
      key.slice(0, 12),
      about?.model.slice(0, 12) ?? "about.json is damaged",
      about?.output ?? "",
      about ? String(about.dimension) : "",
      showBytes(size),
      used.slice(0, 10),
      about ? describeSteps(about.preprocessing) : "",
    ]);
    const head = ["key", "network", "output", "features", "size", "last used", "preprocessing"];
    writeOut(`${alignedTable([head, ...rows])}\n\n`);
  }
  writeOut(`${showBytes(bytes)} of ${showBytes(limit)} in ${folder}\n`);
}

async function clear(key: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const chosen = async () => (await keptFeatures()).filter((features) => features.key.startsWith(key ?? ""));
  const going = await chosen();
  if (key !== undefined && going.length !== 1)
    throw dataError(
      `cache clear: ${going.length === 0 ? "nothing is kept under a key that begins" : `${going.length} keys begin`} with "${key}"; lossary cache list shows them`,
    );
  const removed = await pruneFeatures(-1, going);
  const left = (await chosen()).reduce((sum, features) => sum + bytesOf(features), 0);
  if (left > 0) throw dataError(`${cacheFolder("features")}: ${showBytes(left)} could not be removed`);
  if (json) printJson({ removed });
  else writeOut(`removed ${showBytes(removed)}\n`);
}
