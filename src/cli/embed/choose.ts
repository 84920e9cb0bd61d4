/** Which losses are trained: the package's by name, and those of the user's modules. */
import { usageError } from "../errors.ts";
import type { OwnLoss } from "../modules/load.ts";
import { findLoss } from "../registry.ts";
import { type Objective, objectives } from "./objectives.ts";
import { ownObjective } from "./own.ts";

/** The losses of a list of names and modules, or all of the package that so many classes allow; `modules` are those loaded. */
export function chooseObjectives(
  asked: readonly string[],
  classes: number,
  modules: readonly OwnLoss[] = [],
): readonly Objective[] {
  const chosen: Objective[] = [];
  for (const name of new Set(asked)) {
    const own = modules.find(({ from }) => from === name);
    if (name === "all") chosen.push(...objectives.filter(({ leastClasses }) => leastClasses <= classes));
    else chosen.push(own ? named(ownObjective(own), name, chosen) : ready(name));
  }
  const few = chosen.find(({ leastClasses }) => leastClasses > classes);
  if (few)
    throw usageError(`--loss: ${few.spec.name} needs ${few.leastClasses} classes or more, the target has ${classes}`);
  return [...new Set(chosen)];
}

function ready(name: string): Objective {
  const { spec } = findLoss(name);
  const found = objectives.find((candidate) => candidate.spec.name === spec.name);
  if (found) return found;
  throw usageError(
    `--loss: ${spec.name} cannot be trained on embeddings and labels; it takes ${spec.arguments.map((argument) => argument.name).join(", ")}. These can: ${objectives.map(({ spec: { name: known } }) => known).join(", ")}`,
  );
}

/** A loss of the user's whose name another has goes by its module, too. */
function named(own: Objective, from: string, before: readonly Objective[]): Objective {
  if (![...objectives, ...before].some(({ name }) => name === own.name)) return own;
  const name = `${own.name} (${from})`;
  return { ...own, name, spec: { ...own.spec, name } };
}
