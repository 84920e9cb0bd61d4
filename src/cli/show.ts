/** `lossary show <name>`: everything a loss's specification says, or how a score is reached. */
import { Command } from "commander";
import { type ArgumentSpec, type LossSpec, sampleWeightOf } from "../contract/spec.ts";
import { showSymbolic } from "../tensor/shapes.ts";
import { describeArgument, describeOption, flagOf, isDifferentiable } from "./describe.ts";
import type { Score } from "./list/scores.ts";
import { commandOf, find } from "./registry.ts";
import { JSON_HELP, printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { alignedTable, bullet, indent, wrap } from "./terminal/text.ts";

export function showCommand(): Command {
  return new Command("show")
    .description("describe a loss: formula, arguments, options, traps, references; or a score")
    .argument("<name>", "its name, as lossary list has it")
    .option("--json", JSON_HELP)
    .action((name: string, { json }: { json?: boolean }) => {
      const found = find(name);
      if (json) printJson("spec" in found ? found.spec : found);
      else writeOut(`${"spec" in found ? page(found.spec) : scorePage(found)}\n`);
    });
}

function page(spec: LossSpec): string {
  const { name, title, family, aliases, summary, formula, traps, references } = spec;
  const heading = `${name}: ${title.en} (${title.zh})\n${wrap(summary)}`;
  const known = alignedTable([["Family", family], ...(aliases.length ? [["Also called", aliases.join(", ")]] : [])]);
  const sections: [string, string][] = [
    ["Formula (LaTeX)", formula],
    ["Arguments", describeArguments(spec)],
    ["Options", describeOptions(spec)],
    ["Value", describeValue(spec)],
    ["Traps", traps.map((trap) => bullet(trap)).join("\n")],
    ["References", references.map(({ text, url }) => `${bullet(text)}\n  ${url}`).join("\n")],
    ["Try it", example(spec)],
  ];
  const filled = sections.filter(([, text]) => text).map(([head, text]) => `${head}\n${indent(text)}`);
  return [heading, known, ...filled].join("\n\n");
}

function scorePage(score: Score): string {
  const { name, title, summary, call, command } = score;
  const named = commandOf(score);
  const reach = alignedTable([
    ["Family", "score, without a gradient"],
    ["Library", call],
    ["Command", command ?? "none"],
    ...(named ? [["Options", `lossary ${named} --help`]] : []),
  ]);
  return `${name}: ${title.en} (${title.zh})\n${wrap(summary)}\n\n${reach}`;
}

const describeArguments = ({ arguments: list }: LossSpec) =>
  alignedTable(
    list.map((argument) => [
      argument.name,
      describeArgument(argument),
      isDifferentiable(argument) ? "gradient" : "constant",
      argument.doc,
    ]),
  );

const describeOptions = ({ options }: LossSpec) => {
  const rows = Object.entries(options).map(([name, option]) => [name, describeOption(option), option.doc]);
  return rows.length ? alignedTable(rows) : "";
};

function describeValue({ unreduced }: LossSpec): string {
  if (!unreduced) return "One number by nature: there is no reduction.";
  const { shape, when } = unreduced;
  const none = shape ? showSymbolic(shape) : "one number";
  return alignedTable([
    ["none", when ? `${none}, or ${showSymbolic(when.shape)} where ${when.option} is ${when.is}` : none],
    ["mean", `divides by ${unreduced.mean}`],
    ["sampleWeight", `weights in ${sampleWeightOf(unreduced).range} of these values, or of their leading axes`],
  ]);
}

function example({ name, arguments: list }: LossSpec): string {
  const file = (argument: ArgumentSpec) => `${argument.name}.${argument.kind === "state" ? "npz" : "npy"}`;
  return `lossary eval ${name} ${list.map((argument) => `${flagOf(argument.name)} ${file(argument)}`).join(" ")}`;
}
