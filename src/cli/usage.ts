/** What is said of a command line that a command cannot take: all that is missing at once, and where its help is. */
import type { Command, CommanderError } from "commander";
import { listed } from "./terminal/text.ts";

const MISSING = ["commander.missingArgument", "commander.missingMandatoryOptionValue"];

/** "lossary models pull": a command with those it belongs to. */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

export function usageMessage(command: Command, { code, message }: CommanderError): string {
  const path = pathOf(command);
  const lacking = MISSING.includes(code) ? missing(command) : [];
  const text = lacking.length > 0 ? `${path} needs ${listed(lacking)}` : message.replace(/^error: /, "");
  return `${text.replace(/\.$/, "")}; see ${path} --help`;
}

/** Arguments and options that a command cannot do without and was not given. */
function missing(command: Command): string[] {
  const values = command.registeredArguments
    .slice(command.args.length)
    .filter(({ required }) => required)
    .map((argument) => `<${argument.name()}>`);
  const options = command.options
    .filter((option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined)
    .map(({ flags }) => flags);
  return [...values, ...options];
}
