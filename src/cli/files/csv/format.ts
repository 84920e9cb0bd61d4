/** How a .csv file is to be read where it does not say so itself, and the flags for that. */
import { type Command, InvalidArgumentError, Option } from "commander";

export interface CsvFormat {
  /** Whether the first line holds names; by its cells where nothing is said. */
  readonly header?: boolean;
  /** Label of a text encoding, as in the WHATWG's standard. */
  readonly encoding?: string;
  /** One character; a comma, or a tab in .tsv, where nothing is said. */
  readonly separator?: string;
}

function readEncoding(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw new InvalidArgumentError("Expected an encoding such as utf-8, windows-1252, utf-16le or shift_jis.");
  }
}

function readSeparator(text: string): string {
  if (text === "tab" || text === "\\t") return "\t";
  if (/^[^\p{L}\p{N}"\r\n]$/u.test(text) && text.charCodeAt(0) < 128) return text;
  throw new InvalidArgumentError('Expected one character such as ";" or "|", or tab.');
}

/** The flags as options, of the names in `CsvFormat`. */
export const csvOptions = (): Option[] => [
  new Option("--header", "line 1 holds names, though they look like data"),
  new Option("--no-header", "line 1 is data: columns are column_0, column_1 …"),
  new Option("--encoding <label>", "encoding of the text (default: utf-8)").argParser(readEncoding),
  new Option("--separator <char>", "what stands between cells (default: a comma, in .tsv a tab)").argParser(
    readSeparator,
  ),
];

export const CSV_HEADING = "Tables as text (.csv, .tsv):";

export function addCsvFlags(command: Command): Command {
  command.optionsGroup(CSV_HEADING);
  for (const option of csvOptions()) command.addOption(option);
  return command.optionsGroup("Options:");
}
