/** The code blocks of a Markdown text. */

export interface CodeBlock {
  /** "ts", "sh", … */
  readonly language: string;
  /** The tab's label, "" where there is none. */
  readonly label: string;
  readonly code: string;
}

export const codeBlocks = (markdown: string): CodeBlock[] =>
  [...markdown.matchAll(/^```(\w+)(?: \[(.+)\])?\n([\s\S]*?)^```$/gm)].map(([, language, label, code]) => ({
    language: language as string,
    label: label ?? "",
    code: code as string,
  }));

/** What a block promises: the comment behind each `console.log(…);`. */
export const promised = (code: string): string[] =>
  code
    .split("\n")
    .flatMap((line) => (line.trim().startsWith("console.log(") ? [line.slice(line.lastIndexOf("; // ") + 5)] : []));

/** A shell block's commands, each with the output that follows it as comments; continued lines are one command. */
export function commands(code: string): { command: string; output: string[] }[] {
  const found: { command: string; output: string[] }[] = [];
  for (const line of code.replaceAll("\\\n", " ").split("\n")) {
    if (line.startsWith("#")) found.at(-1)?.output.push(line.replace(/^# ?/, ""));
    else if (line.trim() !== "") found.push({ command: line, output: [] });
  }
  return found;
}
