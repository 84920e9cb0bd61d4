/** The program: its commands, its exit codes, and what it says when something is wrong. */
import { Command, CommanderError } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { LossaryError } from "../lossaryError.ts";
import { UserError } from "./errors.ts";
import { printBug, printError, writeOut } from "./terminal/print.ts";
import { fitHelp } from "./terminal/text.ts";
import { usageMessage } from "./usage.ts";

/** In the order of the help text. Each is loaded where it is wanted, with the libraries it uses. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  list: async () => (await import("./list.ts")).listCommand(),
  show: async () => (await import("./show.ts")).showCommand(),
  eval: async () => (await import("./eval.ts")).evalCommand(),
  compare: async () => (await import("./compare.ts")).compareCommand(),
  embed: async () => (await import("./embed.ts")).embedCommand(),
  td: async () => (await import("./td.ts")).tdCommand(),
  ssim: async () => (await import("./ssim.ts")).ssimCommand(),
  psnr: async () => (await import("./psnr.ts")).psnrCommand(),
  denoise: async () => (await import("./denoise.ts")).denoiseCommand(),
  fid: async () => (await import("./fid.ts")).fidCommand(),
  kid: async () => (await import("./kid.ts")).kidCommand(),
  is: async () => (await import("./is.ts")).isCommand(),
  "r-precision": async () => (await import("./rPrecision.ts")).rPrecisionCommand(),
  damsm: async () => (await import("./damsm.ts")).damsmCommand(),
  merge: async () => (await import("./merge.ts")).mergeCommand(),
  models: async () => (await import("./models.ts")).modelsCommand(),
  cache: async () => (await import("./cache.ts")).cacheCommand(),
  handbook: async () => (await import("./handbook.ts")).handbookCommand(),
};

/** The commands that a command line is about: the one it names, or, for the help and for a name nobody has, all. */
function wanted(argv: readonly string[]): readonly string[] {
  const [word = ""] = argv[0] === "help" ? argv.slice(1).filter((other) => other !== "--") : argv;
  if (word === "--version" || word === "-V") return [];
  return Object.hasOwn(commands, word) ? [word] : Object.keys(commands);
}

async function program(argv: readonly string[]): Promise<Command> {
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
  const children = await Promise.all(wanted(argv).map((name) => commands[name]?.()));
  for (const child of children) if (child) command.addCommand(inherit(child, command));
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
  const root = await program(argv);
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
