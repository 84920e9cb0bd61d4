/** Features of image files, a batch at a time, from the cache or through the network. */
import { createHash } from "node:crypto";
import type { Image } from "../../networks/image.ts";
import { outputSize } from "../../networks/preprocess.ts";
import { dataError, MissingPackage, UserError } from "../errors.ts";
import { decode } from "../files/image.ts";
import type { FeatureCache } from "./cache.ts";
import { type ImageFile, readBytes } from "./images.ts";
import { asDataError, type Model } from "./model.ts";

type Size = readonly [height: number, width: number];

/** An image's features where they are known, its pixels where they are not. */
interface Loaded {
  readonly file: ImageFile;
  readonly key: string;
  /** After the preprocessing. */
  readonly size: Size;
  readonly row?: Float32Array;
  readonly image?: Image;
}

/** An image and its size after the preprocessing, which all others must have. */
export interface Sized {
  readonly path: string;
  readonly size: Size;
}

export interface Batch {
  readonly rows: Float32Array;
  readonly dimension: number;
  /** Files the batch was made from, broken ones included. */
  readonly files: number;
  /** What is wrong with the broken ones. */
  readonly broken: readonly string[];
  /** The first image of the set that is not broken. */
  readonly first: Sized | undefined;
}

export interface ExtractOptions {
  readonly model: Model;
  readonly cache: FeatureCache | null;
  readonly batch: number;
  readonly skipBroken: boolean;
  /** The first image, where these files are the rest of a set. */
  readonly first: Sized | undefined;
}

/** Yields batches in the order of the files. The next batch is read while the network runs. */
export async function* extract(files: readonly ImageFile[], options: ExtractOptions): AsyncGenerator<Batch> {
  const { batch } = options;
  let { first } = options;
  const load = (at: number) => {
    const loading = Promise.allSettled(files.slice(at, at + batch).map((file) => loadImage(file, options)));
    return at < files.length ? loading : null;
  };
  let next = load(0);
  for (let at = 0; next; at += batch) {
    const settled = await next;
    next = load(at + batch);
    const { loaded, broken } = sift(settled, options.skipBroken);
    for (const { file, size } of loaded) {
      first ??= { path: file.path, size };
      checkSize(file.path, size, first);
    }
    yield { ...(await featuresOf(loaded, options)), files: settled.length, broken, first };
  }
}

async function loadImage(file: ImageFile, { cache, model }: ExtractOptions): Promise<Loaded> {
  const bytes = await readBytes(file.path);
  const key = createHash("sha256").update(bytes).digest("hex");
  const known = cache?.get(key);
  if (known) return { file, key, ...known };
  const image = await decode(file.path, bytes);
  return { file, key, size: outputSize(model.origin.preprocessing, [image.height, image.width]), image };
}

function sift(settled: readonly PromiseSettledResult<Loaded>[], skipBroken: boolean) {
  const loaded: Loaded[] = [];
  const broken: string[] = [];
  for (const outcome of settled) {
    if (outcome.status === "fulfilled") loaded.push(outcome.value);
    else if (!skipBroken || !(outcome.reason instanceof UserError) || outcome.reason instanceof MissingPackage)
      throw hint(outcome.reason);
    else broken.push(outcome.reason.message);
  }
  return { loaded, broken };
}

const hint = (error: unknown) =>
  error instanceof UserError && !(error instanceof MissingPackage)
    ? dataError(`${error.message}; --skip-broken leaves such files out`)
    : error;

/** All images of a set have one size after the preprocessing: others would not be comparable. */
function checkSize(path: string, size: Size, first: Sized): void {
  if (size[0] !== first.size[0] || size[1] !== first.size[1])
    throw dataError(
      `${path}: is ${size[1]}x${size[0]}, but ${first.path} is ${first.size[1]}x${first.size[0]}; a --preprocess with resize or crop makes them one size`,
    );
}

async function featuresOf(loaded: readonly Loaded[], { model, cache }: ExtractOptions) {
  const missing = loaded.filter((entry) => entry.image);
  const computed = new Map<Loaded, Float32Array>();
  if (missing.length > 0) {
    const images = missing.map(({ image }) => image as Image);
    const where = missing.length === 1 ? missing[0]?.file.path : `${missing[0]?.file.path} and those after it`;
    const { data, shape } = await model.network.features(images).catch(asDataError(where as string));
    const dimension = shape[1];
    for (const [i, entry] of missing.entries()) computed.set(entry, data.subarray(i * dimension, (i + 1) * dimension));
    for (const [entry, row] of computed) checkFinite(entry.file.path, row);
    await cache?.put([...computed].map(([{ key, size }, row]) => [key, { row, size }] as const));
  }
  const found = loaded.map((entry) => entry.row ?? (computed.get(entry) as Float32Array));
  const dimension = found[0]?.length ?? 0;
  const rows = new Float32Array(found.length * dimension);
  for (const [i, row] of found.entries()) rows.set(row, i * dimension);
  return { rows, dimension };
}

function checkFinite(path: string, row: Float32Array): void {
  const at = row.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw dataError(`${path}: the network's feature ${at} is ${row[at]}, expected a finite number`);
}
