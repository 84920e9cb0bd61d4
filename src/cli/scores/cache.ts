/**
 * Features kept between runs, by the SHA-256 of an image's bytes. Each network, output and preprocessing has a folder of
 * its own; each run appends to a file of its own in it, so that runs side by side do not disturb each other.
 *
 * A record is the image's checksum (32 bytes), the CRC-32 of what follows (4), the image's height and width after the
 * preprocessing (4 each) and the row (f32), little-endian. A file cut in the middle of a record, as a killed run leaves
 * it, is read up to there. A file's time of change says when it was last of use; see prune.ts.
 *
 * Nothing here is ever fatal: what cannot be read is computed anew, and where nothing can be written nothing is kept.
 */
import { createHash, randomBytes } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, open, readdir, readFile } from "node:fs/promises";
import { endianness } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { UserError, writeError } from "../errors.ts";
import { makeFolder } from "../files/makeFolder.ts";
import { replaceFile } from "../files/replace.ts";
import { cacheFolder } from "./cacheFolder.ts";
import { cacheLimit, pruneFeatures, readAbout, touch } from "./prune.ts";
import type { Origin } from "./state.ts";

const KEY = 32;
const HEAD = KEY + 12;

/** Files kept open for reading: there may be thousands. */
const MAX_OPEN = 32;

export interface Known {
  readonly row: Float32Array;
  /** [height, width] of the image after the preprocessing. */
  readonly size: readonly [number, number];
}

interface Place {
  readonly path: string;
  readonly at: number;
}

export class FeatureCache {
  readonly #folder: string;
  readonly #origin: Origin;
  readonly #places = new Map<string, Place>();
  readonly #open = new Map<string, number>();
  #dimension: number | null = null;
  #own: FileHandle | undefined;
  #ownBytes = 0;
  /** Files that gave a row to this run. */
  readonly #used = new Set<string>();
  readonly #limit = cacheLimit();
  readonly #ownPath: string;
  readonly #warn: (text: string) => void;
  #writable = true;

  private constructor(folder: string, origin: Origin, warn: (text: string) => void) {
    this.#warn = warn;
    this.#folder = folder;
    this.#ownPath = join(folder, `${randomBytes(8).toString("hex")}.rows`);
    this.#origin = origin;
  }

  static async open(origin: Origin, warn: (text: string) => void): Promise<FeatureCache> {
    const key = createHash("sha256").update(JSON.stringify(origin)).digest("hex");
    const cache = new FeatureCache(cacheFolder("features", key), origin, warn);
    try {
      await makeFolder(cache.#folder);
      await cache.#index();
    } catch (error) {
      cache.#giveUp(error);
    }
    return cache;
  }

  /** Keeps nothing from now on. */
  #giveUp(error: unknown): void {
    const known = writeError(this.#folder, error);
    if (!(known instanceof UserError)) throw known;
    this.#writable = false;
    this.#warn(
      `${known.message}; features are not kept for later runs (--no-cache does without, LOSSARY_CACHE names another folder)`,
    );
  }

  async #index(): Promise<void> {
    const path = join(this.#folder, "about.json");
    const text = await readFile(path, "utf8").catch(() => null);
    if (text === null) return;
    const about = readAbout(text);
    // It is written again with the first features, which say how long a record is.
    if (!about) return this.#warn(`${path}: is damaged; the features beside it are computed anew`);
    this.#dimension = about.dimension;
    const size = HEAD + 4 * this.#dimension;
    const key = Buffer.alloc(KEY);
    for (const name of await readdir(this.#folder)) {
      if (!name.endsWith(".rows")) continue;
      const path = join(this.#folder, name);
      const file = this.#descriptor(path);
      if (file === undefined) continue;
      const records = Math.floor(fstatSync(file).size / size);
      for (let i = 0; i < records; i++) {
        if (readOrNothing(file, key, i * size) < KEY) break;
        this.#places.set(key.toString("hex"), { path, at: i * size });
      }
    }
  }

  /** Undefined where the file cannot be read, as when another run has removed it. */
  #descriptor(path: string): number | undefined {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const [oldest] = this.#open;
    if (oldest && this.#open.size >= MAX_OPEN) {
      closeSync(oldest[1]);
      this.#open.delete(oldest[0]);
    }
    try {
      const file = openSync(path, "r");
      this.#open.set(path, file);
      return file;
    } catch {
      return undefined;
    }
  }

  /** What is known of an image, if anything, and undamaged. */
  get(key: string): Known | undefined {
    const place = this.#places.get(key);
    if (!place || this.#dimension === null) return undefined;
    const file = this.#descriptor(place.path);
    if (file === undefined) return undefined;
    const record = Buffer.alloc(HEAD - KEY + 4 * this.#dimension);
    const read = readOrNothing(file, record, place.at + KEY);
    const content = record.subarray(4);
    if (read < record.length || crc32(content) !== record.readUInt32LE(0)) return undefined;
    this.#used.add(place.path);
    const size = [content.readUInt32LE(0), content.readUInt32LE(4)] as const;
    return { row: new Float32Array(Uint8Array.from(content.subarray(8)).buffer), size };
  }

  async put(entries: readonly (readonly [key: string, known: Known])[]): Promise<void> {
    // Rows are stored as they lie in memory; machines of the other byte order keep none.
    if (entries.length === 0 || !this.#writable || endianness() !== "LE") return;
    const dimension = (entries[0] as (typeof entries)[number])[1].row.length;
    try {
      if (this.#dimension === null) {
        const about = JSON.stringify({ ...this.#origin, dimension });
        await replaceFile(join(this.#folder, "about.json"), Readable.from([about]));
        this.#dimension = dimension;
      }
      // Records of one folder are of one length.
      if (dimension !== this.#dimension) return;
      const records = Buffer.concat(entries.map(([key, known]) => record(key, known)));
      if (this.#ownBytes + records.length > this.#limit) return;
      this.#own ??= await open(this.#ownPath, "a");
      await this.#own.appendFile(records);
      const size = records.length / entries.length;
      for (const [i, [key]] of entries.entries())
        this.#places.set(key, { path: this.#ownPath, at: this.#ownBytes + i * size });
      this.#ownBytes += records.length;
    } catch (error) {
      this.#giveUp(error);
    }
  }

  async close(): Promise<void> {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
    await this.#own?.close().catch(() => {});
    await touch(this.#used);
    if (this.#own) await pruneFeatures(this.#limit);
  }
}

function record(key: string, { row, size }: Known): Buffer {
  const bytes = Buffer.alloc(HEAD + row.byteLength);
  bytes.write(key, "hex");
  bytes.writeUInt32LE(size[0], KEY + 4);
  bytes.writeUInt32LE(size[1], KEY + 8);
  bytes.set(new Uint8Array(row.buffer, row.byteOffset, row.byteLength), HEAD);
  bytes.writeUInt32LE(crc32(bytes.subarray(KEY + 4)), KEY);
  return bytes;
}

/** How many bytes were read; none where the disk fails. */
function readOrNothing(file: number, into: Buffer, at: number): number {
  try {
    return readSync(file, into, 0, into.length, at);
  } catch {
    return 0;
  }
}
