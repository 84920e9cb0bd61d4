/** The flags of one loss, made from its specification, and their values. */
import { Command, Option } from "commander";
import { type ArgumentSpec, type LossSpec, type OptionSpec, sampleWeightOf } from "../../contract/spec.ts";
import { describeArgument, describeOption, differentiable, flagOf } from "../describe.ts";
import { usageError } from "../errors.ts";
import { ARRAYS, namesArray } from "../files/array.ts";
import { infinityOf, isNumber } from "../files/cells.ts";
import { CSV_HEADING, type CsvFormat, csvOptions } from "../files/csv/format.ts";
import { JSON_HELP } from "../terminal/json.ts";
import { names as parseNames } from "../values.ts";
import { MEMORY_FILES } from "./memory.ts";

/** The flags every loss has. */
export interface CommonFlags extends CsvFormat {
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

/** The command `lossary eval <loss>` of one loss, called by its name or its module. */
export function lossCommand(spec: LossSpec, called: string, run: (flags: Flags) => Promise<void>): Command {
  const command = new Command(`lossary eval ${called}`).description(`${spec.title.en}: ${spec.summary}`);
  const addGroup = (heading: string, flags: readonly Option[]) => {
    command.optionsGroup(heading);
    for (const flag of flags) command.addOption(flag);
    return flags;
  };
  const files = addGroup(
    "Arguments (a.npy, file.npz:key, file.csv or .parquet, with :column for one, a.png or a.jpg):",
    spec.arguments.map(argumentFlag),
  );
  const options = Object.entries(spec.options).filter(([, option]) => !("addsOutput" in option));
  const flags = addGroup(
    "Options of the loss:",
    options.map(([name, option]) => optionFlag(name, option)),
  );
  addGroup(CSV_HEADING, csvOptions());
  addGroup("Options:", commonFlags(spec));
  return command.allowExcessArguments(false).action((given: Record<string, string>) => {
    const textOf = (flag: Option | undefined) => given[flag?.attributeName() ?? ""];
    return run({
      common: given,
      files: Object.fromEntries(spec.arguments.map(({ name }, i) => [name, textOf(files[i]) as string])),
      options: {
        ...Object.fromEntries(
          options.map(([name, option], i) => [name, readOption(flagOf(name), option, textOf(flags[i]))]),
        ),
        ...(spec.unreduced &&
          given.sampleWeight !== undefined && {
            sampleWeight: readOption("--sample-weight", sampleWeightOf(spec.unreduced), given.sampleWeight),
          }),
      },
    });
  });
}

function argumentFlag(argument: ArgumentSpec): Option {
  const value = argument.kind === "list" ? "<file...>" : "<file>";
  const text = `${argument.doc} ${argument.kind === "state" ? MEMORY_FILES : describeArgument(argument)}`;
  return new Option(`${flagOf(argument.name)} ${value}`, text).makeOptionMandatory();
}

const placeholders = {
  boolean: "[true|false]",
  choice: "<choice>",
  number: "<number>",
  tensor: "<file|numbers>",
} as const satisfies Record<OptionSpec["type"], string>;

function optionFlag(name: string, option: OptionSpec): Option {
  const flag = new Option(`${flagOf(name)} ${placeholders[option.type]}`, `${option.doc} ${describeOption(option)}`);
  return option.type === "boolean" ? flag.preset("true") : flag;
}

function commonFlags(spec: LossSpec): Option[] {
  const flags: Option[] = [];
  if (spec.unreduced) {
    const text = `the mean divides by ${spec.unreduced.mean} (default: mean)`;
    flags.push(new Option("--reduction <kind>", text).choices(["none", "sum", "mean"]));
    flags.push(optionFlag("sampleWeight", sampleWeightOf(spec.unreduced)));
    flags.push(new Option("--out <file>", "with --reduction none: write the values to this .npy file"));
  }
  const names = differentiable(spec);
  if (names.length > 0) {
    flags.push(new Option("--grad <file>", "write the gradient to this .npy file, or several to this .npz file"));
    const text = `which gradients, separated by commas: ${names.join(", ")} (default: all)`;
    flags.push(new Option("--wrt <arguments>", text).argParser(parseNames));
  }
  flags.push(
    new Option("--dtype <type>", "compute in this type (default: that of the files)").choices(["float32", "float64"]),
  );
  flags.push(new Option("--check-finite", "refuse NaN and infinities in the arguments"));
  flags.push(new Option("--json", JSON_HELP));
  return flags;
}

/** The number a text stands for, an infinity among them; undefined where it is none. */
function readNumber(text: string): number | undefined {
  const trimmed = text.trim();
  return isNumber(trimmed) ? Number(trimmed) : infinityOf(trimmed);
}

/** The value an option's text stands for; a tensor in a file stays the file's name. */
function readOption(flag: string, option: OptionSpec, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (text === "none" && "nullable" in option && option.nullable) return null;
  const wrong = (expected: string) => usageError(`${flag} is "${text}", expected ${expected}`);
  if (option.type === "boolean") {
    if (text !== "true" && text !== "false") throw wrong("true or false");
    return text === "true";
  }
  if (option.type === "choice") {
    if (!option.choices.includes(text)) throw wrong(option.choices.join(" or "));
    return text;
  }
  if (option.type === "number") {
    const value = readNumber(text);
    if (value === undefined) throw wrong(`a number in ${option.range}`);
    return value;
  }
  const parts = text.split(",").map(readNumber);
  if (namesArray(text)) return text;
  if (parts.includes(undefined)) throw wrong(`numbers separated by commas, or ${ARRAYS}`);
  return parts.length === 1 && option.scalar ? parts[0] : parts;
}
