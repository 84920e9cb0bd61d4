/** Images of a folder: their files and their bytes. */
import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { dataError, fileError } from "../errors.ts";
import { IMAGE_KINDS, isImageFile } from "../files/image.ts";
import { counted } from "../table/columns.ts";

export interface ImageFile {
  readonly path: string;
  /** Relative to the folder, with "/" on every system. */
  readonly name: string;
}

export interface Folder {
  /** In an order that does not depend on the machine. */
  readonly files: readonly ImageFile[];
  /** What was left out, in words; empty where nothing was. */
  readonly leftOut: string;
}

/** Files that systems put into folders without being asked. */
const LITTER = /^(thumbs\.db|desktop\.ini)$/i;

/** Hidden files and folders, .ipynb_checkpoints among them, and what macOS puts into its archives. */
const isHidden = (name: string) => name.startsWith(".") || name === "__MACOSX";

interface Found {
  readonly files: ImageFile[];
  /** Images in hidden files and folders. */
  hidden: number;
  /** Files that are not images, by their endings. */
  readonly others: Map<string, number>;
}

/** The image files of a folder and its subfolders, those behind symbolic links too. */
export async function imageFiles(folder: string): Promise<Folder> {
  const found: Found = { files: [], hidden: 0, others: new Map() };
  await walk({ path: folder, name: "", hidden: false, above: new Set() }, found);
  const leftOut = describeOthers(found);
  if (found.files.length === 0)
    throw dataError(
      `${folder}: holds no images (${leftOut ? `${leftOut}; expected ${IMAGE_KINDS} files` : "it is empty"})`,
    );
  return { files: found.files.sort((a, b) => (a.name < b.name ? -1 : 1)), leftOut };
}

interface Place {
  readonly path: string;
  /** Relative to the folder the walk began in, with "/" at the end; empty there. */
  readonly name: string;
  readonly hidden: boolean;
  /** Folders this one lies in: a link to one of them would lead round in circles. */
  readonly above: ReadonlySet<string>;
}

async function walk({ path: folder, name: prefix, hidden: inside, above }: Place, found: Found): Promise<void> {
  const fail = (error: unknown) => {
    throw fileError(folder, error);
  };
  const real = await realpath(folder).catch(fail);
  if (above.has(real)) return;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(fail)) {
    const path = join(folder, entry.name);
    const hidden = inside || isHidden(entry.name);
    if (await leadsToFolder(path, entry))
      await walk({ path, name: `${prefix}${entry.name}/`, hidden, above: new Set([...above, real]) }, found);
    else if (!isImageFile(entry.name)) {
      if (!hidden && !LITTER.test(entry.name)) {
        const ending = extname(entry.name).toLowerCase() || "no ending";
        found.others.set(ending, (found.others.get(ending) ?? 0) + 1);
      }
    } else if (hidden) found.hidden++;
    else found.files.push({ path, name: prefix + entry.name });
  }
}

async function leadsToFolder(path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

/** "12 files of other kinds (10 .bmp, 2 .txt) and 1 hidden image left out" */
function describeOthers({ hidden, others }: Found): string {
  const kinds = [...others].sort((a, b) => b[1] - a[1]);
  const count = kinds.reduce((sum, [, files]) => sum + files, 0);
  const shown = kinds.slice(0, 5).map(([ending, files]) => `${files} ${ending}`);
  const more = kinds.length > 5 ? ", …" : "";
  const parts = [
    ...(count > 0 ? [`${counted(count, "file")} of other kinds (${shown.join(", ")}${more})`] : []),
    ...(hidden > 0 ? [counted(hidden, "hidden image")] : []),
  ];
  return parts.length > 0 ? `${parts.join(" and ")} left out` : "";
}

/**
 * Identifies a set of files without reading them: by names and sizes, and also by their times of change, which differ
 * between copies of one set.
 */
export async function fingerprint(files: readonly ImageFile[]): Promise<{ set: string; copy: string }> {
  const [set, copy] = [createHash("sha256"), createHash("sha256")];
  for (const { path, name } of files) {
    // What is wrong with a file is told when it is read: it may be one that is to be left out.
    const { size, mtimeMs } = await stat(path).catch(() => ({ size: null, mtimeMs: null }));
    set.update(JSON.stringify([name, size]));
    copy.update(JSON.stringify([name, size, mtimeMs]));
  }
  return { set: set.digest("hex"), copy: copy.digest("hex") };
}

export const readBytes = (path: string): Promise<Buffer> =>
  readFile(path).catch(async (error: unknown) => {
    const link = (await lstat(path).catch(() => null))?.isSymbolicLink();
    throw link ? dataError(`${path}: is a link to a file that is not there or cannot be read`) : fileError(path, error);
  });
