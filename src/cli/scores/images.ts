/** Images of a folder: their files and their bytes. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { dataError, fileError } from "../errors.ts";

export interface ImageFile {
  readonly path: string;
  /** Relative to the folder, with "/" on every system. */
  readonly name: string;
}

const IMAGE = /\.(png|jpe?g|webp|gif|tiff?|avif)$/i;

/** The image files of a folder and its subfolders, in an order that does not depend on the machine. */
export async function imageFiles(folder: string): Promise<ImageFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw fileError(folder, error);
  });
  const files = entries
    .filter((entry) => !entry.isDirectory() && IMAGE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, name: relative(folder, path).replaceAll("\\", "/") }));
  if (files.length === 0)
    throw dataError(
      `${folder}: holds no images (${entries.length === 0 ? "it is empty" : "expected .png, .jpg, .webp, .tif, .gif or .avif files"})`,
    );
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Identifies a set of files without reading them: by names and sizes, and also by their times of change, which differ
 * between copies of one set.
 */
export async function fingerprint(files: readonly ImageFile[]): Promise<{ set: string; copy: string }> {
  const [set, copy] = [createHash("sha256"), createHash("sha256")];
  for (const { path, name } of files) {
    const { size, mtimeMs } = await stat(path).catch((error: unknown) => {
      throw fileError(path, error);
    });
    set.update(JSON.stringify([name, size]));
    copy.update(JSON.stringify([name, size, mtimeMs]));
  }
  return { set: set.digest("hex"), copy: copy.digest("hex") };
}

export const readBytes = (path: string): Promise<Buffer> =>
  readFile(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
