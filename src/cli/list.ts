/** `lossary list`: every loss, score and other function with its family and what it is for. */
import { Command, Option } from "commander";
import type { FunctionSpec } from "../contract/spec.ts";
import { others, type Score, scores } from "./registry/scores.ts";
import { families, losses } from "./registry.ts";
import { JSON_HELP, printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { hangingTable } from "./terminal/text.ts";

export function listCommand(): Command {
  return new Command("list")
    .description("list the losses, scores and other functions")
    .addOption(new Option("--family <name>", "only those of a family").choices(families))
    .option("--json", JSON_HELP)
    .action(({ family, json }: { family?: string; json?: boolean }) => {
      const chosen = <T extends { readonly spec: FunctionSpec }>(all: readonly T[]) =>
        all.filter(({ spec }) => !family || spec.family === family);
      if (json)
        return printJson({
          losses: chosen(losses).map(({ spec }) => described(spec)),
          scores: chosen(scores).map(reached),
          functions: chosen(others).map(reached),
        });
      const rows = [losses, scores, others].flatMap((all) =>
        chosen<{ readonly spec: FunctionSpec }>(all).map(({ spec: { name, family, summary } }) => [
          name,
          family,
          summary,
        ]),
      );
      writeOut(`${hangingTable(rows, process.stdout.isTTY ? process.stdout.columns : undefined)}\n`);
    });
}

const described = ({ name, family, title, summary }: FunctionSpec) => ({ name, family, title, summary });

const reached = ({ spec, call, command }: Score) => ({ ...described(spec), call, command });
