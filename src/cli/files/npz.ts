/** One array of a .npz file, which is a zip of .npy files. */
import { crc32 } from "node:zlib";
import { getFileNameLowLevel, openPromise, type Entry as ZipEntry, type ZipFile } from "yauzl";
import { suggest } from "../../contract/options.ts";
import { dataError, fileError, UserError, usageError } from "../errors.ts";
import { ByteReader } from "./bytes.ts";
import { MAX_ARRAY_BYTES, MAX_HEADER_BYTES, showBytes } from "./limits.ts";
import { type ArrayFromFile, readNpy } from "./npy.ts";
import { openFile } from "./open.ts";

/** An array of the zip. Its name is only compared, never a path, so any name will do: /abs, a:b, ../up. */
interface Entry {
  readonly key: string;
  readonly entry: ZipEntry;
}

function entryOf(entry: ZipEntry): Entry {
  const { generalPurposeBitFlag, extraFields, fileNameRaw } = entry;
  const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
  return { key: name.replace(/\.npy$/, ""), entry };
}

/** The names of the arrays in a .npz file. */
export async function npzKeys(path: string): Promise<string[]> {
  return withEntries(path, async (_, entries) => entries.map(({ key }) => key));
}

export async function readNpz(path: string, key: string): Promise<ArrayFromFile> {
  return withEntries(path, (zip, entries) => {
    const entry = entries.find((candidate) => candidate.key === key);
    if (!entry)
      throw missingKey(
        path,
        key,
        entries.map((candidate) => candidate.key),
      );
    return readEntry(`${path}:${key}`, zip, entry.entry);
  });
}

async function withEntries<T>(path: string, use: (zip: ZipFile, entries: Entry[]) => Promise<T>): Promise<T> {
  await openFile(path);
  const zip = await openPromise(path, { autoClose: false, decodeStrings: false }).catch((error) => {
    throw explain(path, error);
  });
  try {
    return await use(zip, await listEntries(zip));
  } catch (error) {
    throw explain(path, error);
  } finally {
    zip.close();
  }
}

const methods: Record<string, string> = { 9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstd", 95: "xz" };

/** Whatever is wrong with a zip is wrong with the user's file. */
function explain(path: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const known = fileError(path, error);
  if (known !== error || !(error instanceof Error)) return known;
  const method = /^unsupported compression method: (\d+)/.exec(error.message)?.[1];
  if (method)
    return dataError(
      `${path}: is packed with ${methods[method] ?? `method ${method}`}, which is not supported; np.savez and np.savez_compressed write what is`,
    );
  const message = error.message.replace(/[.\s]+$/, "");
  return dataError(`${path}: is not a sound .npz file (${message.charAt(0).toLowerCase()}${message.slice(1)})`);
}

function missingKey(path: string, key: string, keys: readonly string[]): UserError {
  if (keys.length === 0) return dataError(`${path}: holds no arrays`);
  const some = keys.slice(0, 20).join(", ") + (keys.length > 20 ? `, and ${keys.length - 20} more` : "");
  if (key === "") return usageError(`${path}: name one of its arrays, as in ${path}:${keys[0]} (it holds ${some})`);
  const close = suggest(key, keys);
  return dataError(`${path}: has no array "${key}"; it holds ${some}${close.includes("mean") ? close : ""}`);
}

function listEntries(zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on("entry", (found: ZipEntry) => {
      const entry = entryOf(found);
      if (!entry.key.endsWith("/")) entries.push(entry);
      zip.readEntry();
    });
    zip.on("end", () => resolve(entries));
    zip.on("error", reject);
    zip.readEntry();
  });
}

async function readEntry(path: string, zip: ZipFile, entry: ZipEntry): Promise<ArrayFromFile> {
  if (entry.uncompressedSize > MAX_ARRAY_BYTES + MAX_HEADER_BYTES)
    throw dataError(
      `${path}: unpacks to ${showBytes(entry.uncompressedSize)}, expected at most ${showBytes(MAX_ARRAY_BYTES)}`,
    );
  const stream = await zip.openReadStreamPromise(entry);
  try {
    return await readNpy(path, new ByteReader(path, checked(path, stream, entry.crc32), entry.uncompressedSize));
  } finally {
    stream.destroy();
  }
}

/** The stream's chunks; throws after the last one when their checksum is not the one the zip promises. */
async function* checked(path: string, stream: AsyncIterable<Buffer>, expected: number): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of stream) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== expected) throw dataError(`${path}: is damaged (its checksum is not the one the file promises)`);
}
