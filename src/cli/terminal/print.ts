/** Standard output for results, standard error for everything else. */
import manifest from "../../../package.json" with { type: "json" };
import { fileError } from "../errors.ts";
import { plain } from "./text.ts";

export const writeOut = (text: string): void => void process.stdout.write(text);

/** An error as one line, whatever came in its message. */
export const printError = (message: string): void =>
  void process.stderr.write(`lossary: ${plain(message.trim().replace(/\s*\n\s*/g, " "))}\n`);

/** A fault of the program, with all that helps to find it. */
export function printBug(error: unknown): void {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  printError(`internal error: ${message}`);
  const where = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const { version, platform, arch } = process;
  const lines = [
    ...where.map(plain),
    `This is a bug in lossary ${manifest.version} (Node ${version}, ${platform} ${arch}).`,
    "Please report it where you got lossary from, with the command line and these lines.",
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
}

/** Remarks on a file that is still read: a line each, but for those told already, which it adds to. */
export function printNotes(path: string, notes: readonly string[], told: Set<string>): void {
  for (const note of notes) {
    const line = `lossary: note: ${plain(`${path}: ${note}`)}\n`;
    if (!told.has(line)) process.stderr.write(line);
    told.add(line);
  }
}

/**
 * The reader of a pipe may go away early (`lossary list | head -1`): that is not an error. A full disk behind standard output
 * is one; where standard error fails, there is nobody to tell.
 */
export function leaveOnClosedOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    printError((fileError("standard output", error) as Error).message);
    process.exit(1);
  });
  process.stderr.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? undefined : 1));
}
