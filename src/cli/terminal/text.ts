/** Text for a terminal: names from files are shown as text and never speak to the terminal. */

/** Without control and formatting characters, which could move the cursor or hide what is written. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");

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

/** Text in lines of at most `width` characters, each behind `indent`. */
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

/** Puts a text behind a first mark, its further lines below its beginning. */
export const bullet = (text: string, mark = "• "): string =>
  mark + wrap(text, " ".repeat(mark.length)).slice(mark.length);

export const indent = (text: string, by = "  "): string => text.replace(/^(?=.)/gm, by);
