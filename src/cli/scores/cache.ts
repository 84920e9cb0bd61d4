/**
 * Features kept between runs, by the SHA-256 of an image's bytes. Each network, output and preprocessing has a folder of
 * its own; each run appends to a file of its own in it, so that runs side by side do not disturb each other.
 *
 * A record is the image's checksum (32 bytes), the CRC-32 of the row (4 bytes) and the row (f32). A file cut in the middle
 * of a record, as a killed run leaves it, is read up to there.
 */
import { createHash, randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile } from "node:fs/promises";
import { endianness } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { writeError } from "../errors.ts";
import { replaceFile } from "../files/replace.ts";
import { cacheFolder } from "./cacheFolder.ts";
import type { Origin } from "./state.ts";

const HEAD = 36;

interface Place {
  readonly file: FileHandle;
  readonly at: number;
}

export class FeatureCache {
  readonly #folder: string;
  readonly #about: string;
  readonly #places = new Map<string, Place>();
  readonly #files: FileHandle[] = [];
  #dimension: number | null = null;
  #own: FileHandle | undefined;

  private constructor(folder: string, about: string) {
    this.#folder = folder;
    this.#about = about;
  }

  static async open(origin: Origin): Promise<FeatureCache> {
    const about = JSON.stringify(origin);
    const key = createHash("sha256").update(about).digest("hex");
    const cache = new FeatureCache(cacheFolder("features", key), about);
    try {
      await mkdir(cache.#folder, { recursive: true });
      await cache.#index();
    } catch (error) {
      throw writeError(cache.#folder, error);
    }
    return cache;
  }

  async #index(): Promise<void> {
    const text = await readFile(join(this.#folder, "about.json"), "utf8").catch(() => null);
    if (text === null) return;
    this.#dimension = JSON.parse(text).dimension as number;
    const size = HEAD + 4 * this.#dimension;
    for (const name of await readdir(this.#folder)) {
      if (!name.endsWith(".rows")) continue;
      const file = await open(join(this.#folder, name));
      this.#files.push(file);
      const records = Math.floor((await file.stat()).size / size);
      const key = Buffer.alloc(32);
      for (let i = 0; i < records; i++) {
        await file.read(key, 0, 32, i * size);
        this.#places.set(key.toString("hex"), { file, at: i * size });
      }
    }
  }

  /** The features of an image, if they are known and undamaged. */
  async get(key: string): Promise<Float32Array | undefined> {
    const place = this.#places.get(key);
    if (!place || this.#dimension === null) return undefined;
    const record = Buffer.alloc(4 + 4 * this.#dimension);
    const { bytesRead } = await place.file.read(record, 0, record.length, place.at + 32);
    const row = record.subarray(4);
    if (bytesRead < record.length || crc32(row) !== record.readUInt32LE(0)) return undefined;
    return new Float32Array(Uint8Array.from(row).buffer);
  }

  async put(entries: readonly (readonly [key: string, row: Float32Array])[]): Promise<void> {
    // Rows are stored as they lie in memory; machines of the other byte order keep none.
    if (entries.length === 0 || endianness() !== "LE") return;
    const dimension = (entries[0] as (typeof entries)[number])[1].length;
    try {
      if (this.#dimension === null) {
        const about = JSON.stringify({ ...JSON.parse(this.#about), dimension });
        await replaceFile(join(this.#folder, "about.json"), Readable.from([about]));
        this.#dimension = dimension;
      }
      this.#own ??= await open(join(this.#folder, `${randomBytes(8).toString("hex")}.rows`), "a");
      await this.#own.appendFile(Buffer.concat(entries.map(([key, row]) => record(key, row))));
    } catch (error) {
      throw writeError(this.#folder, error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files, ...(this.#own ? [this.#own] : [])].map((file) => file.close()));
  }
}

function record(key: string, row: Float32Array): Buffer {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(bytes));
  return Buffer.concat([Buffer.from(key, "hex"), sum, bytes]);
}
