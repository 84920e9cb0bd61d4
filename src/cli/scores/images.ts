/** Images of a folder: their files, their bytes, their pixels. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Image } from "../../networks/image.ts";
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

type Sharp = typeof import("sharp").default;

let decoder: Sharp | undefined;

async function loadDecoder(): Promise<Sharp> {
  try {
    return (decoder ??= (await import("sharp")).default);
  } catch {
    throw dataError("reading images needs sharp: npm install sharp");
  }
}

/**
 * The pixels as PIL reads them: not turned by EXIF, no colour profile applied. Two kinds differ: CMYK goes through a
 * profile, and 16 bits are scaled to 8, which PIL clips. Throws a fault that names the file.
 */
export async function decode(path: string, bytes: Uint8Array): Promise<Image> {
  const sharp = await loadDecoder();
  try {
    const image = sharp(bytes, { failOn: "error", ignoreIcc: true } as object);
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, " ").trim() : String(error);
    throw dataError(`${path}: cannot be read as an image (${reason})`);
  }
}
