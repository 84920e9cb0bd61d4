/** `lossary eval <loss>`: a loss and its gradient on arrays from files. */

import { Command, CommanderError } from "commander";
import type { LossSpec } from "../contract/spec.ts";
import { LossaryError } from "../lossaryError.ts";
import { readInput } from "../tensor/read.ts";
import { commonDtype } from "../tensor/stage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { differentiable } from "./describe.ts";
import { dataError, type UserError, usageError } from "./errors.ts";
import { type Flags, lossCommand } from "./eval/flags.ts";
import { byFlag, type Call, checkOptions, optionsOf, readCall } from "./eval/inputs.ts";
import { type Outcome, printOutcome } from "./eval/report.ts";
import { type ArrayFromFile, fileOf } from "./files/array.ts";
import { refuseOverwrite } from "./files/overwrite.ts";
import { isNpz, writeTensors } from "./files/write.ts";
import { calledAs, isOwn, lossOf } from "./modules/load.ts";
import type { AnyLoss } from "./registry.ts";
import { usageMessage } from "./usage.ts";

export function evalCommand(): Command {
  const command: Command = new Command("eval")
    .description("compute a loss, and its gradient, on arrays from files")
    .argument("<loss>", "its name, as lossary list has it, or a module of yours: ./mine.js, ./mine.js#name")
    .argument("[flags...]", "its arguments and options; lossary eval <loss> --help shows them")
    .passThroughOptions()
    .addHelpText(
      "after",
      `
Arrays are named as a.npy, file.npz:key, file.csv:column, file.csv for all
columns ([rows, columns]), the same of .tsv and .parquet, or a.png and a.jpg:
bytes of shape [1, C, H, W] (needs the package sharp), whose range is 255.

A module exports losses that defineFormula or combine made; ./mine.js#name
names one of several. It is run as any program of yours.

Examples:
  lossary eval huberLoss --help
  lossary eval huberLoss --predictions table.csv:guess \\
    --targets table.csv:truth --delta 2
  lossary eval huberLoss --predictions run.npz:predictions \\
    --targets run.npz:targets --grad gradients.npz --json
  lossary eval ./mine.js --predictions run.npz:predictions \\
    --targets run.npz:targets`,
    )
    .action(async (name: string, flags: readonly string[]) => {
      const loss = await lossOf(name);
      const own = lossCommand(loss.spec, calledAs(loss), (given) => evaluate(loss, given)).copyInheritedSettings(
        command,
      );
      await own.parseAsync(flags, { from: "user" }).catch((error: unknown) => {
        if (error instanceof CommanderError && error.exitCode !== 0) throw usageError(usageMessage(own, error));
        throw error;
      });
    });
  return command;
}

async function evaluate(loss: AnyLoss, flags: Flags): Promise<void> {
  const { spec } = loss;
  const { common } = flags;
  const wrt = gradientsWanted(loss, flags);
  checkOptions(spec, flags);
  checkOut(flags);
  checkTargets(spec, flags);
  const call = await readCall(spec, flags);
  const { value, grads, parts } = run(loss, call, flags, wrt);
  const gradients = flatten(grads);
  if (common.grad) await writeTensors(common.grad, gradients);
  if (common.out) await writeTensors(common.out, { values: value as Tensor });
  const floats = spec.arguments.flatMap(({ kind }, i) =>
    kind === "index" || kind === "state" ? [] : [call.args[i] as ArrayFromFile | ArrayFromFile[]].flat(),
  );
  printOutcome({
    spec,
    flags,
    value,
    parts,
    gradients,
    dtype: commonDtype(floats.map((array) => readInput(spec.name, array))),
    shapes: Object.fromEntries(
      spec.arguments.map(({ name }, i) => [name, shapeOf(call.args[i] as Call["args"][number])]),
    ),
  });
}

function shapeOf(arg: Call["args"][number]): Outcome["shapes"][string] {
  if ("table" in arg) return [arg.table.shape, arg.queue.shape];
  return "shape" in arg ? arg.shape : arg.map(({ shape }) => shape);
}

/** Checks what is asked about gradients; the arguments to differentiate by, none without --grad. */
function gradientsWanted({ spec }: AnyLoss, { common: { grad, wrt }, files }: Flags): readonly string[] {
  const known = differentiable(spec);
  const unknown = wrt?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw usageError(`--wrt has "${unknown}", expected ${known.join(", ")} (what ${spec.name} has gradients for)`);
  if (!grad) {
    if (wrt) throw usageError("--wrt needs --grad, the file for the gradients");
    return [];
  }
  const wanted = wrt ?? known;
  const isList = (name: string) => Array.isArray(files[name]) && files[name].length > 1;
  if (!isNpz(grad) && (wanted.length > 1 || wanted.some(isList)))
    throw usageError(
      `--grad ${grad} holds one array, but there are gradients for ${wanted.join(", ")}; name a .npz file, or one of them with --wrt`,
    );
  return wanted;
}

function checkTargets(spec: LossSpec, { common: { out, grad }, files, options }: Flags): void {
  const tensors = Object.keys(options).filter((name) => optionsOf(spec)[name]?.type === "tensor");
  const given = [...Object.values(files).flat(), ...tensors.map((name) => options[name])];
  const read = given.filter((name) => typeof name === "string").map(fileOf);
  refuseOverwrite("--out", out, read);
  refuseOverwrite("--grad", grad, read);
}

function checkOut({ common: { out, grad, reduction } }: Flags): void {
  if (!out) return;
  if (reduction !== "none") throw usageError("--out needs --reduction none: there is one value otherwise");
  if (isNpz(out)) throw usageError(`--out is "${out}", expected a .npy file`);
  if (out === grad) throw usageError(`--out and --grad are both "${out}"`);
}

/** What the library says about a call: a fault of usage where it is of an option that was typed, or left out; else of data. */
function faultOf(spec: LossSpec, { options }: Flags, error: LossaryError): UserError {
  const name = error.argument ?? "";
  const option = optionsOf(spec)[name];
  const inFile = option?.type === "tensor" && typeof options[name] === "string";
  const told = byFlag(spec, error).replace(/^lossary: /, "");
  return option && !inFile ? usageError(told) : dataError(told);
}

function run(loss: AnyLoss, { args, options }: Call, flags: Flags, wrt: readonly string[]) {
  const { spec } = loss;
  const { common } = flags;
  const all = {
    ...options,
    ...(common.reduction && { reduction: common.reduction }),
    ...(common.checkFinite && { checkFinite: true }),
  };
  try {
    if (wrt.length === 0 && !(isOwn(loss) && loss.combined))
      return { value: loss(...args, all), grads: {}, parts: undefined };
    const { grads, ...rest } = loss.valueAndGrad(...args, { ...all, wrt });
    return { ...rest, grads: wrt.length > 0 ? grads : {} };
  } catch (error) {
    throw error instanceof LossaryError ? faultOf(spec, flags, error) : error;
  }
}

function flatten(grads: Readonly<Record<string, Tensor | readonly Tensor[]>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(grads).flatMap(([name, gradient]): [string, Tensor][] =>
      "data" in gradient ? [[name, gradient]] : gradient.map((entry, i) => [`${name}_${i}`, entry]),
    ),
  );
}
