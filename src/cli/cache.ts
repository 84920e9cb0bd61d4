/** `lossary cache`: features kept between runs, how much room they take, and how to be rid of them. */
import { Command } from "commander";
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
  lossary cache clear`;

export function cacheCommand(): Command {
  const command = new Command("cache")
    .summary("show or remove features kept between runs")
    .description("Shows or removes the features of images that the scores keep between runs.")
    .addHelpText("after", HELP);
  addJsonFlag(command.command("list").description("what is kept of which network")).action(list);
  addJsonFlag(command.command("clear").description("remove all features")).action(clear);
  return command;
}

const bytesOf = ({ files }: Features) => files.reduce((sum, { bytes }) => sum + bytes, 0);

async function list({ json }: { json?: boolean }): Promise<void> {
  const folder = cacheFolder("features");
  const limit = cacheLimit();
  const kept = (await keptFeatures()).filter(({ files }) => files.length > 0);
  const entries = kept.map((features) => ({
    ...features.origin,
    bytes: bytesOf(features),
    used: new Date(Math.max(...features.files.map(({ used }) => used))).toISOString(),
  }));
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (json) return printJson({ folder, bytes, limit, networks: entries });
  if (entries.length > 0) {
    const rows = entries.map((entry) => [
      entry.model.slice(0, 12),
      entry.output,
      String(entry.dimension),
      showBytes(entry.bytes),
      entry.used.slice(0, 10),
    ]);
    writeOut(`${alignedTable([["network", "output", "features", "size", "last used"], ...rows])}\n\n`);
  }
  writeOut(`${showBytes(bytes)} of ${showBytes(limit)} in ${folder}\n`);
}

async function clear({ json }: { json?: boolean }): Promise<void> {
  const removed = await pruneFeatures(-1);
  const left = (await keptFeatures()).reduce((sum, features) => sum + bytesOf(features), 0);
  if (left > 0) throw dataError(`${cacheFolder("features")}: ${showBytes(left)} could not be removed`);
  if (json) printJson({ removed });
  else writeOut(`removed ${showBytes(removed)}\n`);
}
