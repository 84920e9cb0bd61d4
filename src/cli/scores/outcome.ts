/** What a run that keeps a state says. */
import { usageError } from "../errors.ts";
import { refuseOverwrite } from "../files/overwrite.ts";
import { printJson } from "../terminal/json.ts";
import { writeOut } from "../terminal/print.ts";
import { gather, type SampleSet, sectionOf } from "./gather.ts";
import { describeSet, subjectOf } from "./moments.ts";
import type { Run } from "./run.ts";
import { type Section, writeState } from "./state.ts";

/** Checks before any work is done that a state's name is one that is read back as such. */
export function checkStateName(flag: string, path: string): void {
  if (!/\.state$/i.test(path)) throw usageError(`${flag} is "${path}", expected a name that ends in .state`);
}

/** Reads one set and writes its state to --save-state. */
export async function saveState(run: Run, path: string, kind: Section["kind"]): Promise<void> {
  const { saveState: target, model, preprocess } = run.flags;
  checkStateName("--save-state", target as string);
  const read = [path, model, preprocess, run.flags.resume ? run.partialFile : undefined];
  refuseOverwrite(
    "--save-state",
    target,
    read.filter((name) => name !== undefined),
  );
  const set = await gather(run, path, kind);
  await writeState(run.flags.saveState as string, [sectionOf(set)]);
  printState(run, set);
}

export function printState({ flags, warnings }: Pick<Run, "flags" | "warnings">, set: SampleSet): void {
  const { saveState: state = null, json } = flags;
  const subject = { ...subjectOf({ ...set, count: set.collector.count }), shards: set.shards };
  if (json) printJson({ state, ...subject, network: set.origin, warnings: warnings.list });
  else writeOut(`${state} holds ${describeSet({ ...set, count: set.collector.count })}\n`);
}
