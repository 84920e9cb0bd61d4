/** `lossary merge`: joins the states of parts of a set. */
import { resolve } from "node:path";
import { Command } from "commander";
import { dataError, usageError } from "./errors.ts";
import { refuseOverwrite } from "./files/overwrite.ts";
import { MomentsCollector, newCollector, RowsCollector } from "./scores/collector.ts";
import { addJsonFlag } from "./scores/flags.ts";
import { checkComparable, sectionOf, stateOf } from "./scores/gather.ts";
import { checkStateName, printState } from "./scores/outcome.ts";
import { readState, type Section, type Shards, writeState } from "./scores/state.ts";
import { Warnings } from "./scores/warnings.ts";

const EXAMPLES = `
Shards (--shard i/n) come in any order and are joined in the order of the set. KID and Inception scores of the result
are those of one run to the last bit; FID, whose moments are added up in another order, to about 1e-9 of its value.
Other states are joined in the order given.

Example:
  lossary merge part0.state part1.state part2.state part3.state --save-state real.state`;

export function mergeCommand(): Command {
  const command = new Command("merge")
    .summary("join saved states of parts of a set")
    .description("Joins states that --save-state wrote, such as those of shards, into one.")
    .argument("<states...>", "two or more .state files")
    .requiredOption("--save-state <file>", "where the joined state goes");
  return addJsonFlag(command).addHelpText("after", EXAMPLES).action(merge);
}

interface Part {
  readonly path: string;
  readonly section: Section;
}

async function merge(paths: readonly string[], flags: { saveState: string; json?: boolean }): Promise<void> {
  checkStateName("--save-state", flags.saveState);
  refuseOverwrite("--save-state", flags.saveState, paths);
  const parts: Part[] = [];
  for (const path of paths) parts.push(await readPart(path, parts[0]));
  const warnings = new Warnings();
  const shards = joinShards(parts);
  const twice = paths.find((path, i) => paths.findIndex((other) => resolve(other) === resolve(path)) < i);
  if (twice !== undefined) throw usageError(`${twice} is named twice; its samples would count twice`);
  if (parts.length < 2) throw usageError(`merge joins two or more states, but only ${paths[0]} is named`);
  if (!shards) refuseCopies(parts);
  const first = (parts[0] as Part).section;
  const whole = shards !== null && shards.have.length === shards.of;
  if (shards && !whole)
    warnings.add(`${shards.have.length} of ${shards.of} shards are there, without number ${missing(shards)}`);
  const collector = first.kind === "moments" ? joinMoments(parts) : joinRows(parts);
  const { dimension, origin, set } = first;
  const joined = { dimension, collector, origin, shards: whole ? null : shards, set: shards ? set : null };
  await writeState(flags.saveState, [sectionOf(joined)]);
  printState({ flags: flags as never, warnings }, { ...joined, path: `${paths.length} states`, skipped: 0 });
}

async function readPart(path: string, first: Part | undefined): Promise<Part> {
  const sections = await readState(path);
  const [section] = sections;
  if (!section || sections.length > 1 || section.resume)
    throw dataError(`${path}: was left by an interrupted run; --resume goes on from it`);
  if (!first) return { path, section };
  if (section.kind !== first.section.kind)
    throw dataError(`${first.path} and ${path} are states of different scores, which cannot be joined`);
  checkComparable({ ...first.section, path: first.path }, { ...section, path });
  return { path, section };
}

/** Two states of one set of images, or with the same content, are copies: their samples would count twice. */
function refuseCopies(parts: readonly Part[]): void {
  for (const [i, { path, section }] of parts.entries())
    for (const other of parts.slice(0, i)) {
      const sameImages = section.set !== null && section.set === other.section.set;
      if (sameImages || Buffer.compare(section.payload, other.section.payload) === 0)
        throw dataError(`${other.path} and ${path} hold the same samples, which would count twice`);
    }
}

/** All shards of the parts; null where the parts are not shards. */
function joinShards(parts: readonly Part[]): Shards | null {
  const seen = new Map<number, string>();
  const [first] = parts as [Part, ...Part[]];
  for (const { path, section } of parts) {
    if ((section.shards === null) !== (first.section.shards === null))
      throw dataError(`${first.path} and ${path}: one is a shard and the other is not`);
    if (section.shards?.of !== first.section.shards?.of || (section.shards && section.set !== first.section.set))
      throw dataError(`${first.path} and ${path} are shards of different sets`);
    for (const { index } of section.shards?.have ?? []) {
      const other = seen.get(index);
      if (other) throw dataError(`${other} and ${path} both hold shard ${index}`);
      seen.set(index, path);
    }
  }
  if (!first.section.shards) return null;
  const have = parts.flatMap(({ section }) => section.shards?.have ?? []);
  return { of: first.section.shards.of, have: have.sort((a, b) => a.index - b.index) };
}

function missing({ of, have }: Shards): string {
  const there = new Set(have.map(({ index }) => index));
  const absent = Array.from({ length: of }, (_, i) => i).filter((i) => !there.has(i));
  return absent.slice(0, 20).join(", ") + (absent.length > 20 ? ` and ${absent.length - 20} more` : "");
}

/** In the order of the shards, so that the same parts give the same bits in whatever order they are named. */
function joinMoments(parts: readonly Part[]): MomentsCollector {
  const first = ({ section }: Part) => section.shards?.have[0]?.index ?? 0;
  const joined = new MomentsCollector((parts[0] as Part).section.dimension);
  for (const { path, section } of [...parts].sort((a, b) => first(a) - first(b)))
    joined.statistics.merge((stateOf(path, section).collector as MomentsCollector).statistics);
  return joined;
}

function joinRows(parts: readonly Part[]): RowsCollector {
  const pieces = parts.flatMap(({ section }) => {
    const { data } = (newCollector("rows", section.dimension, section) as RowsCollector).rows();
    let at = 0;
    return (section.shards?.have ?? [{ index: 0, count: section.count }]).map(({ index, count }) => {
      const rows = data.subarray(at, at + count * section.dimension);
      at += rows.length;
      return { index, rows };
    });
  });
  const joined = new RowsCollector((parts[0] as Part).section.dimension);
  for (const { rows } of pieces.sort((a, b) => a.index - b.index)) joined.add(rows);
  return joined;
}
