/** The images of two folders, paired by name. */
import { readdir } from "node:fs/promises";
import { join, parse } from "node:path";
import { dataError, fileError } from "../errors.ts";
import { isImage } from "../files/image.ts";

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

/** Files by name without the ending, in alphabetical order. */
async function imagesOf(folder: string): Promise<Map<string, string>> {
  const found = await readdir(folder).catch((error) => {
    throw fileError(folder, error);
  });
  const images = new Map<string, string>();
  for (const file of found.filter(isImage).sort()) {
    const { name } = parse(file);
    const before = images.get(name);
    if (before) throw dataError(`${folder}: has ${before} and ${file}, of which only one can have a partner`);
    images.set(name, file);
  }
  return images;
}

const images = (count: number) => `${count} image${count === 1 ? "" : "s"}`;

export async function pairUp(first: string, second: string): Promise<Pairing> {
  const [a, b] = [await imagesOf(first), await imagesOf(second)];
  const pairs = [...a].flatMap(([name, file]) => {
    const partner = b.get(name);
    return partner === undefined ? [] : [{ name, first: join(first, file), second: join(second, partner) }];
  });
  if (pairs.length === 0)
    throw dataError(
      `${first} (${images(a.size)}) and ${second} (${images(b.size)}) have no .png or .jpg of the same name`,
    );
  const lonely = (mine: Map<string, string>, others: Map<string, string>) =>
    [...mine].filter(([name]) => !others.has(name)).map(([, file]) => file);
  return { pairs, onlyFirst: lonely(a, b), onlySecond: lonely(b, a) };
}
