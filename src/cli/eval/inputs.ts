/** From the flags of a loss to the arguments and options of its call. */

import { resolveOptions } from "../../contract/options.ts";
import { type ArgumentSpec, type LossSpec, type OptionSpec, sampleWeightOf } from "../../contract/spec.ts";
import { LossaryError, type OimMemory } from "../../index.ts";
import { interval } from "../../tensor/interval.ts";
import { flagOf } from "../describe.ts";
import { usageError } from "../errors.ts";
import { type ArrayFromFile, arrayReader, splitSpec } from "../files/array.ts";
import type { Flags } from "./flags.ts";
import { readMemory } from "./memory.ts";

export interface Call {
  readonly args: readonly (ArrayFromFile | readonly ArrayFromFile[] | OimMemory)[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** The options that a loss has on the command line: its own, and weights of its values. */
export const optionsOf = ({ options, unreduced }: LossSpec): Readonly<Record<string, OptionSpec>> => ({
  ...options,
  ...(unreduced && { sampleWeight: sampleWeightOf(unreduced) }),
});

/** An error's message, in which an option goes by its flag: "huberLoss: delta is 0" is "--delta is 0". */
export function byFlag(spec: LossSpec, { message, argument = "" }: LossaryError): string {
  const place = `${spec.name}: ${argument}`;
  const known = argument in optionsOf(spec) && message.startsWith(place);
  return known ? `${flagOf(argument)}${message.slice(place.length)}` : message;
}

/** Throws where an option is missing or out of its range; nothing is read yet. */
export function checkOptions(loss: LossSpec, { options }: Flags): void {
  const { name } = loss;
  const specs = optionsOf(loss);
  try {
    resolveOptions(name, options, specs);
  } catch (error) {
    if (error instanceof LossaryError) throw usageError(byFlag(loss, error));
    throw error;
  }
  for (const [key, spec] of Object.entries(specs)) {
    const given = options[key];
    if (spec.type !== "tensor" || !Array.isArray(given)) continue;
    const index = given.findIndex((value) => !interval(spec.range)(value));
    if (index >= 0) throw usageError(`${flagOf(key)}[${index}] is ${given[index]}, outside ${spec.range}`);
  }
}

export async function readCall(spec: LossSpec, { common, files, options }: Flags): Promise<Call> {
  const read = arrayReader(common);
  const args = [];
  for (const argument of spec.arguments) args.push(await readArgument(argument, files, common.dtype, read));
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options))
    values[name] = await readOption(optionsOf(spec)[name], value, read);
  return { args, options: values };
}

type Read = ReturnType<typeof arrayReader>;

async function readOption(spec: OptionSpec | undefined, value: unknown, read: Read): Promise<unknown> {
  return spec?.type === "tensor" && typeof value === "string" ? readAs(value, spec.shape, read) : value;
}

/** Reads an array; a table of one column, taken whole, is a list where the symbolic shape is that of a list. */
async function readAs(file: string, shape: string, readArray: Read): Promise<ArrayFromFile> {
  const array = await readArray(file);
  const { type, key } = splitSpec(file);
  const column = (type === "csv" || type === "parquet") && key === null && array.shape[1] === 1;
  const list = !shape.includes(" ") && shape !== "...";
  return column && list ? { ...array, shape: [array.data.length] } : array;
}

async function readArgument(
  { name, kind, shape }: ArgumentSpec,
  files: Flags["files"],
  dtype: Flags["common"]["dtype"],
  readArray: Read,
): Promise<Call["args"][number]> {
  const given = files[name] as string | readonly string[];
  if (kind === "state") return readMemory(given as string);
  const read = async (file: string) => {
    const array = await readAs(file, shape, readArray);
    return kind === "index" ? array : cast(array, dtype);
  };
  if (typeof given === "string") return read(given);
  const list = [];
  for (const file of given) list.push(await read(file));
  return list;
}

function cast({ data, shape }: ArrayFromFile, dtype: "float32" | "float64" | undefined): ArrayFromFile {
  if (dtype === undefined) return { data, shape };
  const target = new (dtype === "float32" ? Float32Array : Float64Array)(data.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    for (let i = 0; i < data.length; i++) target[i] = Number(data[i]);
  else target.set(data);
  return { data: target, shape };
}
