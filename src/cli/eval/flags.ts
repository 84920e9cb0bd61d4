/** The flags of one loss, made from its specification, and the values behind them. */
import { Command, Option } from "commander";
import type { ArgumentSpec, LossSpec, OptionSpec, TensorOption } from "../../spec.ts";
import { describeArgument, describeOption, differentiable, flagOf } from "../describe.ts";
import { usageError } from "../errors.ts";
import { JSON_HELP } from "../terminal/json.ts";

/** The flags every loss has. */
export interface CommonFlags {
  readonly reduction?: "none" | "sum" | "mean";
  readonly grad?: string;
  readonly wrt?: readonly string[];
  readonly out?: string;
  readonly dtype?: "float32" | "float64";
  readonly checkFinite?: boolean;
  readonly json?: boolean;
}

/** What came on the command line for one loss. */
export interface Flags {
  readonly common: CommonFlags;
  /** Files by argument; several for a list. */
  readonly files: Readonly<Record<string, string | readonly string[]>>;
  /** Values by option; a tensor is still a file's name or a list of numbers. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The command `lossary eval <loss>` of one loss. */
export function lossCommand(spec: LossSpec, run: (flags: Flags) => Promise<void>): Command {
  const command = new Command(`lossary eval ${spec.name}`).description(`${spec.title.en}: ${spec.summary}`);
  const files = spec.arguments.map((argument) => [argument.name, argumentFlag(argument)] as const);
  const options = Object.entries(spec.options).map(([name, option]) => [name, optionFlag(name, option)] as const);
  command.optionsGroup("Arguments (a.npy, file.npz:key, file.csv:column or file.csv):");
  for (const [, flag] of files) command.addOption(flag);
  command.optionsGroup("Options of the loss:");
  for (const [, flag] of options) command.addOption(flag);
  command.optionsGroup("Options:");
  for (const flag of commonFlags(spec)) command.addOption(flag);
  const pick = (flags: readonly (readonly [string, Option])[], given: Record<string, unknown>) =>
    Object.fromEntries(flags.map(([name, flag]) => [name, given[flag.attributeName()]]));
  return command
    .allowExcessArguments(false)
    .action((given: Record<string, unknown>) =>
      run({ common: given, files: pick(files, given) as Flags["files"], options: pick(options, given) }),
    );
}

function argumentFlag(argument: ArgumentSpec): Option {
  const value = argument.kind === "list" ? "<file...>" : "<file>";
  const text = `${argument.doc} ${describeArgument(argument)}`;
  return new Option(`${flagOf(argument.name)} ${value}`, text).makeOptionMandatory();
}

function optionFlag(name: string, option: OptionSpec): Option {
  const flag = flagOf(name);
  const text = `${option.doc} ${describeOption(option)}`;
  const none = (read: (value: string) => unknown) => (value: string) =>
    value === "none" && option.default === null ? null : read(value);
  if (option.type === "boolean")
    return new Option(`${flag} [true|false]`, text).preset("true").argParser(toBoolean(flag));
  if (option.type === "choice")
    return new Option(`${flag} <choice>`, text).argParser(none(toChoice(flag, option.choices)));
  if (option.type === "number") return new Option(`${flag} <number>`, text).argParser(none(toNumber(flag)));
  return new Option(`${flag} <file|numbers>`, text).argParser(none(toTensor(option)));
}

function commonFlags(spec: LossSpec): Option[] {
  const flags: Option[] = [];
  if (spec.unreduced) {
    const text = `the mean divides by ${spec.unreduced.mean} (default: mean)`;
    flags.push(new Option("--reduction <kind>", text).choices(["none", "sum", "mean"]));
    flags.push(new Option("--out <file>", "with --reduction none: write the values to this .npy file"));
  }
  const names = differentiable(spec);
  if (names.length > 0) {
    flags.push(new Option("--grad <file>", "write the gradient to this .npy file, or several to this .npz file"));
    const text = `which gradients, separated by commas: ${names.join(", ")} (default: all)`;
    flags.push(new Option("--wrt <arguments>", text).argParser((value) => value.split(",").map((name) => name.trim())));
  }
  flags.push(
    new Option("--dtype <type>", "compute in this type (default: that of the files)").choices(["float32", "float64"]),
  );
  flags.push(new Option("--check-finite", "refuse NaN and infinities in the arguments"));
  flags.push(new Option("--json", JSON_HELP));
  return flags;
}

const toBoolean = (flag: string) => (value: string) => {
  if (value !== "true" && value !== "false") throw usageError(`${flag} is "${value}", expected true or false`);
  return value === "true";
};

const toChoice = (flag: string, choices: readonly string[]) => (value: string) => {
  if (!choices.includes(value)) throw usageError(`${flag} is "${value}", expected ${choices.join(" or ")}`);
  return value;
};

const isNumber = (text: string) => /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text);

const toNumber = (flag: string) => (value: string) => {
  if (!isNumber(value)) throw usageError(`${flag} is "${value}", expected a number`);
  return Number(value);
};

/** One number, a list of numbers, or the name of a file to be read later. */
const toTensor = (option: TensorOption<number | null | undefined>) => (value: string) => {
  const parts = value.split(",");
  if (!parts.every(isNumber)) return value;
  return parts.length === 1 && option.scalar ? Number(value) : parts.map(Number);
};
