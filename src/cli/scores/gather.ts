/** Sets of samples by the way a user names them: folders of images, features, saved states. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { LossaryError } from "../../lossaryError.ts";
import type { Steps } from "../../steps.ts";
import type { FloatArray } from "../../tensor/tensor.ts";
import { dataError, usageError } from "../errors.ts";
import { type ArrayFromFile, readArray } from "../files/array.ts";
import { npzKeys } from "../files/npz.ts";
import { startRate } from "../terminal/progress.ts";
import { type Collector, newCollector } from "./collector.ts";
import { extract, type Sized } from "./extract.ts";
import type { Shard } from "./flags.ts";
import { fingerprint, type ImageFile, imageFiles } from "./images.ts";
import type { Run } from "./run.ts";
import { type Origin, readState, type Section, type Shards } from "./state.ts";

export interface SampleSet<C extends Collector = Collector> {
  readonly path: string;
  readonly dimension: number;
  readonly collector: C;
  readonly origin: Origin | null;
  readonly shards: Shards | null;
  readonly set: string | null;
  /** Files left out by --skip-broken. */
  readonly skipped: number;
}

type Kind = Section["kind"];

/** Reads a set and keeps of it what `kind` says. */
export async function gather(run: Run, path: string, kind: Kind): Promise<SampleSet> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return gatherImages(run, path, kind);
  const { shard } = run.flags;
  if (/\.state$/i.test(path)) {
    if (shard) throw usageError(`--shard: ${path} is a saved state, which is not cut into parts`);
    return loadState(run, path, kind);
  }
  return gatherRows(run, path, await readFeatures(path, kind, run), kind);
}

/** From ⌊iN/n⌋ up to ⌊(i + 1)N/n⌋: the parts follow each other, so that joining them gives the set in its order. */
function partOf(count: number, { index, of }: Shard): [first: number, end: number] {
  return [Math.floor((index * count) / of), Math.floor(((index + 1) * count) / of)];
}

const shardsOf = (shard: Shard | undefined, count: number): Shards | null =>
  shard ? { of: shard.of, have: [{ index: shard.index, count }] } : null;

async function readFeatures(path: string, kind: Kind, { flags, told }: Run): Promise<ArrayFromFile> {
  if (!/\.npz$/i.test(path)) return readArray(path, flags, told);
  const keys = await npzKeys(path);
  if (keys.includes("mu") && keys.includes("sigma"))
    throw dataError(
      `${path}: holds statistics of a set (mu and sigma), ${
        kind === "moments"
          ? "which are not samples to keep; lossary fid takes them in place of a state"
          : "but the features of each sample are needed"
      }`,
    );
  return readArray(keys.length === 1 ? `${path}:${keys[0]}` : path);
}

/** Numbers of a file as floats; f32 where that holds them exactly. */
export function asFloats({ data }: ArrayFromFile): FloatArray {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  return Float64Array.from(data as ArrayLike<number | bigint>, Number);
}

function asMatrix(path: string, array: ArrayFromFile): { data: FloatArray; shape: [number, number] } {
  const [count = 0, ...rest] = array.shape;
  const width = Math.max(...rest);
  // Also [N, D, 1, 1], as pooled feature maps come.
  if (count === 0 || !(width > 0) || rest.reduce((product, length) => product * length, 1) !== width)
    throw dataError(`${path}: is [${array.shape.join(", ")}], expected features [N, D], one row per sample`);
  const data = asFloats(array);
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw dataError(
      `${path}: feature ${at % width} of row ${Math.floor(at / width)} is ${data[at]}, expected a finite number`,
    );
  return { data, shape: [count, width] };
}

/** Rows that enter at once. */
const PORTION = 512;

async function gatherRows(run: Run, path: string, array: ArrayFromFile, kind: Kind): Promise<SampleSet> {
  const { shard } = run.flags;
  const { data, shape } = asMatrix(path, array);
  const [count, dimension] = shape;
  const [first, end] = shard ? partOf(count, shard) : [0, count];
  const collector = newCollector(kind, dimension);
  const take = function* (): Steps<void, number> {
    for (let at = first; at < end; at += PORTION) {
      collector.add(data.subarray(at * dimension, Math.min(at + PORTION, end) * dimension));
      yield Math.min(at + PORTION, end) - first;
    }
  };
  await run.follow(take(), end - first, " rows");
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const set = shard ? createHash("sha256").update(bytes).digest("hex") : null;
  return { path, dimension, collector, origin: null, shards: shardsOf(shard, end - first), set, skipped: 0 };
}

async function loadState(run: Run, path: string, kind: Kind): Promise<SampleSet> {
  const sections = await readState(path);
  const [section] = sections;
  if (!section || sections.length > 1 || section.resume)
    throw dataError(`${path}: was left by an interrupted run; --resume goes on from it`);
  if (section.kind !== kind)
    throw dataError(
      `${path}: holds ${describe(section.kind)}, but ${describe(kind)} are needed; save it with the command that reads it`,
    );
  if (section.shards)
    run.warnings.add(
      `${path} holds ${section.shards.have.length} of ${section.shards.of} shards; lossary merge joins them`,
    );
  return stateOf(path, section);
}

const describe = (kind: Kind) => (kind === "moments" ? "mean and covariance" : "rows of features");

export function stateOf(path: string, section: Section): SampleSet {
  const { dimension, origin, shards, set } = section;
  return {
    path,
    dimension,
    collector: newCollector(section.kind, dimension, section),
    origin,
    shards,
    set,
    skipped: 0,
  };
}

