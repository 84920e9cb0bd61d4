/** The program: its commands, its exit codes, and what it says when something is wrong. */
import { Command, CommanderError } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { LossaryError } from "../lossaryError.ts";
import { cacheCommand } from "./cache.ts";
import { compareCommand } from "./compare.ts";
import { damsmCommand } from "./damsm.ts";
import { denoiseCommand } from "./denoise.ts";
import { embedCommand } from "./embed.ts";
import { UserError } from "./errors.ts";
import { evalCommand } from "./eval.ts";
import { fidCommand } from "./fid.ts";
import { handbookCommand } from "./handbook.ts";
import { isCommand } from "./is.ts";
import { kidCommand } from "./kid.ts";
import { listCommand } from "./list.ts";
import { mergeCommand } from "./merge.ts";
import { modelsCommand } from "./models.ts";
import { psnrCommand } from "./psnr.ts";
import { rPrecisionCommand } from "./rPrecision.ts";
import { showCommand } from "./show.ts";
import { ssimCommand } from "./ssim.ts";
import { tdCommand } from "./td.ts";
import { printBug, printError, writeOut } from "./terminal/print.ts";
import { fitHelp } from "./terminal/text.ts";
import { usageMessage } from "./usage.ts";

/** In the order of the help text. */
const commands = (): Command[] => [
  listCommand(),
  showCommand(),
  evalCommand(),
  compareCommand(),
  embedCommand(),
  tdCommand(),
  ssimCommand(),
  psnrCommand(),
  denoiseCommand(),
  fidCommand(),
  kidCommand(),
  isCommand(),
  rPrecisionCommand(),
  damsmCommand(),
  mergeCommand(),
  modelsCommand(),
  cacheCommand(),
  handbookCommand(),
];

function program(): Command {
  const command = new Command("lossary")
    .description("Loss functions with exact gradients: look them up and run them on files.")
    .version(manifest.version)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      outputError: () => {},
      writeOut: (text) => writeOut(fitHelp(text, process.stdout.columns ?? 80)),
    })
    .addHelpText("after", "\nExit codes: 0 done, 1 a fault of data or of running, 2 a fault of usage.");
  for (const child of commands()) command.addCommand(inherit(child, command));
  return command;
}

/** Errors of a command's own commands are told as those of the program. */
function inherit(child: Command, parent: Command): Command {
  child.copyInheritedSettings(parent);
  for (const inner of child.commands) inherit(inner, child);
  return child;
}

/** Runs the program on its arguments (without node and script) and returns its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const root = program();
  try {
    await root.parseAsync(withHelpFlag(root, argv), { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return usageFault(commandOf(root, argv), error);
    if (error instanceof UserError) {
      printError(error.message);
      return error.exitCode;
    }
    if (error instanceof LossaryError) printError(error.message);
    else printBug(error);
    return 1;
  }
}

/** The command that a command line names. */
function commandOf(command: Command, [word, ...rest]: readonly string[]): Command {
  const child = command.commands.find((candidate) => candidate.name() === word);
  return child ? commandOf(child, rest) : command;
}

/** `help eval huberLoss` and `eval --help huberLoss` as `eval huberLoss --help`; commander knows one word after help. */
function withHelpFlag(root: Command, argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv;
  const words = first === "help" ? rest.filter((word) => word !== "--") : rest;
  if (first === "help" && words.length > 0)
    return commandOf(root, words) === root ? words : [...words.filter((word) => !isHelp(word)), "--help"];
  const [help, loss] = words;
  if (first === "eval" && help && isHelp(help) && loss && !loss.startsWith("-")) return ["eval", loss, "--help"];
  return argv;
}

const isHelp = (word: string) => word === "--help" || word === "-h";

function usageFault(command: Command, error: CommanderError): number {
  if (error.exitCode === 0) return 0;
  // Without a command, commander has printed the help already.
  if (error.code !== "commander.help") printError(usageMessage(command, error));
  return 2;
}
