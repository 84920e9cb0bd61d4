/** Features of image files, a batch at a time, from the cache or through the network. */
import { createHash } from "node:crypto";
import type { Image } from "../../networks/image.ts";
import { outputSize } from "../../networks/preprocessing.ts";
import { dataError, UserError } from "../errors.ts";
import type { FeatureCache } from "./cache.ts";
import { decode, type ImageFile, readBytes } from "./images.ts";
import { asDataError, type Model } from "./model.ts";

/** An image's features where they are known, its pixels where they are not. */
interface Loaded {
  readonly file: ImageFile;
  readonly key: string;
  readonly row?: Float32Array;
  readonly image?: Image;
}

export interface Batch {
  readonly rows: Float32Array;
  readonly dimension: number;
  /** Files the batch was made from, broken ones included. */
  readonly files: number;
  /** What is wrong with the broken ones. */
  readonly broken: readonly string[];
}

export interface ExtractOptions {
  readonly model: Model;
  readonly cache: FeatureCache | null;
  readonly batch: number;
  readonly skipBroken: boolean;
}

/** Yields batches in the order of the files. The next batch is read while the network runs. */
export async function* extract(files: readonly ImageFile[], options: ExtractOptions): AsyncGenerator<Batch> {
  const { batch } = options;
  const size = new SizeCheck(options.model);
  const load = (first: number) => {
    const loading = Promise.allSettled(files.slice(first, first + batch).map((file) => loadImage(file, options.cache)));
    return first < files.length ? loading : null;
  };
  let next = load(0);
  for (let first = 0; next; first += batch) {
    const settled = await next;
    next = load(first + batch);
    const { loaded, broken } = sift(settled, options.skipBroken);
    for (const { file, image } of loaded) if (image) size.check(file, image);
    yield { ...(await featuresOf(loaded, options)), files: settled.length, broken };
  }
}

async function loadImage(file: ImageFile, cache: FeatureCache | null): Promise<Loaded> {
  const bytes = await readBytes(file.path);
  const key = createHash("sha256").update(bytes).digest("hex");
  const row = await cache?.get(key);
  return row ? { file, key, row } : { file, key, image: await decode(file.path, bytes) };
}

function sift(settled: readonly PromiseSettledResult<Loaded>[], skipBroken: boolean) {
  const loaded: Loaded[] = [];
  const broken: string[] = [];
  for (const outcome of settled) {
    if (outcome.status === "fulfilled") loaded.push(outcome.value);
    else if (!(outcome.reason instanceof UserError) || !skipBroken) throw hint(outcome.reason);
    else broken.push(outcome.reason.message);
  }
  return { loaded, broken };
}

const hint = (error: unknown) =>
  error instanceof UserError && error.message.includes("cannot be read as an image")
    ? dataError(`${error.message}; --skip-broken leaves such files out`)
    : error;

/** All images of a run have one size behind the preprocessing: others would not be comparable. */
class SizeCheck {
  readonly #model: Model;
  #first: { readonly file: ImageFile; readonly size: readonly [number, number] } | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  check(file: ImageFile, { height, width }: Image): void {
    const size = outputSize(this.#model.origin.preprocessing, [height, width]);
    this.#first ??= { file, size };
    const { file: other, size: expected } = this.#first;
    if (size[0] !== expected[0] || size[1] !== expected[1])
      throw dataError(
        `${file.path}: is ${size[1]}x${size[0]}, but ${other.path} is ${expected[1]}x${expected[0]}; a --preprocess with resize or crop makes them one size`,
      );
  }
}

async function featuresOf(loaded: readonly Loaded[], { model, cache }: ExtractOptions) {
  const missing = loaded.filter((entry) => entry.image);
  const computed = new Map<Loaded, Float32Array>();
  if (missing.length > 0) {
    const images = missing.map(({ image }) => image as Image);
    const where = missing.length === 1 ? missing[0]?.file.path : `${missing[0]?.file.path} and those behind it`;
    const { data, shape } = await model.network.features(images).catch(asDataError(where as string));
    const dimension = shape[1];
    for (const [i, entry] of missing.entries()) computed.set(entry, data.subarray(i * dimension, (i + 1) * dimension));
    for (const [entry, row] of computed) checkFinite(entry.file.path, row);
    await cache?.put([...computed].map(([{ key }, row]) => [key, row] as const));
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
