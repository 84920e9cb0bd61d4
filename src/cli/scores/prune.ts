/**
 * What the cache of features may hold: LOSSARY_CACHE_SIZE megabytes, 4000 unless it is set. When there is more, the files
 * that were longest of no use go first.
 */
import { readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { usageError } from "../errors.ts";
import { cacheFolder } from "./cacheFolder.ts";
import type { Origin } from "./state.ts";

/** Bytes of features that are kept. */
export function cacheLimit(): number {
  const text = process.env.LOSSARY_CACHE_SIZE;
  if (!text) return 4000e6;
  const megabytes = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(megabytes)) return megabytes * 1e6;
  throw usageError(`LOSSARY_CACHE_SIZE is "${text}", expected a number of megabytes`);
}

interface Rows {
  readonly path: string;
  readonly bytes: number;
  /** When it was last of use, in milliseconds. */
  readonly used: number;
}

/** Where features come from, and how many there are per image: what a folder's about.json says. */
export type About = Origin & { readonly dimension: number };

/** What about.json says; null where it is damaged. */
export function readAbout(text: string): About | null {
  try {
    const about: About = JSON.parse(text);
    const sound = Number.isInteger(about.dimension) && about.dimension > 0 && typeof about.model === "string";
    return sound && typeof about.output === "string" && typeof about.preprocessing === "object" ? about : null;
  } catch {
    return null;
  }
}

/** The features of one network, output and preprocessing. */
export interface Features {
  /** The name of their folder. */
  readonly key: string;
  /** Null where its about.json is damaged. */
  readonly about: About | null;
  readonly files: readonly Rows[];
}

/** All that is kept. What another run removes meanwhile is left out. */
export async function keptFeatures(): Promise<Features[]> {
  const folder = cacheFolder("features");
  const kept: Features[] = [];
  for (const key of await readdir(folder).catch(() => [])) {
    const about = await readFile(join(folder, key, "about.json"), "utf8").then(readAbout, () => null);
    const names = await readdir(join(folder, key)).catch(() => []);
    const files: Rows[] = [];
    for (const name of names.filter((entry) => entry.endsWith(".rows"))) {
      const path = join(folder, key, name);
      const found = await stat(path).catch(() => null);
      if (found) files.push({ path, bytes: found.size, used: found.mtimeMs });
    }
    if (files.length > 0) kept.push({ key, about, files });
  }
  return kept;
}

/** Notes that files were of use now. Where that fails, they only go the earlier. */
export async function touch(paths: Iterable<string>): Promise<void> {
  const now = new Date();
  for (const path of paths) await utimes(path, now, now).catch(() => {});
}

/** Removes files, those first that were longest of no use, until `limit` bytes are left; returns the bytes that went. */
export async function pruneFeatures(limit: number, kept?: readonly Features[]): Promise<number> {
  const files = (kept ?? (await keptFeatures())).flatMap((features) => features.files);
  let left = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const before = left;
  for (const { path, bytes } of files.sort((a, b) => a.used - b.used)) {
    if (left <= limit) break;
    await rm(path, { force: true }).catch(() => {});
    left -= bytes;
  }
  return before - left;
}
