/** `lossary show <name>`: everything a loss's specification says, or how a score is reached. */
import { Command } from "commander";
import { type ArgumentSpec, type FunctionSpec, type LossSpec, sampleWeightOf } from "../contract/spec.ts";
import { showSymbolic } from "../tensor/shapes.ts";
import { describeArgument, describeOption, flagOf, isDifferentiable } from "./describe.ts";
import { namesModule } from "./modules/address.ts";
import { calledAs, loadLoss } from "./modules/load.ts";
import type { Score } from "./registry/scores.ts";
import { type AnyLoss, commandOf, find, isLoss } from "./registry.ts";
import { JSON_HELP, printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { alignedTable, bullet, indent, wrap } from "./terminal/text.ts";

export function showCommand(): Command {
  return new Command("show")
    .description("describe a loss: formula, arguments, options, traps, references; or another function")
    .argument("<name>", "its name, as lossary list has it, or a module of yours: ./mine.js, ./mine.js#name")
    .option("--json", JSON_HELP)
    .action(async (name: string, { json }: { json?: boolean }) => {
      const found = namesModule(name) ? await loadLoss(name) : find(name);
      if (json) printJson(isLoss(found) ? found.spec : { ...found.spec, call: found.call, command: found.command });
      else writeOut(`${isLoss(found) ? page(found) : functionPage(found)}\n`);
    });
}

function page(loss: AnyLoss): string {
  const { spec } = loss;
  const { name, family, aliases, summary, formula, traps, references } = spec;
  const heading = `${[name, ...titlesOf(spec)].join(": ")}\n${wrap(summary)}`;
  const others = [...aliases.en, ...aliases.zh];
  const known = alignedTable([["Family", family], ...(others.length ? [["Also called", others.join(", ")]] : [])]);
  const sections: [string, string][] = [
    ["Formula (LaTeX)", formula],
    ["Arguments", describeArguments(spec)],
    ["Options", describeOptions(spec)],
    ["Value", describeValue(spec)],
    ["Traps", traps.map((trap) => bullet(trap)).join("\n")],
    ["References", references.map(({ text, url }) => `${bullet(text)}\n  ${url}`).join("\n")],
    ["Try it", example(calledAs(loss), spec)],
  ];
  return [heading, known, ...sectionsOf(sections)].join("\n\n");
}

function functionPage(found: Score): string {
  const { spec, call, command } = found;
  const { name, title, family, summary } = spec;
  const named = commandOf(found);
  const reach = alignedTable([
    ["Family", family === "score" ? "score, without a gradient" : family],
    ["Library", call],
    ["Command", command ?? "none"],
    ...(named ? [["Flags", `lossary ${named} --help`]] : []),
  ]);
  const heading = `${name}: ${title.en} (${title.zh})\n${wrap(summary)}`;
  return [
    heading,
    reach,
    ...sectionsOf([
      ["Arguments", describeArguments(spec)],
      ["Options", describeOptions(spec)],
    ]),
  ].join("\n\n");
}

/** Those that hold something, each under its head. */
const sectionsOf = (sections: readonly (readonly [string, string])[]): string[] =>
  sections.filter(([, text]) => text).map(([head, text]) => `${head}\n${indent(text)}`);

const describeArguments = ({ arguments: list }: FunctionSpec) =>
  alignedTable(
    list.map((argument) => [
      argument.name,
      describeArgument(argument),
      isDifferentiable(argument) ? "gradient" : "constant",
      argument.doc,
    ]),
  );

const describeOptions = ({ options }: FunctionSpec) => {
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

/** "Huber loss (Huber 损失)"; a loss from a formula may have no title but its name. */
const titlesOf = ({ name, title: { en, zh } }: LossSpec): string[] =>
  en === name && zh === name ? [] : [en === zh ? en : `${en} (${zh})`];

function example(called: string, { arguments: list }: LossSpec): string {
  const file = (argument: ArgumentSpec) => `${argument.name}.${argument.kind === "state" ? "npz" : "npy"}`;
  return `lossary eval ${called} ${list.map((argument) => `${flagOf(argument.name)} ${file(argument)}`).join(" ")}`;
}
