/** The images of two folders, paired by name. */
import { extname, join } from "node:path";
import { dataError } from "../errors.ts";
import { imageFiles } from "../scores/images.ts";
import type { Warnings } from "../scores/warnings.ts";
import { counted } from "../table/columns.ts";

export interface Pair {
  /** The name without its ending. */
  readonly name: string;
  readonly first: string;
  readonly second: string;
}

export interface Pairing {
  readonly pairs: readonly Pair[];
  /** Files without a partner. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
}

/** Files by name without the ending, in alphabetical order; those of subfolders with these before it. */
async function imagesOf(folder: string, warnings: Warnings): Promise<Map<string, string>> {
  const { files, leftOut } = await imageFiles(folder);
  if (leftOut) warnings.add(`${folder}: ${leftOut}`);
  const images = new Map<string, string>();
  for (const { name: file } of files) {
    const name = file.slice(0, -extname(file).length);
    const before = images.get(name);
    if (before) throw dataError(`${folder}: has ${before} and ${file}, of which only one can have a partner`);
    images.set(name, file);
  }
  return images;
}

export async function pairUp(first: string, second: string, warnings: Warnings): Promise<Pairing> {
  const [a, b] = [await imagesOf(first, warnings), await imagesOf(second, warnings)];
  const pairs = [...a].flatMap(([name, file]) => {
    const partner = b.get(name);
    return partner === undefined ? [] : [{ name, first: join(first, file), second: join(second, partner) }];
  });
  if (pairs.length === 0)
    throw dataError(
      `${first} (${counted(a.size, "image")}) and ${second} (${counted(b.size, "image")}) have no image of the same name`,
    );
  const lonely = (mine: Map<string, string>, others: Map<string, string>) =>
    [...mine].filter(([name]) => !others.has(name)).map(([, file]) => file);
  return { pairs, onlyFirst: lonely(a, b), onlySecond: lonely(b, a) };
}
