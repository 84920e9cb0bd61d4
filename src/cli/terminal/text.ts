/** Text for a terminal: names from files are shown as text and never speak to the terminal. */

/** Without control and formatting characters, which could move the cursor or hide what is written. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");

/** "a, b and c", shortened where it is long. */
export function listed(names: readonly string[], most = 6, joint = "and"): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} ${joint} ${shown.at(-1)}`;
}

export type Alignment = "left" | "right";

/** Rows of cells in columns of equal width, two spaces apart; the first row may be a header. */
export function alignedTable(rows: readonly (readonly string[])[], alignments: readonly Alignment[] = []): string {
  const cells = rows.map((row) => row.map(plain));
  const width = (column: number) => Math.max(...cells.map((row) => lengthOf(row[column] ?? "")));
  const widths = Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, i) => width(i));
  return cells
    .map((row) =>
      row
        .map((cell, i) => {
          const space = " ".repeat((widths[i] as number) - lengthOf(cell));
          return alignments[i] === "right" ? space + cell : cell + space;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const lengthOf = (text: string) => [...text].length;

/** Text in lines of at most `width` characters, each after `indent`. */
export function wrap(text: string, indent = "", width = 100): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, indent + line].join("\n");
}

/** Rows in columns of equal width, the last of which goes on below itself where a terminal is narrower. */
export function hangingTable(rows: readonly (readonly string[])[], width: number | undefined): string {
  const lines = alignedTable(rows).split("\n");
  if (width === undefined) return lines.join("\n");
  return lines
    .map((line, i) => {
      const last = plain(rows[i]?.at(-1) ?? "");
      const before = line.length - last.length;
      return line.length <= width ? line : line.slice(0, before) + wrap(last, " ".repeat(before), width).trimStart();
    })
    .join("\n");
}

/**
 * Help as wide as a terminal: paragraphs with a line too long are filled anew, and commands go on in a further line.
 */
export function fitHelp(text: string, width: number): string {
  return text
    .split(/(^\n+|\n{2,})/)
    .map((part) => {
      const lines = part.split("\n");
      if (lines.every(({ length }) => length <= width)) return part;
      if (lines.every((line) => !line.startsWith(" "))) return wrap(part, "", width);
      return lines.map((line) => (line.length <= width ? line : fold(line, width))).join("\n");
    })
    .join("");
}

/** A command as a shell takes it over several lines; other text below its own beginning. */
function fold(line: string, width: number): string {
  const space = /^ */.exec(line)?.[0] ?? "";
  if (!line.trimStart().startsWith("lossary ")) return wrap(line.trim(), space, width);
  return wrap(line.trim(), `${space}  `, width - 2)
    .replaceAll("\n", " \\\n")
    .slice(2);
}

/** Puts a text after a first mark, its further lines below its beginning. */
export const bullet = (text: string, mark = "• "): string =>
  mark + wrap(text, " ".repeat(mark.length)).slice(mark.length);

export const indent = (text: string, by = "  "): string => text.replace(/^(?=.)/gm, by);
