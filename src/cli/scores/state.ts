/**
 * Saved states: what a run knows of one set of samples, or of several where it was interrupted.
 *
 *     "LOSSARY STATE 1\n"  a line of JSON, one section each  the sections' payloads, one after the other
 *
 * Each section carries the SHA-256 of its payload.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { type ResolvedPreprocessing, resolvePreprocessing } from "../../networks/preprocess.ts";
import { dataError, fileError } from "../errors.ts";
import { replaceFile } from "../files/replace.ts";

/** Where features come from: those of different origin are never compared or merged. */
export interface Origin {
  /** SHA-256 of the model file. */
  readonly model: string;
  readonly output: string;
  readonly preprocessing: ResolvedPreprocessing;
}

/** Which of a set's shards a state holds. */
export interface Shards {
  readonly of: number;
  readonly have: readonly { readonly index: number; readonly count: number }[];
}

export interface SectionInfo {
  /** Moments (count, mean, co-moment) as FID needs them, or the rows themselves. */
  readonly kind: "moments" | "rows";
  /** Type of the rows. */
  readonly dtype?: "float32" | "float64";
  /** Rows after the moments in the payload that do not fill a chunk and so have not entered them. */
  readonly pending?: number;
  readonly dimension: number;
  readonly count: number;
  readonly origin: Origin | null;
  readonly shards: Shards | null;
  /** Identifies the set of image files the state is of. */
  readonly set: string | null;
  /** In what an interrupted run leaves: identifies the work, and the files it has seen. */
  readonly resume?: {
    readonly key: string;
    readonly done: number;
    readonly skipped: number;
    readonly first?: { readonly path: string; readonly size: readonly [height: number, width: number] };
  };
}

export interface Section extends SectionInfo {
  readonly payload: Uint8Array;
}

const MAGIC = "LOSSARY STATE 1\n";
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

export function writeState(path: string, sections: readonly Section[]): Promise<void> {
  const infos = sections.map(({ payload, ...info }) => ({ ...info, bytes: payload.length, sha256: sha256(payload) }));
  const header = Buffer.from(`${MAGIC}${JSON.stringify(infos)}\n`);
  return replaceFile(path, Readable.from([header, ...sections.map(({ payload }) => payload)], { objectMode: false }));
}

export async function readState(path: string): Promise<Section[]> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  if (!bytes.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC)))
    throw dataError(`${path}: is not a saved state (--save-state writes one)`);
  const end = bytes.indexOf("\n", MAGIC.length);
  const damaged = () => dataError(`${path}: is damaged (its checksum is not the one the file promises)`);
  let infos: (SectionInfo & { readonly bytes: number; readonly sha256: string })[];
  try {
    infos = JSON.parse(bytes.toString("utf8", MAGIC.length, end));
  } catch {
    throw damaged();
  }
  let at = end + 1;
  return infos.map(({ bytes: size, sha256: sum, origin, ...info }) => {
    // A copy of its own: numbers want an aligned start.
    const payload = new Uint8Array(bytes.subarray(at, at + size));
    at += size;
    if (payload.length !== size || sha256(payload) !== sum) throw damaged();
    return { ...info, origin: origin && completed(origin), payload };
  });
}

/** Steps that are younger than the state have their defaults. */
function completed({ preprocessing, ...origin }: Origin): Origin {
  return { ...origin, preprocessing: { ...resolvePreprocessing("state", {}), ...preprocessing } };
}
