/** Standard output for results, standard error for everything else. */
import { plain } from "./text.ts";

export const writeOut = (text: string): void => void process.stdout.write(text);

/** An error as one line, whatever came in its message. */
export const printError = (message: string): void =>
  void process.stderr.write(`lossary: ${plain(message.trim().replace(/\s*\n\s*/g, " "))}\n`);

/** The reader of a pipe may go away early (`lossary list | head -1`): that is no error. */
export function leaveQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit();
      throw error;
    });
}
