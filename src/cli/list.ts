/** `lossary list`: every loss and score with its family and what it is for. */
import { Command, Option } from "commander";
import { scores } from "./registry/scores.ts";
import { families, losses } from "./registry.ts";
import { JSON_HELP, printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { hangingTable } from "./terminal/text.ts";

export function listCommand(): Command {
  return new Command("list")
    .description("list the losses and scores")
    .addOption(new Option("--family <name>", "only those of a family").choices(families))
    .option("--json", JSON_HELP)
    .action(({ family, json }: { family?: string; json?: boolean }) => {
      const chosen = losses.map(({ spec }) => spec).filter((spec) => !family || spec.family === family);
      const others = !family || family === "score" ? scores : [];
      if (json)
        return printJson({
          losses: chosen.map(({ name, family, title, summary }) => ({ name, family, title, summary })),
          scores: others.map(({ spec: { name, title, summary }, call, command }) => ({
            name,
            title,
            summary,
            call,
            command,
          })),
        });
      const rows = [
        ...chosen.map(({ name, family, summary }) => [name, family, summary]),
        ...others.map(({ spec: { name, summary } }) => [name, "score", summary]),
      ];
      writeOut(`${hangingTable(rows, process.stdout.isTTY ? process.stdout.columns : undefined)}\n`);
    });
}
