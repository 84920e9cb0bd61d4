/** Remarks on a result that is still right: one line each on standard error, and in the JSON. */
import { plain } from "../terminal/text.ts";

export class Warnings {
  readonly list: string[] = [];

  add(text: string): void {
    this.list.push(text);
    process.stderr.write(`lossary: warning: ${plain(text)}\n`);
  }
}
