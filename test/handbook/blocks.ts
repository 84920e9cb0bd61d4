/** The code blocks of a Markdown text. */

export interface CodeBlock {
  /** "ts", "sh", … */
  readonly language: string;
  /** The tab's label, "" where there is none. */
  readonly label: string;
  readonly code: string;
  /** Where its code begins in the text. */
  readonly at: number;
}

export const codeBlocks = (markdown: string): CodeBlock[] =>
  [...markdown.matchAll(/^```(\w+)(?: \[(.+)\])?\n([\s\S]*?)^```$/gm)].map(
    ({ 0: whole, 1: language, 2: label, 3: code, index }) => ({
      language: language as string,
      label: label ?? "",
      code: code as string,
      at: index + whole.indexOf("\n") + 1,
    }),
  );

/** What a block promises: the comment after each `console.log(…);`. */
export const promised = (code: string): string[] =>
  code
    .split("\n")
    .flatMap((line) => (line.trim().startsWith("console.log(") ? [line.slice(line.lastIndexOf("; // ") + 5)] : []));

/**
 * A shell block's commands, each with the output that follows it as comments; continued lines are one command, and
 * so is a text up to its END.
 */
export function commands(code: string): { command: string; output: string[] }[] {
  const found: { command: string; output: string[] }[] = [];
  const lines = code.replaceAll("\\\n", " ").match(/^.*<<'END'\n[\s\S]*?\nEND$|^.*$/gm) ?? [];
  for (const line of lines) {
    if (line.startsWith("#")) found.at(-1)?.output.push(line.replace(/^# ?/, ""));
    else if (line.trim() !== "") found.push({ command: line, output: [] });
  }
  return found;
}
