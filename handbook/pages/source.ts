/** The pages as written: Markdown with front matter, beside the loss they tell of. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { LossSpec } from "lossary";
import { parse } from "yaml";
import type { Language } from "../kit/widget.ts";

export const root = join(import.meta.dirname, "..", "..");

export interface FrontMatter {
  readonly title: string;
  /** Public names the page covers, the main one first. */
  readonly functions: readonly string[];
  /** Names beside those that specifications have, of functions that are not losses. */
  readonly aliases?: readonly string[];
  /** A file of handbook/widgets, without its ending. */
  readonly widget: string;
  /** Rows of the benchmark. */
  readonly bench?: readonly string[];
  /** In another language than the specifications': a line for every argument and option; `function.name` where functions differ. */
  readonly doc?: Readonly<Record<string, string>>;
  /** For functions that are not losses. */
  readonly references?: LossSpec["references"];
}

export interface Page {
  readonly stem: string;
  /** The family's folder: classification, …, metrics, engines. */
  readonly family: string;
  readonly language: Language;
  /** Relative to the repository. */
  readonly file: string;
  readonly front: FrontMatter;
  readonly body: string;
}

/** Splits front matter from the text below it. */
export function split(text: string): { front: unknown; body: string } {
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  return match ? { front: parse(match[1] as string), body: match[2] as string } : { front: {}, body: text };
}

function read(file: string): Page {
  const [stem, language] = basename(file, ".md").split(".") as [string, Language];
  const folders = file.split("/");
  const family = (folders[1] === "losses" ? folders[2] : folders[1]) as string;
  const { front, body } = split(readFileSync(join(root, file), "utf8"));
  return { stem, family, language, file, front: front as FrontMatter, body };
}

/** Every loss's page in both languages. */
export const lossPages = (): Page[] =>
  (readdirSync(join(root, "src"), { recursive: true }) as string[])
    .filter((file) => /\.(en|zh)\.md$/.test(file))
    .map((file) => read(`src/${file.replaceAll("\\", "/")}`))
    .sort((a, b) => a.file.localeCompare(b.file));

export interface Guide {
  /** "index" is the front page. */
  readonly name: string;
  readonly language: Language;
  readonly text: string;
}

/** What is told beside the losses: handbook/guides/<name>.<language>.md. */
export const guides = (): Guide[] =>
  readdirSync(join(root, "handbook", "guides")).map((file) => {
    const [name, language] = file.split(".") as [string, Language];
    return { name, language, text: readFileSync(join(root, "handbook", "guides", file), "utf8") };
  });
