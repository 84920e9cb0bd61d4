/** Downloads a model: in parts if need be, never more than allowed, and visible under its name only when verified. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { constants } from "node:os";
import { pipeline } from "node:stream/promises";
import { dataError, UserError, writeError } from "../errors.ts";
import { showBytes } from "../files/limits.ts";
import { makeFolder } from "../files/makeFolder.ts";
import { cacheFolder } from "../scores/cacheFolder.ts";
import { type RateProgress, startRate } from "../terminal/progress.ts";
import { SIGNALS } from "../terminal/signals.ts";
import { modelPath, writeRecord } from "./store.ts";

export interface Wanted {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  readonly maxBytes: number;
}

const sizeOf = async (path: string) => (await stat(path).catch(() => null))?.size ?? 0;

async function checksumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Fetches the model unless it is there, and returns its size; null where the user interrupted it. */
export async function pull(wanted: Wanted): Promise<number | null> {
  const { name, url, sha256 } = wanted;
  const path = modelPath(name);
  const there = await sizeOf(path);
  if (there > 0 && (await checksumOf(path)) === sha256) {
    await writeRecord({ name, url, sha256, bytes: there });
    return there;
  }
  await makeFolder(cacheFolder("models")).catch((error: unknown) => {
    throw writeError(cacheFolder("models"), error);
  });
  // Named by the checksum: parts of different files never meet.
  const part = `${path}.${sha256.slice(0, 16)}.part`;
  if (!(await download(part, wanted))) return null;
  const found = await checksumOf(part);
  if (found !== sha256) {
    await rm(part, { force: true });
    throw dataError(`${url}: has SHA-256 ${found}, expected ${sha256}; what was received was thrown away`);
  }
  await rename(part, path);
  const bytes = await sizeOf(path);
  await writeRecord({ name, url, sha256, bytes });
  return bytes;
}

/** Whether the whole file came; not so where the user interrupted it. */
async function download(part: string, wanted: Wanted): Promise<boolean> {
  const abort = new AbortController();
  let signal: NodeJS.Signals | undefined;
  const listener = (came: NodeJS.Signals) => {
    // A second time means at once.
    if (signal) process.exit(128 + constants.signals[came]);
    signal = came;
    abort.abort();
  };
  for (const name of SIGNALS) process.on(name, listener);
  try {
    await transfer(part, wanted, abort.signal);
    return true;
  } catch (error) {
    if (!signal) throw error;
  } finally {
    for (const name of SIGNALS) process.removeListener(name, listener);
  }
  process.stderr.write(
    `lossary: interrupted after ${showBytes(await sizeOf(part))}; the same command goes on from there\n`,
  );
  process.kill(process.pid, signal as NodeJS.Signals);
  return false;
}

async function transfer(part: string, wanted: Wanted, signal: AbortSignal): Promise<void> {
  const { url, maxBytes } = wanted;
  const have = await sizeOf(part);
  const response = await request(url, have, signal);
  // Nothing is left to send: the part is the file, or no part of it, which the checksum decides.
  if (have > 0 && response.status === 416) return void (await response.body?.cancel());
  if (!response.ok || !response.body)
    throw dataError(`${url}: the server answers ${response.status} ${response.statusText}`);
  const from = startOf(response) === have ? have : 0;
  const length = response.headers.get("content-length");
  const total = length === null ? null : from + Number(length);
  if (total !== null && total > maxBytes) {
    await response.body.cancel();
    throw tooLarge(url, showBytes(total), maxBytes);
  }
  const file = await open(part, from > 0 ? "a" : "w").catch((error: unknown) => {
    throw writeError(part, error);
  });
  const progress = startRate(total ?? maxBytes, { show: showBytes, from });
  try {
    await append(file, response.body, { ...wanted, from, total, progress });
  } catch (error) {
    if (error instanceof UserError && error.message.includes("--max-size")) await rm(part, { force: true });
    throw error;
  } finally {
    progress.stop();
    await file.close();
  }
}

async function request(url: string, have: number, signal: AbortSignal): Promise<Response> {
  const headers = { "accept-encoding": "identity", ...(have > 0 && { range: `bytes=${have}-` }) };
  return fetch(url, { headers, signal }).catch((error: unknown) => {
    throw signal.aborted ? error : dataError(`${url}: cannot be reached (${reasonOf(error)})`);
  });
}

/** The position of the answer's first byte: 0 where the server sends all. */
function startOf({ status, headers }: Response): number {
  const match = status === 206 ? /^bytes (\d+)-/.exec(headers.get("content-range") ?? "") : null;
  return match ? Number(match[1]) : 0;
}

interface Transfer extends Wanted {
  readonly from: number;
  readonly total: number | null;
  readonly progress: RateProgress;
}

async function append(file: FileHandle, body: ReadableStream<Uint8Array>, transfer: Transfer): Promise<void> {
  const { url, maxBytes, from, total, progress } = transfer;
  let at = from;
  const broken = (reason: string) =>
    dataError(`${url}: broke off after ${showBytes(at)} (${reason}); the same command goes on from there`);
  try {
    for await (const chunk of body) {
      at += chunk.length;
      if (at > maxBytes) throw tooLarge(url, "more", maxBytes);
      await file.appendFile(chunk);
      progress.add(chunk.length);
    }
  } catch (error) {
    if (error instanceof UserError || (error instanceof Error && error.name === "AbortError")) throw error;
    throw broken(reasonOf(error));
  }
  if (total !== null && at < total) throw broken(`${showBytes(total)} were promised`);
}

const tooLarge = (url: string, size: string, maxBytes: number) =>
  dataError(
    `${url}: has ${size}${size === "more" ? " than" : ", more than"} ${showBytes(maxBytes)}; --max-size allows more`,
  );

/** What fetch knows is mostly in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}