/** What --save-state keeps of a set. */
export function sectionOf({ dimension, collector, origin, shards, set }: Omit<SampleSet, "path" | "skipped">): Section {
  return { ...collector.save(), dimension, count: collector.count, origin, shards, set };
}

async function gatherImages(run: Run, path: string, kind: Kind): Promise<SampleSet> {
  const { shard } = run.flags;
  const { files: all, leftOut } = await imageFiles(path);
  if (leftOut) run.warnings.add(`${path}: ${leftOut}`);
  const { set, copy } = await fingerprint(all);
  const files = shard ? all.slice(...partOf(all.length, shard)) : all;
  if (files.length === 0)
    throw dataError(`${path}: shard ${shard?.index}/${shard?.of} of ${all.length} images is empty; use fewer shards`);
  const model = await run.model(path);
  const { origin } = model;
  const key = createHash("sha256")
    .update(JSON.stringify([kind, copy, origin, shard ?? null]))
    .digest("hex");
  const work = new ImageSet(run, path, kind, key);
  await work.through(files, { model, cache: await run.cache(model) });
  return { path, ...work.result(origin, shard, set) };
}

/** A set of images on its way through the network. */
class ImageSet {
  readonly #run: Run;
  readonly #path: string;
  readonly #kind: Kind;
  readonly #key: string;
  #collector: Collector | undefined;
  #dimension = 0;
  #done: number;
  #skipped: number;
  #first: Sized | undefined;

  constructor(run: Run, path: string, kind: Kind, key: string) {
    this.#run = run;
    this.#path = path;
    this.#kind = kind;
    this.#key = key;
    const left = run.begin(key, path, () => this.#section());
    this.#done = left?.resume?.done ?? 0;
    this.#skipped = left?.resume?.skipped ?? 0;
    this.#first = left?.resume?.first;
    this.#dimension = left?.dimension ?? 0;
    // An interrupted run may have seen broken files alone.
    if (left && left.dimension > 0) this.#collector = newCollector(kind, left.dimension, left);
  }

  async through(files: readonly ImageFile[], { model, cache }: Pick<Parameters<typeof extract>[1], "model" | "cache">) {
    const { batch, skipBroken = false } = this.#run.flags;
    const rest = files.slice(this.#done);
    const progress = startRate(files.length, { unit: " images", from: this.#done });
    try {
      for await (const part of extract(rest, { model, cache, batch, skipBroken, first: this.#first })) {
        this.#take(part.rows, part.dimension);
        this.#skipped += part.broken.length;
        this.#done += part.files;
        this.#first = part.first;
        progress.add(part.files);
        for (const text of part.broken) this.#run.warnings.add(`left out ${text}`);
        await this.#run.pause();
      }
    } finally {
      progress.stop();
    }
  }

  #take(rows: Float32Array, dimension: number): void {
    if (dimension === 0) return;
    this.#collector ??= newCollector(this.#kind, dimension);
    this.#dimension ||= dimension;
    if (dimension !== this.#dimension)
      throw dataError(
        `${this.#path}: the network gives ${dimension} features for some images, ${this.#dimension} for others`,
      );
    this.#collector.add(rows);
  }

  #section(): Section {
    const resume = { key: this.#key, done: this.#done, skipped: this.#skipped, first: this.#first };
    const common = { origin: null, shards: null, set: null, resume };
    const collector = this.#collector;
    if (!collector) return { kind: this.#kind, dimension: 0, count: 0, payload: new Uint8Array(0), ...common };
    return { ...collector.save(), dimension: this.#dimension, count: collector.count, ...common };
  }

  result(origin: Origin, shard: Shard | undefined, set: string): Omit<SampleSet, "path"> {
    const collector = this.#collector;
    if (!collector) throw dataError(`${this.#path}: none of its images can be read`);
    const shards = shardsOf(shard, collector.count);
    return { dimension: this.#dimension, collector, origin, shards, set, skipped: this.#skipped };
  }
}

/** Throws where two sets cannot be compared: other networks, other preprocessing, other dimensions. */
export function checkComparable(a: Pick<SampleSet, "path" | "origin" | "dimension">, b: typeof a): void {
  const pair = `${a.path} and ${b.path}`;
  if (a.origin && b.origin) {
    if (a.origin.model !== b.origin.model) throw dataError(`${pair} are features of different networks`);
    if (a.origin.output !== b.origin.output)
      throw dataError(`${pair} are different outputs of the network, ${a.origin.output} and ${b.origin.output}`);
    if (JSON.stringify(a.origin.preprocessing) !== JSON.stringify(b.origin.preprocessing))
      throw dataError(`${pair} were prepared differently (their --preprocess differs)`);
  }
  if (a.dimension !== b.dimension)
    throw dataError(`${a.path} has ${a.dimension} features a sample, ${b.path} has ${b.dimension}`);
}

/** Runs a library function on the user's samples; what it says of them is a fault of data. */
export function score<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    throw asFault(error);
  }
}

/** The same for one that works in steps. */
export async function scoreInSteps<R>(
  run: Run,
  steps: Steps<R, number | void>,
  total?: number,
  unit?: string,
): Promise<R> {
  try {
    return await run.follow(steps, total, unit);
  } catch (error) {
    throw asFault(error);
  }
}

function asFault(error: unknown): unknown {
  return error instanceof LossaryError ? dataError(error.message) : error;
}
